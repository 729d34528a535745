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

use anyhow::{Context, Result, anyhow};
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
        let stderr = String::from_utf8_lossy(&output.stderr);
        let said = format!("{}\n{}", reported.unwrap_or_default(), stderr.trim());
        Ok(Err(Failure {
            command: format!("wrangler {}", args.join(" ")),
            code,
            message: said.trim().to_owned(),
        }))
    }

    /// The same, of a command that has no failure to expect.
    fn must_run(&self, args: &[&str]) -> Result<String> {
        Ok(self.run(args)??)
    }
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
