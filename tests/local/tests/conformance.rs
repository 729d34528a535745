//! The conformance cases on disk, without any async runtime.

use futures_executor::block_on;
use storage::conformance::{CASES, Stores};

#[test]
fn every_case_holds_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::local(folder.path()).unwrap();
    for case in CASES {
        if let Err(failure) = block_on(case.run(stores.clone())) {
            panic!("{}: {failure}", case.name());
        }
    }
}
