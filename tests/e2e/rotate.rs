//! Rotation on workerd, driven by `cargo storage rotate`.

use std::process::Command;

use anyhow::{Context as _, Result, anyhow, ensure};
use storage_core::crypto::{KeyRing, seal_all};
use xtask::repository::Repository;

use crate::cipher::{CHUNK, plaintext};
use crate::sealed::{Store, ring};
use crate::worker::Running;

/// The second key of the Worker: what was the first one once.
const PAST: &str = "past";

pub(crate) fn the_keys_of_a_bucket_are_rotated(running: &Running) -> Result<()> {
    rotates(running, Store::bucket(running), "--bucket", &[0, 1, CHUNK, 20 * 1024 * 1024 + 5])
}

pub(crate) fn the_keys_of_a_namespace_are_rotated(running: &Running) -> Result<()> {
    rotates(running, Store::kv(running), "--kv", &[0, 1, CHUNK, 2 * 1024 * 1024 + 5])
}

fn rotates(running: &Running, store: Store<'_>, option: &str, lengths: &[usize]) -> Result<()> {
    for length in lengths {
        let (key, plain) = (format!("rotated/{length}"), plaintext(*length));
        store.put("bytes", &key, &plain)?;
        // What is noted beside it is a lie then.
        store.replace(&key, &sealed_in_the_past(&store, &key, &plain)?)?;
    }
    store.put("bytes", "rotated/current", b"text")?;
    let ran = rotate(running, &store, option, &["--limit", "2"])?;
    let (all, old) = (lengths.len() + 1, lengths.len());
    ensure!(ran.0 == Some(0), "it ended with {ran:?}");
    ensure!(ran.1.starts_with(&format!("{}: {all} entries, {old} rotated", store.name)), "{ran:?}");
    ensure!(ran.1.contains("\n  0  under past\n"), "{ran:?}");
    for length in lengths {
        let (key, plain) = (format!("rotated/{length}"), plaintext(*length));
        store.is_read("bytes", &key, &plain).map_err(|error| anyhow!("{length}: {error}"))?;
        let opened = is_under_the_first(&store, &key)?;
        ensure!(opened, "{key} is not under the first key");
    }
    let ran = rotate(running, &store, option, &[])?;
    ensure!(ran.1.starts_with(&format!("{}: {all} entries, 0 rotated", store.name)), "{ran:?}");

    // What is damaged in the middle is found when it is read, and nothing is written in its place.
    let key = "rotated/damaged";
    store.put("bytes", key, b"text")?;
    let mut damaged = sealed_in_the_past(&store, key, &plaintext(100 * CHUNK))?;
    damaged.iter_mut().skip(90 * CHUNK).take(1).for_each(|byte| *byte ^= 1);
    store.replace(key, &damaged)?;
    store.create("rotated/plain", b"plain")?;
    let ran = rotate(running, &store, option, &["--encrypt-plain"])?;
    ensure!(ran.0 == Some(1), "it ended with {ran:?}");
    ensure!(ran.1.contains("\"rotated/damaged\": storage_decryption_failed"), "{ran:?}");
    ensure!(ran.1.contains("1 is left under past"), "{ran:?}");
    ensure!(store.stored(key)? == damaged, "what was damaged is another by now");
    store.is_read("bytes", "rotated/plain", b"plain")?;
    ensure!(is_under_the_first(&store, "rotated/plain")?, "what was plain is not encrypted");
    Ok(())
}

pub(crate) fn nobody_without_the_keys_rotates(running: &Running) -> Result<()> {
    for path in ["/rotate/bucket", "/rotate/kv"] {
        let wrong = [("authorization", "Bearer AXIEZmYAAAAA")];
        for headers in [&[][..], &wrong] {
            let answer = running.client.ask("POST", path, headers, b"{}")?;
            answer.is_error(403, "storage_forbidden")?;
        }
    }
    Ok(())
}

fn sealed_in_the_past(store: &Store<'_>, key: &str, plain: &[u8]) -> Result<Vec<u8>> {
    let ring = KeyRing::parse(ring()?)?;
    let past = ring.by_id(PAST).context("the Worker has no second key")?;
    Ok(seal_all(past.message_keys(&[7; 24], &store.context(key)), plain)?)
}

fn is_under_the_first(store: &Store<'_>, key: &str) -> Result<bool> {
    let ring = KeyRing::parse(ring()?)?;
    let stored = store.stored(key)?;
    let prefix = stored.first_chunk().context("it is not as long as a message")?;
    Ok(ring.primary().open(prefix, &store.context(key)).is_some())
}

/// How the command ended, and what it said.
fn rotate(
    running: &Running,
    store: &Store<'_>,
    option: &str,
    more: &[&str],
) -> Result<(Option<i32>, String, String)> {
    let repository = Repository::open()?;
    let folder = tempfile::tempdir()?;
    let mut command = Command::new("cargo");
    command.current_dir(repository.root());
    command.args(["run", "-q", "-p", "storage-cli", "--bin", "cargo-storage", "--", "storage"]);
    command.args(["rotate", option, store.name, "--secret", "CONFORMANCE_KEYS"]);
    command.args(["--url", &format!("{}/rotate/{}", running.server.url(), store.kind)]);
    // Other cases have entries there that are damaged on purpose.
    command.args(["--prefix", "rotated/"]).args(more);
    command.arg("--state").arg(folder.path().join("state.json"));
    let output = command.env("CONFORMANCE_KEYS", ring()?).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((output.status.code(), text(&output.stdout), text(&output.stderr)))
}
