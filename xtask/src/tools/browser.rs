//! A browser: the machine's own, or that of Debian.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::command;

/// The variable that names one.
const VARIABLE: &str = "STORAGE_BROWSER";

/// What Chromium and its like are called.
const PROGRAMS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The packages of Debian: without a font, a page would be empty boxes.
const PACKAGES: [&str; 2] = ["chromium", "fonts-liberation"];

/// The browser of this machine.
///
/// # Errors
///
/// If there is none, with what to do; or if the one that is named does not start.
pub fn browser() -> Result<PathBuf> {
    find()?.with_context(|| {
        format!(
            "no browser was found: tests of pages take Chromium or Chrome, as one of {}\n\
             help: `apt-get install {}`, or set {VARIABLE} to the program",
            PROGRAMS.join(", "),
            PACKAGES.join(" ")
        )
    })
}

/// Installs one, where none is found and Debian's package manager can be asked.
///
/// # Errors
///
/// If it could not be installed.
pub fn install_browser() -> Result<()> {
    if let Some(found) = find()? {
        println!("  {}: already there", found.display());
        return Ok(());
    }
    if !may_install() {
        println!("  no browser was found, and without the rights of root none is installed");
        println!("  (only the step `browser` of the tests takes one)");
        return Ok(());
    }
    println!("  no browser was found: installing Debian's, about 300 MB");
    let apt = || {
        let mut apt = Command::new("apt-get");
        // Somebody else may be installing: it waits for them.
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=600"]);
        apt
    };
    command::run(apt().args(["update", "-q"]))?;
    command::run(apt().args(["install", "-q", "-y", "--no-install-recommends"]).args(PACKAGES))
}

fn find() -> Result<Option<PathBuf>> {
    find_named(env::var_os(VARIABLE))
}

fn find_named(named: Option<OsString>) -> Result<Option<PathBuf>> {
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let Some(program) = named.to_str().filter(|program| command::exists(program)) else {
            bail!("{VARIABLE} is {}, which does not start", named.display());
        };
        return Ok(Some(program.into()));
    }
    let found = PROGRAMS.into_iter().find(|program| command::exists(program));
    Ok(found.and_then(on_path))
}

/// A program by its whole path, for those that do not look it up.
fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn may_install() -> bool {
    let is_root = || command::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    command::exists("apt-get") && is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_that_is_named_is_the_one() {
        let named = |name: &str| find_named(Some(name.into()));
        assert_eq!(named("cargo").unwrap(), Some("cargo".into()), "whatever it is");
        let error = named("no-such-browser").unwrap_err().to_string();
        assert_eq!(error, "STORAGE_BROWSER is no-such-browser, which does not start");
        assert!(on_path("cargo").unwrap().is_absolute());
        assert_eq!(on_path("no-such-browser"), None);
    }
}
