//! `cargo xtask`: the chores of this repository.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::repository::Repository;
use xtask::{bench, checks, conformance, dev, env, fuzz, kill, setup, signals, size, tidy, upload};

/// The chores of this repository.
///
/// A fresh machine needs rustup, a C compiler, Node.js with npm, and the package registries.
/// Every command sets up what it needs by itself: nothing has to be installed by hand.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install the tools that building and running a Worker takes, once per machine
    ///
    /// They go to `STORAGE_TOOLS_DIR`, or else to `storage-rs/tools` in the user's cache folder.
    Setup,
    /// Print the shell variables with which the tools work outside this repository
    ///
    /// For a shell: eval "$(cargo xtask env)"
    Env,
    /// Serve an example on workerd, with local R2 and KV, and print requests to try
    Dev(dev::Options),
    /// Run every check and every test
    Test(checks::Options),
    /// What `test` runs, and the checks of cargo-deny and typos, which have to be installed
    Ci,
    /// Run every conformance case on every backend, and write the table to docs/conformance.md
    Conformance,
    /// Kill writers to storage on disk at random moments, and check what they leave behind
    KillTest(kill::Options),
    /// Upload a long body of unknown length, and check that memory does not grow with it
    UploadTest(upload::Options),
    /// Search for inputs that break what has to hold for any input
    Fuzz(fuzz::Options),
    /// Check the invariants of ARCHITECTURE.md
    Tidy,
    /// Compare the size of the quickstart with the same Worker written by hand
    Size,
    /// Compare the speed of the library with the same work written by hand, in Rust and TypeScript
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run(&Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if signals::received() => {
            eprintln!("\nstopped");
            ExitCode::from(signals::INTERRUPTED)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &Chore) -> anyhow::Result<()> {
    signals::handle()?;
    let repository = Repository::open()?;
    match chore {
        Chore::Setup => setup::run(&repository).and_then(|_| setup::browser()),
        Chore::Env => env::run(&repository),
        Chore::Dev(options) => dev::run(&repository, options),
        Chore::Test(options) => checks::test(&repository, options),
        Chore::Ci => checks::ci(&repository),
        Chore::Conformance => conformance::run(&repository),
        Chore::KillTest(options) => kill::run(&repository, options),
        Chore::UploadTest(options) => upload::run(&repository, options),
        Chore::Fuzz(options) => fuzz::run(&repository, options),
        Chore::Tidy => tidy::run(&repository),
        Chore::Size => size::run(&repository),
        Chore::Bench(options) => bench::run(&repository, options),
    }
}
