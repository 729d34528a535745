//! Running other programs, within a time limit.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process_group::ProcessGroup;

/// The cargo to run: rustup's, so that it picks the toolchain of the repository.
pub const CARGO: &str = "cargo";

/// No single command of a chore takes longer than this, even on a slow machine with nothing built.
const LIMIT: Duration = Duration::from_mins(30);

/// Runs a command with its output on the terminal and no input, and fails unless it succeeds.
/// Nothing that it started is left, also when this process is killed.
///
/// # Errors
///
/// If it can't be started, takes longer than half an hour, or does not exit with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let line = display(command);
    println!("$ {line}");
    match ProcessGroup::spawn(command)?.wait(LIMIT)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{line}` failed ({status})"),
        None => bail!("`{line}` was stopped: it took longer than {} min", LIMIT.as_secs() / 60),
    }
}

/// Runs a short command and gives what it printed on its standard output.
///
/// # Errors
///
/// If it can't be started, does not exit with 0, or prints something that is not UTF-8.
pub fn read(command: &mut Command) -> Result<String> {
    let line = display(command);
    let output = command.output().with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of `{line}`"))
}

/// Whether a program can be started at all.
pub fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A command as one would type it.
fn display(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = read(&mut Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert!(error.contains("no-such-program-anywhere"), "{error}");
        assert!(!exists("no-such-program-anywhere"));
    }
}
