//! The conformance cases by the calls of a storage Worker: each finds what it finds without.

use futures_executor::block_on;
use storage::conformance::{CASES, Stores};

#[test]
fn every_case_finds_the_same_by_calls() {
    for direct in [Stores::memory(), Stores::sealed_memory()] {
        let remote = direct.by_calls();
        for case in CASES {
            let found = block_on(case.run(remote.clone())).to_string();
            let expected = block_on(case.run(direct.clone())).to_string();
            assert_eq!(found, expected, "{}", case.name());
        }
    }
}
