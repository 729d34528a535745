//! Where and with what it was measured.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context as _, Result};

use crate::command;
use crate::repository::Repository;
use crate::tools::{locked_crate, locked_npm};

/// One line, ended.
pub(super) fn describe(repository: &Repository) -> Result<String> {
    let rustc = command::read(Command::new("rustc").arg("--version"))?;
    let rustc = rustc.split(' ').nth(1).context("rustc did not say its version")?.to_owned();
    let cores = available_parallelism()?;
    Ok(format!(
        "{cores} cores{}{}; rustc {rustc}, worker {}, wrangler {}, workerd {}; ",
        line_of("/proc/cpuinfo", "model name").map_or(String::new(), |name| format!(" ({name})")),
        memory().map_or(String::new(), |size| format!(", {size} GiB of memory")),
        locked_crate(repository, "worker")?,
        locked_npm(repository, "wrangler")?,
        locked_npm(repository, "workerd")?,
    ))
}

/// In GiB, where the system says so in a file.
fn memory() -> Option<u64> {
    let kib = line_of("/proc/meminfo", "MemTotal")?;
    let kib: u64 = kib.strip_suffix(" kB")?.trim().parse().ok()?;
    Some((kib + 512 * 1024) / (1024 * 1024))
}

/// What stands behind a name and a colon.
fn line_of(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
