//! `cargo xtask test` and `cargo xtask ci`: everything that has to hold before a change lands.

use std::process::Command;

use anyhow::{Result, bail};
use cargo_metadata::Package;
use clap::{Args, ValueEnum};

use crate::command::{self, CARGO};
use crate::report::Report;
use crate::repository::{Repository, integration_tests};
use crate::tools::Tools;
use crate::{setup, size, tidy, worker};

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
    /// The documentation builds without warnings
    Docs,
    /// What is published is complete: it builds from its package alone
    Package,
    /// The Workers build as for production
    Wasm,
    /// The committed wrangler files are what the declarations ask for
    Generate,
    /// The quickstart on workerd, over HTTP
    E2e,
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
        [] => all
            .filter(|step| !matches!(step, Step::Deny | Step::Typos))
            .collect(),
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
    let Some(value) = step.to_possible_value() else {
        bail!("every step has a name")
    };
    let purpose = value
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    report.step(value.get_name(), &purpose, || match step {
        Step::Setup => setup::run(repository).map(drop),
        Step::Fmt => cargo(repository, &["fmt", "--all", "--check"]),
        Step::Tidy => tidy::run(repository),
        Step::Clippy => clippy(repository),
        Step::Unit => unit(repository),
        Step::Cross => cross(repository),
        Step::Docs => docs(repository),
        Step::Package => package(repository),
        Step::Wasm => wasm(repository),
        Step::Generate => generate(repository),
        Step::E2e => cargo(repository, &["test", "-p", TESTS, "--test", "e2e"]),
        Step::Size => cargo(
            repository,
            &["test", "-p", TESTS, "--test", "size", "--", "--nocapture"],
        ),
        Step::Deny => other(
            repository,
            &["cargo-deny", "--all-features", "check"],
            "cargo-deny",
        ),
        Step::Typos => other(repository, &["typos"], "typos-cli"),
    })
}

/// Package by package, so that the features that one asks for hide nothing in another.
fn clippy(repository: &Repository) -> Result<()> {
    for package in repository
        .packages()
        .filter(|package| runs_natively(package))
    {
        for features in feature_sets(package) {
            let mut arguments = vec!["clippy", "--quiet", "--all-targets", "-p", &package.name];
            arguments.extend(features.iter().map(String::as_str));
            arguments.extend(["--", "-D", "warnings"]);
            cargo(repository, &arguments)?;
        }
    }
    let libraries = ["storage-core", "storage-runtime"];
    let workers = repository.workers().map(|package| package.name.as_str());
    for package in libraries.into_iter().chain(workers) {
        cargo(
            repository,
            &[
                "clippy",
                "--quiet",
                "--lib",
                "--all-features",
                "--target",
                WASM,
                "-p",
                package,
                "--",
                "-D",
                "warnings",
            ],
        )?;
    }
    Ok(())
}

/// None, each alone, and all of them.
fn feature_sets(package: &Package) -> Vec<Vec<String>> {
    let none = || "--no-default-features".to_owned();
    let features = package
        .features
        .keys()
        .filter(|feature| *feature != "default");
    let mut sets = vec![vec![none()]];
    sets.extend(features.map(|feature| vec![none(), format!("--features={feature}")]));
    if sets.len() > 2 {
        sets.push(vec!["--all-features".to_owned()]);
    }
    sets
}

fn unit(repository: &Repository) -> Result<()> {
    let mut arguments = vec!["test", "--workspace", "--all-features", "--exclude", TESTS];
    let not_native = repository
        .packages()
        .filter(|package| !runs_natively(package));
    arguments.extend(not_native.flat_map(|package| ["--exclude", &package.name]));
    cargo(repository, &arguments)
}

/// All of the crossing tests but those that are steps of their own.
fn cross(repository: &Repository) -> Result<()> {
    let mut arguments = vec!["test", "-p", TESTS, "--lib"];
    let tests = repository
        .packages()
        .filter(|package| *package.name == TESTS);
    let tests = tests
        .flat_map(integration_tests)
        .filter(|test| !["e2e", "size"].contains(test));
    arguments.extend(tests.flat_map(|test| ["--test", test]));
    cargo(repository, &arguments)
}

fn docs(repository: &Repository) -> Result<()> {
    let mut arguments = vec!["doc", "--no-deps", "--all-features"];
    arguments.extend(
        repository
            .published()
            .flat_map(|package| ["-p", &package.name]),
    );
    let mut cargo = Command::new(CARGO);
    cargo
        .args(arguments)
        .current_dir(repository.root())
        .env("RUSTDOCFLAGS", "-D warnings");
    command::run(&mut cargo)
}

fn package(repository: &Repository) -> Result<()> {
    // What is not committed is not left out quietly: this is about the files as they are.
    let mut arguments = vec!["package", "--quiet", "--allow-dirty"];
    arguments.extend(
        repository
            .published()
            .flat_map(|package| ["-p", &package.name]),
    );
    cargo(repository, &arguments)
}

fn wasm(repository: &Repository) -> Result<()> {
    let tools = Tools::find(repository)?;
    for package in repository.workers() {
        worker::build(repository, &tools, &package.name)?;
    }
    Ok(())
}

fn generate(repository: &Repository) -> Result<()> {
    let examples = repository.root().join("examples");
    let is_example = |package: &&Package| package.manifest_path.starts_with(&examples);
    for package in repository.workers().filter(is_example) {
        cargo(
            repository,
            &[
                "run",
                "--quiet",
                "-p",
                "storage-cli",
                "--bin",
                "cargo-storage",
                "--",
                "storage",
                "generate",
                "--check",
                "--manifest-path",
                package.manifest_path.as_str(),
            ],
        )?;
    }
    Ok(())
}

/// All packages but the one that has nothing of this library, so needs a Worker around it.
fn runs_natively(package: &Package) -> bool {
    *package.name != size::BY_HAND
}

fn cargo(repository: &Repository, arguments: &[&str]) -> Result<()> {
    command::run(
        Command::new(CARGO)
            .args(arguments)
            .current_dir(repository.root()),
    )
}

fn other(repository: &Repository, words: &[&str], package: &str) -> Result<()> {
    let [program, arguments @ ..] = words else {
        bail!("no program")
    };
    if !command::exists(program) {
        bail!("`{program}` was not found\nhelp: cargo install --locked {package}");
    }
    command::run(
        Command::new(program)
            .args(arguments)
            .current_dir(repository.root()),
    )
}
