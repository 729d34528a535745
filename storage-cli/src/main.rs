//! `cargo storage`.

use std::process::ExitCode;

use clap::Parser as _;
use storage_cli::Cli;

fn main() -> ExitCode {
    // Cargo runs `cargo-storage storage ...` for `cargo storage ...`; both spellings work.
    let mut args: Vec<_> = std::env::args_os().collect();
    if args.get(1).is_some_and(|first| first == "storage") {
        args.remove(1);
    }
    match Cli::parse_from(args).run() {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            storage_cli::cmd::say_error(&error);
            ExitCode::from(2)
        }
    }
}
