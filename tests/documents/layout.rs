//! The layout of an app and its storage Worker, made by the commands of the document.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::{env, fs};

use xtask::repository::Repository;

const DOCUMENT: &str = include_str!("../../docs/storage-workers.md");

#[test]
fn the_commands_for_a_storage_worker_give_a_workspace_that_compiles() {
    let repository = Repository::open().unwrap();
    let root = repository.root().to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("cargo-storage");
    // Of the sources, as if it was installed.
    let run = format!(
        "#!/bin/sh\nexec cargo run --quiet --manifest-path '{root}/Cargo.toml' \
         --package storage-cli --bin cargo-storage -- \"$@\"\n"
    );
    fs::write(&program, run).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();

    let (_, section) = DOCUMENT.split_once("\n## From nothing\n").unwrap();
    let (_, script) = section.split_once("```sh\n").unwrap();
    let (script, _) = script.split_once("\n```").unwrap();
    let (script, last) = script.rsplit_once('\n').unwrap();
    assert!(last.starts_with("cargo storage generate "), "{last}");
    // The versions of the repository: nothing else is downloaded, and the cache is warm.
    let check = format!("cp '{root}/Cargo.lock' .\ncargo check --workspace");
    let script = script.replace("../storage-rs", root);
    let path = env::var("PATH").unwrap();
    let ran = Command::new("sh")
        .args(["-euc", &format!("{script}\n{check}")])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .env("CARGO_TARGET_DIR", repository.target())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && !said.contains("warning: "), "{said}");
    // The profile is where cargo looks for it, and nothing is left to say of it.
    assert!(!said.contains("[profile.release]"), "{said}");
    let ignored = fs::read_to_string(folder.path().join("desk/.gitignore")).unwrap();
    let own = fs::read_to_string(folder.path().join("desk/desk-storage/.gitignore")).unwrap();
    assert!(ignored.starts_with(&own), "{ignored}");
    let worker = fs::read_to_string(folder.path().join("desk/desk-storage/Cargo.toml")).unwrap();
    assert!(worker.contains("\nstorage.workspace = true\n"), "{worker}");
    let manifest = fs::read_to_string(folder.path().join("desk/Cargo.toml")).unwrap();
    for member in ["api", "declarations", "desk-storage"] {
        assert!(manifest.contains(&format!("\"{member}\"")), "{manifest}");
    }
}
