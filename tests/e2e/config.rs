//! Saving and reading config: the KV half of the quickstart.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::worker::Running;

/// The longest key of an entry, in bytes of UTF-8.
const KEY_BYTES_MAX: usize = 512;

pub(crate) fn json_comes_back(running: &Running) -> Result<()> {
    let values = [
        json!({"theme": "dark", "nested": {"list": [1, -2.5, null, true, "ü"], "empty": {}}}),
        json!([]),
        json!("text"),
        json!(9_007_199_254_740_993_u64), // more than a JavaScript number holds
        json!(null),
    ];
    for (number, value) in values.iter().enumerate() {
        let key = format!("json/{number}");
        let saved = running.client.save(&key, &value.to_string())?.json()?;
        ensure!(saved == json!({"success": true}), "{saved}");
        let answer = running.client.read(&key)?;
        let found: Value = answer.json()?;
        ensure!(found == *value, "{found}, not {value}");
        let content_type = answer.content_type.as_deref();
        ensure!(content_type == Some("application/json"), "content type {content_type:?}");
    }
    Ok(())
}

pub(crate) fn a_missing_key_is_not_found(running: &Running) -> Result<()> {
    let answer = running.client.read("never-saved")?;
    ensure!(answer.status == 404, "answered {}", answer.describe());
    Ok(())
}

pub(crate) fn what_is_not_json_is_refused(running: &Running) -> Result<()> {
    let answer = running.client.save("broken", "{\"a\":")?;
    ensure!(answer.status == 400, "answered {}", answer.describe());
    let answer = running.client.post("/config/broken", Some("text/plain"), b"{}")?;
    ensure!(answer.status == 415, "answered {}", answer.describe());
    ensure!(running.client.read("broken")?.status == 404, "something was stored");
    Ok(())
}

pub(crate) fn any_unicode_is_a_key(running: &Running) -> Result<()> {
    for key in ["設定/ü 🗄️", "a b+c%20d", "?query#fragment&x=y", "quote\"'`\\", "..."] {
        running.client.save(key, &json!(key).to_string())?.json()?;
        let found = running.client.read(key)?.json()?;
        ensure!(found == key, "{found}, not {key}");
    }
    Ok(())
}

pub(crate) fn the_longest_key_fits_and_a_longer_does_not(running: &Running) -> Result<()> {
    let longest = "ü".repeat(KEY_BYTES_MAX / 2);
    running.client.save(&longest, "1")?.json()?;
    ensure!(running.client.read(&longest)?.json()? == 1);
    let longer = format!("{longest}x");
    running.client.save(&longer, "1")?.is_error(400, "storage_invalid_key")?;
    running.client.read(&longer)?.is_error(400, "storage_invalid_key")
}
