//! What the user types.

mod apply;
mod build;
mod dev;
mod generate;
mod inspect;
mod job;
mod keygen;
mod new;
mod rotate;
mod target;
mod workers;

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::printable::printable_lines;

/// The wrangler configuration of a Worker, written from its own declarations
#[derive(Debug, Parser)]
#[command(
    name = "cargo-storage",
    bin_name = "cargo storage",
    version,
    after_help = "Exit codes: 0 done, 1 `generate --check` found the configuration stale, `rotate` left entries \
                  that it could not read or write, or `apply` left something to do, 2 error.\n\
                  `dev` ends with the exit code of wrangler."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Apply(apply::Args),
    Build(build::Args),
    Dev(dev::Args),
    Generate(generate::Args),
    Inspect(inspect::Args),
    Keygen(keygen::Args),
    New(new::Args),
    Rotate(Box<rotate::Args>),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being done, as a message for the user.
    pub fn run(self) -> Result<Outcome> {
        match self.command {
            Command::Apply(args) => args.run(),
            Command::Build(args) => args.run(),
            Command::Dev(args) => args.run(),
            Command::Generate(args) => args.run(),
            Command::Inspect(args) => args.run(),
            Command::Keygen(args) => args.run(),
            Command::New(args) => args.run(),
            Command::Rotate(args) => args.run(),
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A program that was run ended with this code.
    Child(u8),
    /// Everything asked for was done.
    Done,
    /// `rotate` left entries that it could not read or write.
    Remaining,
    /// `--check` found that the configuration is stale, or `apply` left something to do.
    Stale,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Child(code) => Self::from(code),
            Outcome::Done => Self::SUCCESS,
            Outcome::Remaining | Outcome::Stale => Self::from(1),
        }
    }
}

/// Says what is worth knowing.
fn note(text: &str) {
    say("note", AnsiColor::Cyan.on_default(), text);
}

/// Says what is worth a look.
fn warn(text: &str) {
    say("warning", AnsiColor::Yellow.on_default(), text);
}

fn say(kind: &str, colour: Style, text: &str) {
    let style = colour.bold();
    anstream::eprintln!("{style}{kind}{style:#}: {}", printable_lines(text));
}

/// Says why a command failed.
pub fn say_error(error: &anyhow::Error) {
    say("error", AnsiColor::Red.on_default(), &format!("{error:#}"));
}
