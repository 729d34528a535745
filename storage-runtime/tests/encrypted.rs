//! The conformance cases, with everything encrypted.
#![cfg(feature = "conformance")]

use storage::conformance::{CASES, Stores};

#[tokio::test]
async fn every_case() {
    let mut failures = Vec::new();
    for case in CASES {
        if let Err(failure) = case.run(Stores::encrypted_memory()).await {
            failures.push(format!("{}: {failure}", case.name()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
