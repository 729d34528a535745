//! The package of the getting-started guide, built from the text of the guide.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::repository::Repository;

const GUIDE: &str = include_str!("../../docs/getting-started.md");

/// The folder of the clone, as the guide calls it.
const CLONE: &str = "../storage-rs";

#[test]
fn the_guide_gives_a_worker_that_builds_and_whose_test_passes() {
    let repository = Repository::open().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = repository.root();
    let manifest = block("toml").replace(CLONE, root.to_str().unwrap());
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/lib.rs"), block("rust")).unwrap();
    // The versions of the repository: nothing else is downloaded, and the cache is warm.
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();

    cargo(folder.path(), repository.target(), &["test", "--quiet"]);
    let release = ["build", "--quiet", "--release", "--target", "wasm32-unknown-unknown"];
    cargo(folder.path(), repository.target(), &release);
}

/// The first block of code in a language.
fn block(language: &str) -> &'static str {
    let start = format!("```{language}\n");
    let (_, rest) = GUIDE.split_once(&start).unwrap();
    rest.split("```").next().unwrap()
}

fn cargo(folder: &Path, target: &Path, arguments: &[&str]) {
    let mut cargo = Command::new("cargo");
    // worker-build's setting, so that what it has built is not built again.
    cargo.env("WASM_BINDGEN_USE_JS_SYS", "1").env("CARGO_TARGET_DIR", target);
    let status = cargo.args(arguments).current_dir(folder).status().unwrap();
    assert!(status.success(), "cargo {}", arguments.join(" "));
}
