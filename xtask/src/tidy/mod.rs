//! `cargo xtask tidy`: the invariants of ARCHITECTURE.md, most of them absences.

mod dependencies;
mod sources;

use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::repository::Repository;

/// Checks all invariants and reports every breach.
///
/// # Errors
///
/// If there is a breach; each is printed with its place and the rule.
pub fn run(repository: &Repository) -> Result<()> {
    let files = files(repository)?;
    let mut breaches = sources::check(repository.root(), &files)?;
    breaches.extend(dependencies::check(repository)?);
    for breach in &breaches {
        eprintln!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("{} files, no breach", files.len());
            Ok(())
        }
        count => bail!("{count} breaches of invariants, listed above"),
    }
}

/// The files of the repository, committed or about to be.
fn files(repository: &Repository) -> Result<Vec<String>> {
    let list = command::read(
        Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(repository.root()),
    )?;
    let names = list.split('\0').filter(|name| !name.is_empty());
    Ok(names.filter(|name| repository.root().join(name).is_file()).map(str::to_owned).collect())
}
