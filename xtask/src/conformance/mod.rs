//! `cargo xtask conformance`: every case on every backend, as one table.

mod document;
mod screen;

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use ureq::Agent;

pub use document::{Versions, document, rows};

use crate::command::{self, CARGO};
use crate::repository::Repository;
use crate::served::Served;
use crate::setup;

/// The file that it writes.
pub const FILE: &str = "docs/conformance.md";

/// The package that runs the cases natively.
const NATIVE: &str = "storage-local-tests";

/// The Worker that runs them in workerd.
const WORKER: &str = "conformance";

/// Longer than any case takes, shorter than anybody waits.
const LIMIT: Duration = Duration::from_mins(5);

/// The suite, and what its cases found natively: what `storage-local-tests` prints.
#[derive(Debug, Deserialize)]
pub struct Suite {
    /// All cases, in their order.
    pub cases: Vec<Case>,
    /// What the local simulator does otherwise than Cloudflare documents.
    pub differences: Vec<Difference>,
    /// The kinds of errors that no case causes.
    pub not_caused: Vec<NotCaused>,
}

/// A case and what it found natively.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// What the rule is called.
    pub name: String,
    /// What it found, in the columns for it.
    pub found: Vec<String>,
}

/// A difference of the local simulator.
#[derive(Debug, Deserialize)]
pub struct Difference {
    /// What it is called.
    pub name: String,
    /// What Cloudflare documents.
    pub documented: String,
    /// What the simulator does.
    pub simulated: String,
}

/// A kind of error that no case causes.
#[derive(Debug, Deserialize)]
pub struct NotCaused {
    /// Its code.
    pub code: String,
    /// Why no case causes it.
    pub why: String,
}

/// Where cases run: first natively, then in workerd, on R2 and KV of the local simulator.
const COLUMNS: [&str; 6] =
    ["memory", "disk", "memory, encrypted", "disk, encrypted", "workerd", "workerd, encrypted"];

/// How many of them are native.
const NATIVE_COLUMNS: usize = 4;

/// What a case found on every backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the rule is called.
    pub case: String,
    /// What it found, column by column.
    pub found: Vec<String>,
}

/// Runs every case on every backend, prints a table, and writes it to a file.
///
/// # Errors
///
/// If something does not build or start, and, once the file is written, if a case fails.
pub fn run(repository: &Repository) -> Result<()> {
    setup::run(repository)?;
    println!("running the cases in memory and on disk, and encrypted");
    let suite = native(repository)?;
    let worker = Served::build(repository, WORKER)?;
    let server = worker.start("data")?;
    let asked = ask(server.url(), &suite);
    let workers =
        asked.with_context(|| format!("wrangler printed:\n{}", server.output_of_interest()))?;
    drop(server);
    let rows = joined(&suite, &workers);
    println!("\n{}", screen::table(&rows));
    let text = document(&suite, &workers, &Versions::locked(repository)?);
    let path = repository.root().join(FILE);
    fs::write(&path, text).with_context(|| format!("{}", path.display()))?;
    println!("written to {FILE}");
    match rows.iter().filter(|row| !row.is_kept()).count() {
        0 => Ok(()),
        failed => bail!("{failed} of {} cases fail", rows.len()),
    }
}

impl Suite {
    /// Reads what `storage-local-tests` printed.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).with_context(|| format!("`{NATIVE}` printed {json:?}"))
    }
}

impl Row {
    /// What it found in workerd.
    pub fn workers(&self) -> &[String] {
        self.found.get(NATIVE_COLUMNS..).unwrap_or_default()
    }

    /// Whether every backend keeps the rule. What is known of the simulator is no excuse for others.
    pub fn is_kept(&self) -> bool {
        let kept = |found: &String| found == "passes" || found.starts_with("refuses: ");
        let (native, workers) = self.found.split_at_checked(NATIVE_COLUMNS).unwrap_or_default();
        let simulated = |found: &String| kept(found) || found.starts_with("differs: ");
        !workers.is_empty() && native.iter().all(kept) && workers.iter().all(simulated)
    }
}

/// What was found natively beside what was found in workerd, in the order of the cases.
fn joined(suite: &Suite, workers: &[Vec<String>]) -> Vec<Row> {
    let cases = suite.cases.iter().zip(workers);
    let row = |(case, workers): (&Case, &Vec<String>)| Row {
        case: case.name.clone(),
        found: [case.found.as_slice(), workers].concat(),
    };
    cases.map(row).collect()
}

fn native(repository: &Repository) -> Result<Suite> {
    let mut cargo = Command::new(CARGO);
    cargo.args(["run", "-q", "-p", NATIVE, "--", "conformance"]);
    Suite::parse(&command::read(cargo.current_dir(repository.root()))?)
}

/// Lets the Worker run every case, and gives what it answered.
fn ask(url: &str, suite: &Suite) -> Result<Vec<Vec<String>>> {
    let config =
        Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).build();
    let agent = Agent::from(config);
    let get = |path: &str| -> Result<String> {
        let mut response = agent.get(format!("{url}/{path}")).call()?;
        let text = response.body_mut().read_to_string()?;
        ensure!(response.status() == 200, "answered {}: {text}", response.status());
        Ok(text)
    };
    let names = get("")?;
    let known = suite.cases.iter().map(|case| case.name.as_str());
    ensure!(names.lines().eq(known), "the Worker has other cases: is it up to date?");
    let mut answers = Vec::new();
    for (number, case) in suite.cases.iter().enumerate() {
        println!("workerd: {}", case.name);
        let paths = [number.to_string(), format!("sealed/{number}")];
        let found = paths.iter().map(|path| get(path)).collect::<Result<_>>();
        answers.push(found.with_context(|| case.name.clone())?);
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_simulator_may_differ() {
        let kept = |disk: &str, workers: &str| {
            let found = ["passes", disk, "passes", "passes", workers, "passes"].map(str::to_owned);
            Row { case: "bucket/a rule".to_owned(), found: found.to_vec() }.is_kept()
        };
        assert!(kept("passes", "passes"));
        assert!(kept("refuses: customer keys", "differs: customer keys"));
        assert!(!kept("differs: customer keys", "passes"));
        assert!(!kept("passes", "fails: found 1, expected 2"));
    }
}
