//! `cargo xtask test` and `cargo xtask ci`: everything that has to hold before a change lands.

use std::process::Command;

use anyhow::{Result, bail};
use cargo_metadata::Package;
use clap::{Args, ValueEnum};

use crate::command::{self, CARGO};
use crate::report::Report;
use crate::repository::{Repository, integration_tests};
use crate::tools::Tools;
use crate::{package, setup, size, tidy, worker};

const WASM: &str = "wasm32-unknown-unknown";

/// The package of tests that cross crates.
const TESTS: &str = "storage-tests";

/// Which checks to run.
#[derive(Args, Debug)]
pub struct Options {
    /// Run only these steps [default: all but `deny` and `typos`, in this order]
    #[arg(value_enum)]
    steps: Vec<Step>,
}

/// One step, quick ones first.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Step {
    /// Install the tools that are missing
    Setup,
    /// The code is formatted
    Fmt,
    /// The invariants of ARCHITECTURE.md hold
    Tidy,
    /// No lint fires, package by package, with each feature, natively and for wasm
    Clippy,
    /// Unit, integration and documentation tests
    Unit,
    /// The tests that cross crates: compile errors, expansions, lints in user code
    Cross,
    /// What was encrypted is read by the Python program of the documentation; takes python3
    Decrypt,
    /// KV over REST is what its OpenAPI document says, natively and on workerd; takes python3
    Api,
    /// The documentation builds without warnings
    Docs,
    /// What is published is complete: it builds from its package alone
    Package,
    /// The Workers build as for production: examples, and those that tests drive
    Wasm,
    /// The committed wrangler files are what the declarations ask for
    Generate,
    /// The Workers on workerd, over HTTP; takes python3
    E2e,
    /// The gallery, and pages of other origins, in a browser, on workerd; takes Chromium
    Browser,
    /// The quickstart is within its size budget
    Size,
    /// Licences, advisories and sources of dependencies; takes cargo-deny, to be installed by hand
    Deny,
    /// Spelling; takes typos, to be installed by hand
    Typos,
}

/// Runs the checks that were asked for; the first that fails ends the run.
///
/// # Errors
///
/// The first failure, with the name of its step.
pub fn test(repository: &Repository, options: &Options) -> Result<()> {
    let all = Step::value_variants().iter().copied();
    let steps = match options.steps.as_slice() {
        [] => all.filter(|step| !matches!(step, Step::Deny | Step::Typos)).collect(),
        steps => steps.to_vec(),
    };
    run_all(repository, &steps)
}

/// Runs all checks, also those of programs that `setup` does not install.
///
/// # Errors
///
/// The first failure; also if one of the programs is missing.
pub fn ci(repository: &Repository) -> Result<()> {
    run_all(repository, Step::value_variants())
}

fn run_all(repository: &Repository, steps: &[Step]) -> Result<()> {
    let mut report = Report::default();
    for step in steps {
        run(*step, repository, &mut report)?;
    }
    report.finish();
    Ok(())
}

fn run(step: Step, repository: &Repository, report: &mut Report) -> Result<()> {
    let Some(value) = step.to_possible_value() else { bail!("every step has a name") };
    let purpose = value.get_help().map(ToString::to_string).unwrap_or_default();
    report.step(value.get_name(), &purpose, || match step {
        Step::Setup => setup::run(repository).and_then(|_| setup::browser()),
        Step::Fmt => cargo(repository, "fmt --all --check"),
        Step::Tidy => tidy::run(repository),
        Step::Clippy => clippy(repository),
        Step::Unit => unit(repository),
        Step::Cross => cross(repository),
        Step::Decrypt => cargo(repository, "test -p storage-tests --test decrypt"),
        Step::Api => cargo(repository, "test -p storage-tests --test api"),
        Step::Docs => docs(repository),
        Step::Package => package::run(repository),
        Step::Wasm => wasm(repository),
        Step::Generate => generate(repository),
        Step::E2e => cargo(repository, "test -p storage-tests --test e2e"),
        Step::Browser => browser(repository),
        Step::Size => cargo(repository, "test -p storage-tests --test size -- --nocapture"),
        Step::Deny => other(repository, "cargo-deny", "check", "cargo-deny"),
        Step::Typos => other(repository, "typos", "", "typos-cli"),
    })
}

/// What is published is linted feature by feature, and each Worker by itself, so that what one
/// asks for hides nothing in another.
fn clippy(repository: &Repository) -> Result<()> {
    for package in repository.published() {
        for features in feature_sets(package) {
            lint(repository, &format!("--lib --bins {features} -p {}", package.name))?;
        }
    }
    let native = repository.packages().filter(|package| runs_natively(package));
    let native = each("-p", native.map(|package| package.name.as_str()));
    lint(repository, &format!("--all-targets --all-features {native}"))?;
    let libraries = ["storage-core", "storage-runtime"];
    let workers = repository.workers().filter(|package| !is_bench(repository, package));
    let workers = workers.map(|package| package.name.as_str());
    for name in libraries.into_iter().chain(workers).chain([size::BY_HAND]) {
        lint(repository, &format!("--lib --all-features --target {WASM} -p {name}"))?;
    }
    Ok(())
}

fn lint(repository: &Repository, what: &str) -> Result<()> {
    cargo(repository, &format!("clippy -q {what} -- -D warnings"))
}

/// No feature, and each alone.
fn feature_sets(package: &Package) -> Vec<String> {
    let features = package.features.keys().filter(|feature| *feature != "default");
    let mut sets = vec!["--no-default-features".to_owned()];
    sets.extend(features.map(|feature| format!("--no-default-features --features {feature}")));
    sets
}

fn unit(repository: &Repository) -> Result<()> {
    let elsewhere = |package: &&Package| *package.name == TESTS || !runs_natively(package);
    let exclude = repository.packages().filter(elsewhere);
    let exclude = each("--exclude", exclude.map(|package| package.name.as_str()));
    cargo(repository, &format!("test --workspace --all-features {exclude}"))
}

/// All of the crossing tests but those that are steps of their own.
fn cross(repository: &Repository) -> Result<()> {
    let tests = repository.packages().filter(|package| *package.name == TESTS);
    let steps = ["api", "browser", "decrypt", "e2e", "size"];
    let tests = tests.flat_map(integration_tests).filter(|test| !steps.contains(test));
    cargo(repository, &format!("test -p {TESTS} --lib {}", each("--test", tests)))?;
    cargo(repository, &format!("test -p {TESTS} --doc"))
}

fn docs(repository: &Repository) -> Result<()> {
    let arguments = format!("doc --no-deps --all-features {}", published(repository));
    let mut cargo = Command::new(CARGO);
    cargo.args(arguments.split_whitespace()).current_dir(repository.root());
    command::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

fn browser(repository: &Repository) -> Result<()> {
    setup::browser()?;
    cargo(repository, "test -p storage-tests --test browser")
}

fn wasm(repository: &Repository) -> Result<()> {
    let tools = Tools::find(repository)?;
    for package in repository.workers().filter(|package| !is_bench(repository, package)) {
        worker::build(repository, &tools, &package.name)?;
    }
    Ok(())
}

fn generate(repository: &Repository) -> Result<()> {
    let examples = repository.root().join("examples");
    let is_example = |package: &&Package| package.manifest_path.starts_with(&examples);
    for package in repository.workers().filter(is_example) {
        let storage = "run -q -p storage-cli --bin cargo-storage -- storage";
        cargo(repository, &format!("{storage} generate --check -p {}", package.name))?;
    }
    Ok(())
}

/// All packages but the one that has nothing of this library, so needs a Worker around it.
fn runs_natively(package: &Package) -> bool {
    *package.name != size::BY_HAND
}

/// Whether it is for measuring only, by commands that build it.
fn is_bench(repository: &Repository, package: &Package) -> bool {
    package.manifest_path.starts_with(repository.root().join("bench"))
}

/// The flags that name all published packages.
fn published(repository: &Repository) -> String {
    each("-p", repository.published().map(|package| package.name.as_str()))
}

/// The flag before every value.
fn each<'a>(flag: &str, values: impl Iterator<Item = &'a str>) -> String {
    values.map(|value| format!("{flag} {value}")).collect::<Vec<_>>().join(" ")
}

/// Runs cargo at the top of the repository. No argument has a space in it.
fn cargo(repository: &Repository, arguments: &str) -> Result<()> {
    let mut cargo = Command::new(CARGO);
    command::run(cargo.args(arguments.split_whitespace()).current_dir(repository.root()))
}

/// Runs a program that is installed by hand.
fn other(repository: &Repository, program: &str, arguments: &str, package: &str) -> Result<()> {
    if !command::exists(program) {
        bail!("`{program}` was not found\nhelp: cargo install --locked {package}");
    }
    let mut other = Command::new(program);
    command::run(other.args(arguments.split_whitespace()).current_dir(repository.root()))
}
