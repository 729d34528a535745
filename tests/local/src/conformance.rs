//! The conformance cases natively, without any async runtime.

use anyhow::Result;
use futures_executor::block_on;
use serde::Serialize;
use storage::conformance::{CASES, DIFFERENCES, NOT_CAUSED, Stores};

/// The suite, and what its cases found: what `cargo xtask conformance` reads.
#[derive(Serialize)]
struct Suite {
    cases: Vec<Case>,
    differences: Vec<Difference>,
    not_caused: Vec<NotCaused>,
}

#[derive(Serialize)]
struct Case {
    name: &'static str,
    /// In memory and on disk, then encrypted in memory and on disk.
    found: [String; 4],
}

#[derive(Serialize)]
struct Difference {
    name: &'static str,
    documented: &'static str,
    simulated: &'static str,
}

#[derive(Serialize)]
struct NotCaused {
    code: &'static str,
    why: &'static str,
}

/// Runs all cases, also behind one that fails.
pub(crate) fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sealed_folder = tempfile::tempdir()?;
    let stores = [
        Stores::memory(),
        Stores::local(folder.path())?,
        Stores::sealed_memory(),
        Stores::sealed_local(sealed_folder.path())?,
    ];
    let cases = CASES.iter().map(|case| {
        let found = stores.each_ref().map(|stores| block_on(case.run(stores.clone())).to_string());
        Case { name: case.name(), found }
    });
    let differences = DIFFERENCES.iter().map(|difference| Difference {
        name: difference.name(),
        documented: difference.documented(),
        simulated: difference.simulated(),
    });
    let not_caused = NOT_CAUSED.iter().map(|(kind, why)| NotCaused { code: kind.code(), why });
    let suite = Suite {
        cases: cases.collect(),
        differences: differences.collect(),
        not_caused: not_caused.collect(),
    };
    println!("{}", serde_json::to_string_pretty(&suite)?);
    Ok(())
}
