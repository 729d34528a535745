//! The pinned versions of the tools that are crates.

use std::fs;

use anyhow::{Context as _, Result};

use crate::repository::Repository;

/// Released together with the `worker` crate, which checks that they fit.
pub const WORKER_BUILD: &str = "0.8.7";

/// The version of `wasm-bindgen` in the lock file: its command line must be exactly the same.
///
/// # Errors
///
/// If the lock file can't be read or has no `wasm-bindgen`.
pub fn wasm_bindgen_version(repository: &Repository) -> Result<String> {
    let path = repository.root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    locked(&lock, "wasm-bindgen")
        .map(str::to_owned)
        .context("Cargo.lock has no package `wasm-bindgen`")
}

/// The version of a package in the text of a lock file.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_package_and_not_its_neighbours() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked(lock, "worker"), None);
    }
}
