//! The example whose storage is in a storage Worker.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use xtask::command;
use xtask::repository::Repository;

use crate::worker::{Running, Worker};

/// What the storage Worker has, and the app has not.
const LINK_KEYS: &str = "links:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const FIRST_KEY: &str = "first:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECOND_KEY: &str = "second:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

/// The storage Worker's place among the two.
const STORAGE: usize = 1;

/// What encrypted data never looks like.
const SECRET_TEXT: &[u8] = b"the combination is 12-34-56";

const DATA: &str = "vault";

/// One run, since what the app stores is what the storage Worker is then asked for.
pub(crate) fn documents_are_encrypted_and_linked_by_the_storage_worker(
    vault: &Worker,
) -> Result<()> {
    set_keys(vault, FIRST_KEY)?;
    vault.store_object(DATA, "vault-statements/published/2026.txt", b"for all")?;
    vault.store_object(DATA, "vault-statements/drafts/2026.txt", b"for nobody yet")?;
    let link = {
        let app = vault.start(DATA)?;
        documents_come_back(&app)?;
        statements_are_read(&app)?;
        nobody_without_the_keys_rotates(&app)?;
        links_are_passed_on(&app)?;
        let answer = app.client.post("/documents/safe.txt/link", None, b"")?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        String::from_utf8(answer.body)?
    };

    let stored = vault.stored_object(DATA, "vault-documents/documents/safe.txt")?;
    ensure!(stored.len() > SECRET_TEXT.len(), "{} bytes are stored", stored.len());
    let is_plain = stored.windows(SECRET_TEXT.len()).any(|bytes| bytes == SECRET_TEXT);
    ensure!(!is_plain, "what is stored is not encrypted");

    let both = format!("{SECOND_KEY},{FIRST_KEY}");
    set_keys(vault, &both)?;
    {
        let app = vault.start(DATA)?;
        let said = rotate(&app, &both)?;
        ensure!(said.starts_with("vault-documents: 1 entry, 1 rotated"), "{said}");
    }
    let rotated = vault.stored_object(DATA, "vault-documents/documents/safe.txt")?;
    ensure!(rotated != stored, "it is stored as it was");

    set_keys(vault, SECOND_KEY)?;
    let storage = vault.start_from(STORAGE, DATA)?;
    let (_, token) = link.split_once("://files.example.com/").context("another host")?;
    let answer = storage.client.get(&format!("/{token}"))?;
    answer.is_file("text/plain", SECRET_TEXT)?;
    storage
        .client
        .ask("PUT", &format!("/{token}"), &[], b"another")?
        .is_error(403, "storage_link_refused")?;
    the_public_finds_nothing_else(&storage)
}

fn set_keys(vault: &Worker, keys: &str) -> Result<()> {
    vault.set_secrets(&[("VAULT_KEYS", keys), ("VAULT_LINK_KEYS", LINK_KEYS)])
}

/// What `cargo storage rotate` says, with the keys that the app has not.
fn rotate(app: &Running, keys: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new("cargo");
    command.current_dir(Repository::open()?.root());
    command.args(["run", "-q", "-p", "storage-cli", "--bin", "cargo-storage", "--", "storage"]);
    command.args(["rotate", "--bucket", "vault-documents"]);
    command.args(["--url", &format!("{}/rotate", app.server.url())]);
    command.arg("--state").arg(folder.path().join("state.json"));
    command::read(command.env("VAULT_KEYS", keys))
}

fn documents_come_back(app: &Running) -> Result<()> {
    let headers = [("content-type", "text/plain")];
    let answer = app.client.ask("PUT", "/documents/safe.txt", &headers, SECRET_TEXT)?;
    ensure!(answer.status == 201, "answered {}", answer.describe());
    app.client.get("/documents/safe.txt")?.is_file("text/plain", SECRET_TEXT)?;
    let large: Vec<u8> = (0..9 * 1024 * 1024_u32).map(|number| (number % 251) as u8).collect();
    let answer = app.client.ask("PUT", "/documents/large", &headers, &large)?;
    ensure!(answer.status == 201, "answered {}", answer.describe());
    app.client.get("/documents/large")?.is_file("text/plain", &large)?;
    let range = [("range", "bytes=4-14")];
    let answer = app.client.ask("GET", "/documents/safe.txt", &range, b"")?;
    ensure!(answer.status == 206 && answer.body == b"combination", "{}", answer.describe());
    let answer = app.client.ask("DELETE", "/documents/large", &[], b"")?;
    ensure!(answer.status == 204, "answered {}", answer.describe());
    app.client.get("/documents/large")?.is_error(404, "storage_object_not_found")
}

/// By the app, which has not the keys: as in a session of both, where requests reach it alone.
fn links_are_passed_on(app: &Running) -> Result<()> {
    let link = |path: &str| -> Result<String> {
        let answer = app.client.post(path, None, b"")?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        let url = String::from_utf8(answer.body)?;
        let (_, token) = url.split_once("://files.example.com/").context("another host")?;
        Ok(format!("/{token}"))
    };
    let (write, read) = (link("/documents/linked/upload")?, link("/documents/linked/link")?);
    app.client.get(&read)?.is_error(404, "storage_object_not_found")?;
    let large: Vec<u8> = (0..9 * 1024 * 1024_u32).map(|number| (number % 241) as u8).collect();
    let answer = app.client.ask("PUT", &write, &[("content-type", "text/plain")], &large)?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    app.client.get(&read)?.is_file("text/plain", &large)?;
    let answer = app.client.ask("GET", &read, &[("range", "bytes=240-242")], b"")?;
    ensure!(answer.status == 206 && answer.body == [240, 0, 1], "{}", answer.describe());
    let answer = app.client.ask("HEAD", &read, &[], b"")?;
    ensure!(answer.status == 200 && answer.body.is_empty(), "{}", answer.describe());
    ensure!(answer.header("content-length") == Some("9437184"), "{}", answer.describe());
    app.client.ask("PUT", &read, &[], b"refused")?.is_error(403, "storage_link_refused")?;
    app.client.get("/.storage/token")?.is_error(403, "storage_link_refused")?;
    let answer = app.client.ask("DELETE", "/documents/linked", &[], b"")?;
    ensure!(answer.status == 204, "answered {}", answer.describe());
    Ok(())
}

fn statements_are_read(app: &Running) -> Result<()> {
    let answer = app.client.get("/statements/2026.txt")?;
    ensure!(answer.status == 200 && answer.body == b"for all", "{}", answer.describe());
    app.client.get("/statements/2025.txt")?.is_error(404, "storage_object_not_found")
}

fn nobody_without_the_keys_rotates(app: &Running) -> Result<()> {
    app.client.post("/rotate", None, b"{}")?.is_error(403, "storage_forbidden")
}

fn the_public_finds_nothing_else(storage: &Running) -> Result<()> {
    for path in ["/", "/documents/safe.txt", "/storageCall", "/rotate", "/vault-documents"] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            let answer = storage.client.ask(method, path, &[], b"")?;
            ensure!(answer.status == 404, "{method} {path}: {}", answer.describe());
        }
    }
    Ok(())
}
