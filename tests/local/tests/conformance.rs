//! The conformance cases in memory and on disk, without any async runtime; and the committed table.

use std::process::Command;

use storage::ErrorKind;
use storage::conformance::NOT_CAUSED;
use xtask::conformance::{FILE, Suite, Versions, document, rows};
use xtask::repository::Repository;

#[test]
fn every_case_holds_and_the_table_is_of_today() {
    let output = Command::new(env!("CARGO_BIN_EXE_local")).arg("conformance").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let suite = Suite::parse(&String::from_utf8(output.stdout).unwrap()).unwrap();
    for case in &suite.cases {
        for found in &case.found {
            let kept = found == "passes" || found.starts_with("refuses: ");
            assert!(kept, "{}: {found}", case.name);
        }
    }

    let repository = Repository::open().unwrap();
    let committed = std::fs::read_to_string(repository.root().join(FILE)).unwrap();
    let workers: Vec<_> = rows(&committed).into_iter().map(|row| row.workers().to_vec()).collect();
    assert_eq!(workers.len(), suite.cases.len(), "the table has other cases\n{HELP}");
    let today = document(&suite, &workers, &Versions::locked(&repository).unwrap());
    assert!(committed == today, "{FILE} is stale\n{HELP}");
}

const HELP: &str = "help: cargo xtask conformance";

#[test]
fn every_kind_of_error_is_expected_by_a_case_or_said_to_be_caused_by_none() {
    let folder = Repository::open().unwrap().root().join("storage-runtime/src/conformance");
    let mut cases = String::new();
    for kind in ["bucket", "kv"] {
        for file in std::fs::read_dir(folder.join(kind)).unwrap() {
            cases += &std::fs::read_to_string(file.unwrap().path()).unwrap();
        }
    }
    for kind in ErrorKind::ALL {
        let name = format!("ErrorKind::{kind:?}");
        let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
        let expected = cases.split(&name).skip(1).any(ends);
        let not_caused = NOT_CAUSED.iter().any(|(other, _)| other == kind);
        assert!(expected != not_caused, "{name}: a case expects it: {expected}");
    }
}
