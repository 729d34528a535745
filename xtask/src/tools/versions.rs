//! The pinned versions of the tools.

use std::fs;

use anyhow::{Context as _, Result};

use crate::repository::Repository;

/// Released together with the `worker` crate, which checks that they fit.
pub const WORKER_BUILD: &str = "0.8.7";

/// The version of a crate in the lock file. For `wasm-bindgen`, its command line must be exactly the
/// same.
///
/// # Errors
///
/// If the lock file can't be read or has no such crate.
pub fn locked_crate(repository: &Repository, package: &str) -> Result<String> {
    let before = format!("name = \"{package}\"");
    locked(repository, "Cargo.lock", &before, |line| {
        line.strip_prefix("version = \"")?.strip_suffix('"')
    })
}

/// The version of an npm package in the lock file of the tools.
///
/// # Errors
///
/// If the lock file can't be read or has no such package.
pub fn locked_npm(repository: &Repository, package: &str) -> Result<String> {
    let before = format!("    \"node_modules/{package}\": {{");
    locked(repository, "tools/package-lock.json", &before, |line| {
        line.trim_start().strip_prefix("\"version\": \"")?.strip_suffix("\",")
    })
}

fn locked(
    repository: &Repository,
    file: &str,
    before: &str,
    version: fn(&str) -> Option<&str>,
) -> Result<String> {
    let path = repository.root().join(file);
    let lock = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    version_after(&lock, before, version)
        .map(str::to_owned)
        .with_context(|| format!("{file} has no `{}`", before.trim()))
}

/// The version on the line after another.
fn version_after<'a>(
    lock: &'a str,
    before: &str,
    version: fn(&str) -> Option<&str>,
) -> Option<&'a str> {
    let mut lines = lock.lines();
    lines.find(|line| *line == before)?;
    version(lines.next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_package_and_not_its_neighbours() {
        let repository = Repository::open().unwrap();
        assert_eq!(locked_crate(&repository, "worker").unwrap(), WORKER_BUILD);
        let wrangler = locked_npm(&repository, "wrangler").unwrap();
        assert!(wrangler.starts_with("4."), "{wrangler}");
        let error = locked_crate(&repository, "work").unwrap_err().to_string();
        assert_eq!(error, "Cargo.lock has no `name = \"work\"`");
    }
}
