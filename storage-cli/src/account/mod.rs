//! The Cloudflare account, as wrangler shows and changes it.
//!
//! wrangler has the credentials, the account and the API's address, so nothing here asks for them. Each
//! question is a command of wrangler's without a terminal. What it fails with is read from the file that it
//! writes for programs (`WRANGLER_OUTPUT_FILE_PATH`); what it says, from JSON where it has some, and else
//! from its lists of labelled values ([`table`]), of which anything unexpected is refused.

pub(crate) mod bucket;
pub(crate) mod cors;
pub(crate) mod namespace;
pub(crate) mod secret;
mod table;

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anstream::adapter::strip_str;
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use crate::printable::printable_lines;

/// An account, through the wrangler of a project.
#[derive(Debug)]
pub(crate) struct Account {
    wrangler: PathBuf,
    /// Where wrangler is run.
    folder: PathBuf,
    /// The wrangler file: it may name the account.
    config: PathBuf,
    env: Option<String>,
}

/// What wrangler ended with.
#[derive(Debug)]
pub(crate) struct Failure {
    command: String,
    /// The API's number for it, if it is the API that refused.
    code: Option<u64>,
    /// What wrangler reported, if it did, in its words alone.
    reported: String,
    /// What somebody is shown.
    message: String,
}

impl Account {
    pub(crate) fn new(
        wrangler: PathBuf,
        folder: PathBuf,
        config: PathBuf,
        env: Option<&str>,
    ) -> Self {
        Self { wrangler, folder, config, env: env.map(str::to_owned) }
    }

    /// What a command prints, or why it failed.
    fn run(&self, args: &[&str]) -> Result<Result<String, Failure>> {
        let report = tempfile::NamedTempFile::new().context("can't make a temporary file")?;
        let mut command = Command::new(&self.wrangler);
        command
            .current_dir(&self.folder)
            .args(args)
            .arg("--config")
            .arg(&self.config)
            // An empty one is the top level, whatever the environment variable says.
            .arg(format!("--env={}", self.env.as_deref().unwrap_or_default()))
            .stdin(Stdio::null())
            .env("WRANGLER_OUTPUT_FILE_PATH", report.path())
            .env("WRANGLER_HIDE_BANNER", "true")
            .env("WRANGLER_LOG", "log")
            .env("CI", "true")
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR")
            .env_remove("CLOUDFLARE_ENV");
        let output = command.output();
        let output = output
            .with_context(|| format!("can't start {}", command.get_program().to_string_lossy()))?;
        let stdout = String::from_utf8(output.stdout).context("wrangler printed no text")?;
        if output.status.success() {
            return Ok(Ok(stdout));
        }
        let report = fs::read_to_string(report.path()).unwrap_or_default();
        let (code, reported) = reported(&report);
        let reported = reported.unwrap_or_default();
        if reported.contains(NO_LOGIN) {
            bail!("wrangler is not logged in\nhelp: `wrangler login`, or set CLOUDFLARE_API_TOKEN");
        }
        let message = said(&reported, &String::from_utf8_lossy(&output.stderr));
        let command = format!("wrangler {}", args.join(" "));
        Ok(Err(Failure { command, code, reported, message }))
    }

    /// The same, of a command that has no failure to expect.
    fn must_run(&self, args: &[&str]) -> Result<String> {
        Ok(self.run(args)??)
    }
}

/// What wrangler says, wherever it needs an account and has no login and no token.
const NO_LOGIN: &str = "it's necessary to set a CLOUDFLARE_API_TOKEN environment variable";

/// What it reported, and what it printed beside that: mostly the same with more words, and colours that nobody
/// asked for.
fn said(reported: &str, printed: &str) -> String {
    let printed = strip_str(printed).to_string();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<_> =
        printed.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let printed = lines.join("\n");
    if words(&printed).contains(&words(reported)) {
        return printed.trim().to_owned();
    }
    format!("{reported}\n{printed}").trim().to_owned()
}

/// What of wrangler's report is about a failure.
fn reported(report: &str) -> (Option<u64>, Option<String>) {
    #[derive(Deserialize)]
    struct Entry {
        r#type: String,
        #[serde(default)]
        code: Option<serde_json::Value>,
        #[serde(default)]
        message: Option<String>,
    }
    let entries = report.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
    let mut failed = entries.filter(|entry| entry.r#type == "command-failed");
    failed
        .next_back()
        .map_or((None, None), |entry| (entry.code.and_then(|code| code.as_u64()), entry.message))
}

/// What to say when wrangler answers in words that this program does not know.
fn not_understood(args: &[&str], printed: &str) -> anyhow::Error {
    anyhow!(
        "`wrangler {}` answered in a form that this cargo-storage does not know\n\
         help: use wrangler 4.164 or a version near it. It printed:\n{}",
        args.join(" "),
        printable_lines(printed.trim())
    )
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed\n{}", self.command, printable_lines(&self.message))
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrangler_says_twice_is_said_once_and_without_colours() {
        let printed = "\u{1b}[31mX \u{1b}[41;31m[ERROR]\u{1b}[0m \u{1b}[1mfetch failed: a\u{1b}[0m\n\n  \n  and b\n\n";
        let once = "X [ERROR] fetch failed: a\n  and b";
        assert_eq!(said("fetch failed: a\n\nand b", printed), once);
        assert_eq!(said("", printed), once);
        assert_eq!(said("other", printed), format!("other\n{once}"));
        assert_eq!(said("other", ""), "other");
    }
}
