//! `cargo xtask bench`: what the library costs, against the same work written by hand.

mod calls;
mod compile;
mod cpu;
mod encryption;
mod links;
mod machine;
mod memory;
mod pair;
mod rest;
mod results;
mod signing;
mod statistics;
mod workers;

use std::fs;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::repository::Repository;
use crate::setup;
use crate::tools::Tools;
use results::Results;

/// The file that a whole run writes.
const FILE: &str = "bench/RESULTS.md";

/// A part that writes a file of its own: which, what measures it and gives the table, and what makes the
/// text of the file of that, of the machine and of the number of rounds.
struct Own {
    file: &'static str,
    measure: fn(&Repository, &Tools, u32) -> Result<String>,
    document: fn(&str, &str, u32) -> String,
}

/// What to measure, and how thoroughly.
#[derive(Args, Debug)]
pub struct Options {
    /// Measure only this, and write no file [default: workers and compile, into bench/RESULTS.md]
    #[arg(value_enum)]
    part: Option<Part>,
    /// How often calls are measured: `cargo check` half as often, large bodies a third as often
    ///
    /// They are shared out among eight starts of workerd, since these differ as well.
    #[arg(long, default_value_t = 48, value_parser = clap::value_parser!(u32).range(24..))]
    rounds: u32,
}

/// One kind of cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Time of calls, in Workers on workerd
    Workers,
    /// Time of `cargo check`, of a crate with 100 declarations
    Compile,
    /// Time and memory of encryption, in Workers on workerd, into bench/ENCRYPTION.md
    Encryption,
    /// Time of presigned URLs, natively and on workerd, into bench/SIGNING.md
    Signing,
    /// Time of links to a Worker, on workerd, into bench/LINKS.md
    Links,
    /// Time of calls to a storage Worker, on workerd, into bench/CALLS.md
    Calls,
    /// Requests a second of KV over REST, on workerd, into bench/REST.md
    Rest,
}

impl Part {
    fn own(self) -> Option<Own> {
        let (file, measure, document): (_, fn(&_, &_, _) -> _, fn(&_, &_, _) -> _) = match self {
            Self::Workers | Self::Compile => return None,
            Self::Encryption => ("bench/ENCRYPTION.md", encryption::measure, encryption::document),
            Self::Signing => ("bench/SIGNING.md", signing::measure, signing::document),
            Self::Links => ("bench/LINKS.md", links::measure, links::document),
            Self::Calls => ("bench/CALLS.md", calls::measure, calls::document),
            Self::Rest => ("bench/REST.md", rest::measure, rest::document),
        };
        Some(Own { file, measure, document })
    }
}

/// Measures, prints a table, and writes it to a file if it is whole.
///
/// # Errors
///
/// If something does not build or start, a Worker answers with an error, or the Workers did not do
/// the same work.
pub fn run(repository: &Repository, options: &Options) -> Result<()> {
    if let Some(Own { file, measure, document }) = options.part.and_then(Part::own) {
        let table = measure(repository, &setup::run(repository)?, options.rounds)?;
        println!("\n{table}");
        let text = document(&table, &machine::describe(repository)?, options.rounds);
        return write(repository, file, &text);
    }
    let wanted = |part| options.part.is_none_or(|only| only == part);
    let mut results = Results::default();
    if wanted(Part::Workers) {
        let tools = setup::run(repository)?;
        let (operations, rounds) = (workers::OPERATIONS, options.rounds);
        let nothing = |_: &_| Ok(());
        results = workers::measure(repository, &tools, operations, rounds, nothing, nothing)?;
    }
    if wanted(Part::Compile) {
        results.compile = Some(compile::measure(repository, options.rounds.div_ceil(2))?);
    }
    let table = results.table();
    println!("\n{table}");
    if options.part.is_none() {
        let text = results::document(&table, &machine::describe(repository)?, options.rounds);
        write(repository, FILE, &text)?;
    }
    Ok(())
}

fn write(repository: &Repository, file: &str, text: &str) -> Result<()> {
    let path = repository.root().join(file);
    fs::write(&path, text).with_context(|| format!("{}", path.display()))?;
    println!("written to {file}");
    Ok(())
}
