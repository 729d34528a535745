//! The conformance cases, with everything encrypted.
#![cfg(feature = "conformance")]

use storage::conformance::{CASES, Outcome, Stores};

#[tokio::test]
async fn every_case() {
    let mut failures = Vec::new();
    for case in CASES {
        let outcome = case.run(Stores::sealed_memory()).await;
        if !matches!(outcome, Outcome::Passed | Outcome::Refused(_)) {
            failures.push(format!("{}: {outcome}", case.name()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
