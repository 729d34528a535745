//! Storage on disk under several processes, and under processes that are killed.

mod check;
mod conformance;
mod create;
mod kill;
mod model;
mod writer;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};
use futures_executor::block_on;
use storage::conformance::Stores;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the conformance cases in memory and on disk, and print what they find as JSON
    Conformance,
    /// Kill writers at random moments, and check after each round what is stored
    Kill(kill::Options),
    /// Write without end, and say so on standard output: for `kill`
    Write(writer::Options),
    /// Create one object many times at once, and print how many succeeded
    Create(create::Options),
    /// Write a text
    Put { folder: PathBuf, key: String, text: String },
    /// Print a text
    Get { folder: PathBuf, key: String },
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Conformance => conformance::run(),
        Task::Kill(options) => kill::run(&options),
        Task::Write(options) => writer::run(&options),
        Task::Create(options) => create::run(&options),
        Task::Put { folder, key, text } => {
            block_on(Stores::local(folder)?.bucket.put(key, text).into_future())?;
            Ok(())
        }
        Task::Get { folder, key } => {
            let object = block_on(Stores::local(folder)?.bucket.get(key).into_future())?;
            if let Some(object) = object {
                println!("{}", block_on(object.text())?);
            }
            Ok(())
        }
    }
}
