//! The OpenAPI document is one, and the server does what it says: Schemathesis makes requests of it, right
//! and wrong ones, and looks at every answer.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use xtask::command;
use xtask::repository::Repository;
use xtask::tools;

const KEY: &str = "key-of-these-tests";

/// Requests of each kind, for each operation.
const REQUESTS: &str = "25";

/// The example, natively, until it is dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
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

impl Drop for Server {
    fn drop(&mut self) {
        // It has replaced cargo, or is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_server_does_what_its_document_says() {
    let repository = Repository::open().unwrap();
    let python = tools::python_of_the_api(&repository).unwrap();
    let server = Server::start(&repository);
    let document = format!("{}/open-api.json", server.url);

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
        .args(["run", &document, "--url", &server.url, "--max-examples", REQUESTS])
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
