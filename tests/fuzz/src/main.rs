//! Runs inputs through a target: those in files, or, built by `cargo xtask fuzz`, those that
//! libFuzzer finds.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
use std::sync::LazyLock;

#[cfg(not(fuzzing))]
use std::{env, fs, process::ExitCode};

/// The one binary has all targets: libFuzzer takes its arguments, so the target is here.
#[cfg(fuzzing)]
static TARGET: LazyLock<storage_fuzz::Target> = LazyLock::new(|| {
    let name = std::env::var("STORAGE_FUZZ_TARGET").unwrap_or_default();
    storage_fuzz::find(&name).unwrap_or_else(|message| {
        eprintln!("error: STORAGE_FUZZ_TARGET: {message}");
        std::process::exit(2)
    })
});

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|input: &[u8]| (TARGET.run)(input));

#[cfg(not(fuzzing))]
fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(fuzzing))]
fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let usage = "cargo run -p storage-fuzz -- TARGET FILE...";
    let name = arguments.next().ok_or(format!("which target?\nusage: {usage}"))?;
    let target = storage_fuzz::find(&name)?;
    for path in arguments {
        let input = fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
        println!("{path}");
        (target.run)(&input);
    }
    Ok(())
}
