//! The gallery in a browser, on workerd: what a page, storage and a Worker make together. And pages of other
//! origins that use KV over REST.
//!
//! The cases are in `cases.mjs` and `origins.mjs`; arguments are parts of their names. Pictures of the page are kept in
//! `target/browser`. `cargo xtask setup` has to have run, and installs a browser where it can.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde_json::json;
use xtask::repository::Repository;
use xtask::served::Served;
use xtask::{command, tools};

/// No secrets: everybody can read them here, and they guard nothing but tests. The access key is that of
/// `local_dev` in the wrangler file.
const SECRETS: [(&str, &str); 4] = [
    ("GALLERY_LINK_KEYS", "links:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ("GALLERY_VAULT_KEYS", "vault:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ("R2_ACCESS_KEY_ID", "local-access-key-id"),
    ("R2_SECRET_ACCESS_KEY", "local-secret-access-key"),
];

fn main() -> ExitCode {
    let names: Vec<_> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    match run(&names) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(names: &[String]) -> Result<()> {
    let repository = Repository::open()?;
    let browser = tools::browser()?;
    let packages = tools::browser_packages(&repository)?;
    let gallery = Served::build(&repository, "gallery").context("building the gallery")?;
    let server = gallery.start_signing("data", &SECRETS).context("starting the gallery")?;
    let bindings = Served::build(&repository, "conformance").context("building conformance")?;
    let rest = bindings.start("data").context("starting conformance")?;
    let task = json!({
        "url": server.url(),
        "rest": rest.url(),
        "browser": browser,
        "packages": packages,
        "storage": gallery.data("data"),
        "pictures": repository.target().join("browser"),
        "names": names,
    });
    let mut node = gallery.tools().command("node");
    let script = repository.root().join("tests/browser/run.mjs");
    let outcome = command::run(node.arg(script).env("TASK", task.to_string()));
    if outcome.is_err() {
        for server in [&server, &rest] {
            eprintln!("wrangler printed:\n{}", server.output_of_interest());
        }
    }
    outcome
}
