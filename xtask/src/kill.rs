//! `cargo xtask kill-test`: storage on disk under writers that are killed.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::command::{self, CARGO};
use crate::repository::Repository;

/// The package that writes, kills and checks.
const PACKAGE: &str = "storage-local-tests";

/// How often, and what to repeat.
#[derive(Args, Debug)]
pub struct Options {
    /// How often to kill writers, and to check what is stored
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Repeat the choices of an earlier run, which printed this number
    #[arg(long)]
    seed: Option<u64>,
}

/// Kills writers at random moments and checks what they leave behind.
///
/// # Errors
///
/// The first object or entry that is not as it was acknowledged.
pub fn run(repository: &Repository, options: &Options) -> Result<()> {
    let mut cargo = Command::new(CARGO);
    cargo.args(["run", "-q", "-p", PACKAGE, "--", "kill", "--rounds"]);
    cargo.arg(options.rounds.to_string());
    if let Some(seed) = options.seed {
        cargo.args(["--seed", &seed.to_string()]);
    }
    command::run(cargo.current_dir(repository.root()))
}
