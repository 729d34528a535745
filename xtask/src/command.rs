//! Running other programs, within a time limit.

use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The cargo to run: rustup's, so that it picks the toolchain of the repository.
pub const CARGO: &str = "cargo";

/// No single command of a chore takes longer than this, even on a slow machine with nothing built.
const LIMIT: Duration = Duration::from_mins(30);

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(20);

/// Runs a command with its output on the terminal, and fails unless it succeeds.
///
/// # Errors
///
/// If it can't be started, takes longer than half an hour, or does not exit with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let line = display(command);
    println!("$ {line}");
    let mut child = command.spawn().with_context(|| format!("could not start `{line}`"))?;
    match wait(&mut child, LIMIT)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{line}` failed ({status})"),
        None => {
            stop(&mut child)?;
            bail!("`{line}` was stopped: it took longer than {} minutes", LIMIT.as_secs() / 60)
        }
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

/// Waits until the program ends; `None` if it does not within the limit.
///
/// # Errors
///
/// If the operating system refuses to say.
pub fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        sleep(POLL);
    }
}

/// Asks a program to end, and makes it.
fn stop(child: &mut Child) -> Result<()> {
    if let Some(id) = rustix::process::Pid::from_raw(i32::try_from(child.id())?) {
        rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
    }
    if wait(child, Duration::from_secs(5))?.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(())
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

    #[test]
    fn waiting_ends_at_the_limit() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        assert!(wait(&mut child, Duration::from_millis(30)).unwrap().is_none());
        stop(&mut child).unwrap();
        assert!(!child.try_wait().unwrap().unwrap().success());
    }
}
