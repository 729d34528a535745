//! `cargo xtask fuzz`: the search for inputs that break what has to hold for any.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::command::{self, CARGO};
use crate::process_group::ProcessGroup;
use crate::report::Report;
use crate::repository::Repository;

/// The package of the targets.
const PACKAGE: &str = "storage-fuzz";

/// What the fuzzer sees of a run: which edges it takes, and what it compares. These are the flags
/// of cargo-fuzz, as far as a stable compiler has them: safe Rust needs no address sanitizer.
/// Comparisons of texts stay calls, which libFuzzer watches: unrolled, they are out of its sight, and
/// it would have to guess a word as a whole.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module \
     -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares \
     -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
     -Cllvm-args=-max-loads-per-memcmp=0 -Cllvm-args=-max-loads-per-memcmp-opt-size=0";

/// How long one process lives: targets leak the values that stand for constants.
const ROUND: u64 = 60;

/// How often the fuzzer may say how it goes.
const PROGRESS: Duration = Duration::from_secs(10);

/// How long it may take beyond its time: to read what it found before, and to end.
const GRACE: Duration = Duration::from_mins(3);

/// What to search, and how long.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  cargo xtask fuzz                          every target, a minute each
  cargo xtask fuzz wrangler --seconds 600   one target, ten minutes
  cargo run -p storage-fuzz -- wrangler FILE   one input again, without the fuzzer

It takes a C++ compiler, and a few minutes to build at first. What is worth keeping of the inputs it
tries goes to target/fuzz/corpus, so that a search goes on where the last one ended. An input that
breaks something goes to tests/fuzz/inputs, where `cargo test -p storage-fuzz` runs it.")]
pub struct Options {
    /// The targets, folders of tests/fuzz/inputs [default: all]
    targets: Vec<String>,
    /// How long to search, for each target
    #[arg(long, default_value_t = ROUND)]
    seconds: u64,
}

/// Searches one target after the other, until one does not hold.
///
/// # Errors
///
/// If there is no such target, it does not build, or an input was found that breaks something.
pub fn run(repository: &Repository, options: &Options) -> Result<()> {
    let inputs = repository.folder(PACKAGE)?.join("inputs");
    let targets = targets(&inputs, &options.targets)?;
    let mut report = Report::default();
    let mut fuzzer = PathBuf::new();
    report.step("build", "the targets, with what the fuzzer needs to see", || {
        fuzzer = build(repository)?;
        Ok(())
    })?;
    for target in &targets {
        let search = Search {
            repository,
            fuzzer: &fuzzer,
            target,
            inputs: inputs.join(target),
            corpus: repository.target().join("fuzz/corpus").join(target),
        };
        let purpose = format!("searched for {} s", options.seconds);
        report.step(target, &purpose, || search.run(options.seconds))?;
    }
    report.finish();
    Ok(())
}

/// Those that were asked for, or all.
fn targets(inputs: &Path, asked: &[String]) -> Result<Vec<String>> {
    let all = files(inputs)?;
    if let Some(unknown) = asked.iter().find(|name| !all.contains(*name)) {
        let all = Vec::from_iter(all).join(", ");
        bail!("there is no target `{unknown}`\nhelp: the targets are {all}");
    }
    Ok(if asked.is_empty() { all.into_iter().collect() } else { asked.to_vec() })
}

/// The names in a folder.
fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn build(repository: &Repository) -> Result<PathBuf> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if !command::exists(&compiler) {
        bail!(
            "there is no `{compiler}`\nhelp: install a C++ compiler: libFuzzer is built from source"
        );
    }
    let version = command::read(Command::new("rustc").arg("-vV").current_dir(repository.root()))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("`rustc -vV` names no host")?;
    let folder = repository.target().join("fuzz");
    let mut cargo = Command::new(CARGO);
    // With a target named, the flags are not those of build scripts.
    cargo.args(["build", "--package", PACKAGE, "--profile", "fuzz", "--target", host]);
    cargo.arg("--target-dir").arg(&folder).env("RUSTFLAGS", COVERAGE);
    command::run(cargo.current_dir(repository.root()))?;
    Ok(folder.join(host).join("fuzz/fuzz"))
}

/// A search for inputs that break one target.
struct Search<'a> {
    repository: &'a Repository,
    fuzzer: &'a Path,
    target: &'a str,
    /// What is committed, and where what it finds goes.
    inputs: PathBuf,
    /// What is worth keeping of what it tries.
    corpus: PathBuf,
}

impl Search<'_> {
    /// Fails if an input was found that breaks the target.
    fn run(&self, seconds: u64) -> Result<()> {
        fs::create_dir_all(&self.corpus)?;
        let mut left = seconds;
        while left > 0 {
            let round = left.min(ROUND);
            left -= round;
            self.round(round)?;
        }
        Ok(())
    }

    fn round(&self, seconds: u64) -> Result<()> {
        let before = files(&self.inputs)?;
        let mut fuzzer = Command::new(self.fuzzer);
        fuzzer
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", self.inputs.display()))
            .args(["-timeout=10", "-rss_limit_mb=2048", "-use_value_profile=1"])
            .args([&self.corpus, &self.inputs])
            .env("STORAGE_FUZZ_TARGET", self.target)
            .env("RUST_BACKTRACE", "0") // the fuzzer's own frames
            .current_dir(self.repository.root())
            .stderr(Stdio::piped());
        let mut fuzzer = ProcessGroup::spawn(&mut fuzzer)?;
        let output = fuzzer.take_stderr().context("no output")?;
        let told = thread::spawn(move || tell(output));
        let status = fuzzer.wait(Duration::from_secs(seconds) + GRACE)?;
        drop(fuzzer);
        if told.join().is_err() {
            bail!("what the fuzzer says can't be read");
        }
        let found = files(&self.inputs)?.difference(&before).next().cloned();
        match (status, found) {
            (Some(status), None) if status.success() => Ok(()),
            (status, None) => bail!("the fuzzer ended without an input ({status:?})"),
            (_, Some(found)) => bail!("{}", self.describe(&self.inputs.join(found))),
        }
    }

    fn describe(&self, found: &Path) -> String {
        let target = self.target;
        let found = found.strip_prefix(self.repository.root()).unwrap_or(found).display();
        format!(
            "`{target}` does not hold for an input, which is kept as {found}\n\
             help: run it again: `cargo run -p {PACKAGE} -- {target} {found}`\n\
             help: give it a name that says what it is, and commit it with the repair: \
             `cargo test -p {PACKAGE}` runs it from then on"
        )
    }
}

/// Passes on what the fuzzer says, but of its progress no more than somebody wants to read, and not
/// what only it understands.
fn tell(output: impl Read) {
    let mut last = Instant::now();
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        let for_itself = ["INFO: ", "WARNING: Failed to find function", "###### "];
        let starts = for_itself.iter().any(|start| line.starts_with(start));
        if starts || line.contains("\" # Uses: ") {
            continue;
        }
        if line.starts_with('#') && !line.contains(" DONE ") {
            if last.elapsed() < PROGRESS {
                continue;
            }
            last = Instant::now();
        }
        println!("{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_target_is_refused_with_all_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b", "a"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let targets = |asked: &[&str]| {
            let asked: Vec<_> = asked.iter().map(|name| (*name).to_owned()).collect();
            targets(folder.path(), &asked).map_err(|error| error.to_string())
        };
        assert_eq!(targets(&[]).unwrap(), ["a", "b"]);
        assert_eq!(targets(&["b"]).unwrap(), ["b"]);
        let message = "there is no target `c`\nhelp: the targets are a, b";
        assert_eq!(targets(&["a", "c"]), Err(message.to_owned()));
    }
}
