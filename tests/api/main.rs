//! The OpenAPI document is one, and the server does what it says, natively and on workerd: Schemathesis makes
//! requests of it, right and wrong ones, and looks at every answer.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use xtask::command;
use xtask::repository::Repository;
use xtask::served::Served;
use xtask::tools;

const KEY: &str = "key-of-these-tests";

/// Requests of each kind, for each operation.
const REQUESTS: &str = "25";

#[test]
fn natively_the_server_does_what_its_document_says() {
    let repository = Repository::open().unwrap();
    let server = Native::start(&repository);
    check(&repository, &server.url);
}

#[test]
fn on_workerd_the_server_does_what_its_document_says() {
    let repository = Repository::open().unwrap();
    let worker = Served::build(&repository, "kv-rest").unwrap();
    worker.set_secrets(&[("KV_API_KEY", KEY)]).unwrap();
    let server = worker.start("data").unwrap();
    check(&repository, server.url());
}

/// The example, natively, until it is dropped.
struct Native {
    process: Child,
    url: String,
}

impl Native {
    fn start(repository: &Repository) -> Self {
        let mut cargo = Command::new(command::CARGO);
        cargo.args(["run", "--quiet", "-p", "kv-rest", "--", "--memory"]);
        cargo.current_dir(repository.root()).env("PORT", "0").env("KV_API_KEY", KEY);
        let mut process = cargo.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let url = line.split([' ', ',']).find(|word| word.starts_with("http://"));
        Self { url: url.unwrap().to_owned(), process }
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        // It has replaced cargo, or is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn check(repository: &Repository, url: &str) {
    let python = tools::python_of_the_api(repository).unwrap();
    let document = format!("{url}/open-api.json");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("open-api.json");
    let mut answer = ureq::get(&document).call().unwrap();
    fs::write(&file, answer.body_mut().read_to_vec().unwrap()).unwrap();
    run(Command::new(&python).args(["-m", "openapi_spec_validator"]).arg(&file), folder.path());

    let config = repository.root().join("tests/api");
    let mut schemathesis = Command::new(&python);
    schemathesis
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(config.join("schemathesis.toml"))
        .args(["run", &document, "--url", url, "--max-examples", REQUESTS])
        .args(["--generation-deterministic", "--no-color"])
        .env("PYTHONPATH", &config)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("KV_API_KEY", KEY);
    run(&mut schemathesis, folder.path());
}

/// Runs a program, with what it writes beside its output in that folder.
fn run(command: &mut Command, folder: &Path) {
    let output = command.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
}
