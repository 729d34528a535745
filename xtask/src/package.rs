//! What is published, built from its packages alone.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::command::{self, CARGO};
use crate::repository::Repository;

/// Packs all packages that are published and builds each as one that depends on it would.
///
/// In a folder of its own each time. Cargo lays the packages out as a registry there, and takes
/// what a registry has for immutable: of a path that it has seen before it would unpack nothing,
/// and build what an earlier run had packed.
///
/// # Errors
///
/// If a package lacks something, or what it depends on does.
pub fn run(repository: &Repository) -> Result<()> {
    fs::create_dir_all(repository.target())?;
    let folder = tempfile::Builder::new().prefix("package-").tempdir_in(repository.target())?;
    let mut cargo = Command::new(CARGO);
    // What is not committed is not left out quietly: this is about the files as they are.
    cargo.args(["package", "-q", "--allow-dirty", "--target-dir"]).arg(folder.path());
    for package in repository.published() {
        cargo.args(["-p", &package.name]);
    }
    command::run(cargo.current_dir(repository.root()))
}
