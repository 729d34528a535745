//! A Worker that is bound to a storage Worker, and calls it as the library never does.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::worker::{Running, Worker};

/// What sends the calls: `tests/e2e/hostile.js` says how.
const HOSTILE: &str = include_str!("hostile.js");

/// What a storage Worker might do beside what it is for: what JavaScript, the platform and wasm-bindgen name.
const NAMES: &[&str] = &[
    "storage_call",
    "__wbindgen_malloc",
    "__wbindgen_free",
    "__wbindgen_start",
    "memory",
    "initSync",
    "init",
    "start",
    "env",
    "ctx",
    "scheduled",
    "queue",
    "email",
    "tail",
    "get",
    "put",
];

/// One server: whatever was said before, the next call is answered.
pub(crate) fn a_caller_says_what_it_likes(bindings: &Worker) -> Result<()> {
    let grant = json!({ "kind": "bucket", "verbs": ["read", "write"], "prefix": "hostile/" });
    let config = json!({
        "name": "hostile",
        "main": "hostile.js",
        "compatibility_date": "2026-11-01",
        "services": [{
            "binding": "STORAGE",
            "service": "conformance-storage",
            "props": { "storage": { "conformance-objects": grant } },
        }],
    });
    let running = bindings.start_behind("hostile", &config, HOSTILE)?;
    what_is_no_message_is_refused(&running)?;
    nothing_else_is_to_be_called(&running)?;
    let found = ask(&running, "/memory")?;
    ensure!(found == json!({ "storage_declaration_mismatch": 50 }), "{found}");
    let found = ask(&running, "/amplified")?;
    ensure!(found == json!({ "answered": 1000, "bytes": 65_536_000 }), "{found}");
    let found = ask(&running, "/endless")?;
    ensure!(found == json!({ "other": ["ok"], "ended": true, "after": null }), "{found}");
    Ok(())
}

fn what_is_no_message_is_refused(running: &Running) -> Result<()> {
    let told = ask(running, "/messages")?;
    ensure!(told["written"].is_null(), "something was written: {told}");
    for (what, found) in told["found"].as_object().context("nothing was found")? {
        let is_refused = match found[0].as_str() {
            // What is no value of the platform's does not get that far.
            Some("thrown") => found[1].as_str().is_some_and(|text| text.contains("DataCloneError")),
            Some(code) => {
                ["storage_declaration_mismatch", "storage_invalid_option"].contains(&code)
            }
            None => false,
        };
        ensure!(is_refused, "{what}: {found}");
    }
    Ok(())
}

fn nothing_else_is_to_be_called(running: &Running) -> Result<()> {
    let query: Vec<_> = NAMES.iter().map(|name| format!("name={name}")).collect();
    let told = ask(running, &format!("/names?{}", query.join("&")))?;
    for name in NAMES {
        let found = told[*name].as_str().unwrap_or_default();
        ensure!(found.contains("TypeError"), "{name}: {told}");
    }
    let told = ask(running, "/names?name=fetch")?;
    ensure!(told == json!({ "fetch": 404 }), "{told}");
    Ok(())
}

fn ask(running: &Running, path: &str) -> Result<Value> {
    let answer = running.client.get(path)?;
    ensure!(answer.status == 200, "{path}: {}", answer.describe());
    answer.json()
}
