//! The programs that do the work: finding and running them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::cmd::Outcome;

/// How those do it who have the library as a clone.
const IN_A_CLONE: &str =
    "or, with a clone of the library, in its folder: eval \"$(cargo -q xtask env)\"";

/// `worker-build`, from PATH.
pub(crate) fn worker_build() -> Result<PathBuf> {
    which::which("worker-build").map_err(|_| {
        anyhow!(
            "worker-build is not installed\n\
             help: cargo install worker-build --version ^0.8\n{IN_A_CLONE}"
        )
    })
}

/// wrangler: the one that `WRANGLER` names, the project's own, or one on PATH.
pub(crate) fn wrangler(folder: &Path) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("WRANGLER") {
        let path = PathBuf::from(&named);
        return which::which(&path).map_err(|_| {
            anyhow!("WRANGLER names {}, which is not a program that can be run", path.display())
        });
    }
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let own = folder
        .ancestors()
        .map(|ancestor| ancestor.join("node_modules").join(".bin"))
        .find_map(|bin| which::which_in("wrangler", Some(bin), &folder).ok());
    own.or_else(|| which::which("wrangler").ok()).ok_or_else(|| {
        anyhow!(
            "wrangler is not installed\n\
             help: npm install --save-dev wrangler, or name one in the environment variable WRANGLER\n\
             {IN_A_CLONE}"
        )
    })
}

/// Becomes the program: its exit code is ours, and signals reach it directly.
#[cfg(unix)]
pub(crate) fn become_program(mut command: Command) -> Result<Outcome> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("can't start {}", command.get_program().display()))
}

/// Runs the program to its end. The console sends Ctrl-C to both.
#[cfg(not(unix))]
pub(crate) fn become_program(mut command: Command) -> Result<Outcome> {
    let status = command
        .status()
        .with_context(|| format!("can't start {}", command.get_program().display()))?;
    Ok(Outcome::Child(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}
