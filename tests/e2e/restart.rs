//! What outlives the server, and what must not.

use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};

use crate::worker::Worker;

/// What the quickstart declares.
const TTL_SECONDS: u64 = 86_400;

pub(crate) fn data_is_still_there(quickstart: &Worker) -> Result<()> {
    let running = quickstart.start("restarted")?;
    let before = now()?;
    running.client.upload("kept", "text/plain", b"kept")?.json()?;
    running.client.save("kept", r#"{"kept":true}"#)?.json()?;
    let after = now()?;
    drop(running);

    expires_as_declared(quickstart, before, after)?;

    let running = quickstart.start("restarted")?;
    running.client.download("kept")?.is_file("text/plain", b"kept")?;
    let config = running.client.read("kept")?.json()?;
    ensure!(config["kept"] == true, "{config}");
    running.client.create("kept", b"again")?.is_error(409, "storage_key_already_exists")
}

/// The entry got the declaration's time to live: `wrangler` reads it without our code.
fn expires_as_declared(quickstart: &Worker, before: u64, after: u64) -> Result<()> {
    let entries = quickstart.stored_entries("restarted", "APP_CONFIGS")?;
    let [entry] = &entries[..] else { anyhow::bail!("one entry was stored, found {entries:?}") };
    ensure!(entry["name"] == "kept", "{entry}");
    let expires = entry["expiration"].as_u64().context("the entry does not expire")?;
    let declared = before + TTL_SECONDS..=after + TTL_SECONDS + 1;
    ensure!(declared.contains(&expires), "expires at {expires}, declared is {declared:?}");
    Ok(())
}

pub(crate) fn nothing_is_left_behind(quickstart: &Worker) -> Result<()> {
    let running = quickstart.start("stopped")?;
    let address = running.server.url().trim_start_matches("http://").to_owned();
    TcpStream::connect(&address).context("the server does not listen")?;
    drop(running);
    ensure!(TcpStream::connect(&address).is_err(), "something still listens on {address}");
    Ok(())
}

fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
