//! Tools that are npm packages, and the Node that runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Kind, Tool};
use crate::command;

/// The oldest Node that wrangler runs on, as major and minor version.
const NODE_MIN: (u32, u32) = (22, 12);

/// What defines an installation, and is copied into it.
const SOURCES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// A Node is needed for npm itself; an older one than wrangler's is good enough for that.
#[derive(Debug)]
pub struct Node {
    version: (u32, u32),
}

impl Node {
    /// Asks the machine's `node` for its version.
    ///
    /// # Errors
    ///
    /// If there is no `node` or no `npm`.
    pub fn find() -> Result<Self> {
        if !command::exists("npm") {
            bail!(
                "`npm` was not found: wrangler, which runs Workers locally, is an npm package\n\
                 help: install Node.js (any maintained version) from nodejs.org or with the \
                 machine's package manager"
            );
        }
        let text = command::read(Command::new("node").arg("--version"))?;
        Self::parse(&text).with_context(|| format!("`node --version` says {text:?}"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().strip_prefix('v')?.split('.');
        let mut next = || numbers.next()?.parse().ok();
        Some(Self { version: (next()?, next()?) })
    }

    /// Whether wrangler refuses to run on it, so that a newer one is installed for wrangler alone.
    pub fn is_too_old(&self) -> bool {
        self.version < NODE_MIN
    }
}

pub(super) fn tool(
    name: &str,
    program: &str,
    companions: &[&str],
    source: PathBuf,
) -> Result<Tool> {
    // Links: one that leads nowhere counts as missing, so a package that was removed is noticed.
    let programs = Path::new("node_modules/.bin");
    Ok(Tool {
        folder: folder(name, &source)?,
        program: programs.join(program),
        companions: companions.iter().map(|companion| programs.join(companion)).collect(),
        kind: Kind::Npm { source },
    })
}

/// A package that has nothing to run, but is imported.
pub(super) fn library(name: &str, package: &str, source: PathBuf) -> Result<Tool> {
    Ok(Tool {
        folder: folder(name, &source)?,
        program: Path::new("node_modules").join(package).join("package.json"),
        companions: Vec::new(),
        kind: Kind::Npm { source },
    })
}

fn folder(name: &str, source: &Path) -> Result<String> {
    // Another package.json or lock file is another installation.
    let mut hash = flate2::Crc::new();
    for file in SOURCES {
        let path = source.join(file);
        let bytes = fs::read(&path).with_context(|| format!("{}", path.display()))?;
        hash.update(&bytes);
    }
    Ok(format!("{name}-{:08x}", hash.sum()))
}

/// `npm install` of exactly what the lock file names.
///
/// Not `npm ci`: it refuses a lock file in which an optional package is missing, and registries
/// differ in the platforms that they have workerd for. The versions are exact either way, and npm
/// checks their hashes.
pub(super) fn install(source: &Path, into: &Path) -> Result<()> {
    for file in SOURCES {
        fs::copy(source.join(file), into.join(file)).with_context(|| file.to_owned())?;
    }
    command::run(
        Command::new("npm").args(["install", "--no-save", "--loglevel=error"]).current_dir(into),
    )
    .context(
        "could not install npm packages\n\
         help: they come from the registry that npm is configured for; run `cargo xtask setup` \
         again when it can be reached",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_compared_by_major_and_minor() {
        let too_old = |text| Node::parse(text).unwrap().is_too_old();
        assert!(too_old("v20.20.2\n"));
        assert!(too_old("v22.11.0"));
        assert!(!too_old("v22.12.0"));
        assert!(!too_old("v24.0.1"));
        assert!(Node::parse("24.0.1").is_none());
        assert!(Node::parse("v24").is_none());
    }

    #[test]
    fn another_lock_file_is_another_folder() {
        let folder = tempfile::tempdir().unwrap();
        for file in SOURCES {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let name = || tool("npm", "wrangler", &[], folder.path().to_path_buf()).unwrap().folder;
        let before = name();
        fs::write(folder.path().join("package-lock.json"), "{}").unwrap();
        assert_ne!(before, name());
    }
}
