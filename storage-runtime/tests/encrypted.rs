//! The conformance cases, with everything encrypted.
#![cfg(feature = "conformance")]

use storage::conformance::{CASES, Outcome, PLAIN_ONLY, Stores};

#[tokio::test]
async fn every_case_holds_of_encrypted_stores() {
    let mut failures = Vec::new();
    for case in CASES {
        match case.run(Stores::sealed_memory()).await {
            Outcome::Passed | Outcome::Refused(_) => {}
            other => failures.push(format!("{}: {other}", case.name())),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_cases_that_are_left_out_are_there() {
    for (name, _) in PLAIN_ONLY {
        assert!(CASES.iter().any(|case| case.name() == *name), "no such case: {name}");
    }
}
