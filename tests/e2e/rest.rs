//! KV over REST on workerd. What a server does with a request is tested in `rest/`; here it is what
//! the platform has a part in.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::http::Answer;
use crate::key_server::KeyServer;
use crate::table::{CALLERS, ROWS};
use crate::tokens::{tokens, vectors};
use crate::worker::Running;

const OWNER: (&str, &str) = ("x-api-key", "owner-key-of-tests");
const JSON: (&str, &str) = ("content-type", "application/json");

fn ask(running: &Running, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
    running.client.ask(method, &format!("/rest{path}"), &[OWNER, JSON], body)
}

fn data(answer: &Answer) -> Result<Value> {
    Ok(answer.json()?["data"].take())
}

pub(crate) fn everybody_may_do_what_is_theirs(running: &Running) -> Result<()> {
    for path in ["/v1/kv/a", "/v1/kv/team/a"] {
        data(&ask(running, "PUT", path, br#"{"value":1}"#)?)?;
    }
    for (caller, headers) in CALLERS {
        for row in ROWS {
            let path = format!("/rest{}", row.path);
            let headers = [headers, &[JSON][..]].concat();
            let answer = running.client.ask(row.method, &path, &headers, row.body.as_bytes())?;
            let expected = row.answer(*caller);
            let what = format!("{caller:?} {headers:?} {} {path} {}", row.method, row.body);
            ensure!(answer.status == expected, "{what}: not {expected}, {}", answer.describe());
        }
    }
    Ok(())
}

pub(crate) fn entries_are_what_was_written(running: &Running) -> Result<()> {
    for path in ["rest/a/b", "rest/a_b", "rest/a%2Fc", "rest/%C3%BC%20%25", "rest/a//"] {
        let body = json!({ "value": path, "ttl": 3600, "metadata": { "by": path } }).to_string();
        let path_of = format!("/v1/kv/{path}");
        ensure!(data(&ask(running, "PUT", &path_of, body.as_bytes())?)? == path);
        let got = ask(running, "GET", &path_of, b"")?.json()?;
        let expected = json!({
            "status": 200, "success": true, "data": path, "metadata": { "by": path }
        });
        ensure!(got == expected, "{got}");
    }
    let page = data(&ask(running, "GET", "/v1/kv?prefix=rest%2F", b"")?)?;
    let entries = page["entries"].as_array().context("no entries")?;
    let keys: Vec<_> = entries.iter().filter_map(|entry| entry["key"].as_str()).collect();
    ensure!(keys == ["rest/a//", "rest/a/b", "rest/a/c", "rest/a_b", "rest/ü %"], "{keys:?}");
    ensure!(entries.iter().all(|entry| entry["expiration"].is_u64()), "{page}");

    let batch = json!({
        "get": ["rest/a/b", "rest/none"],
        "put": [{ "key": "rest/new", "value": [1] }],
        "delete": ["rest/a/b", "rest/a/c", "rest/a_b", "rest/ü %", "rest/a//"],
    });
    let done = data(&ask(running, "POST", "/v1/kv:batch", batch.to_string().as_bytes())?)?;
    ensure!(done["get"][0]["value"] == "rest/a/b", "{done}");
    ensure!(done["get"][1]["found"] == false, "{done}");
    ensure!(ask(running, "GET", "/v1/kv/rest/a/b", b"")?.status == 404);
    ensure!(data(&ask(running, "GET", "/v1/kv/rest/new", b"")?)? == json!([1]));
    Ok(())
}

pub(crate) fn bytes_come_back_as_they_are(running: &Running) -> Result<()> {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let headers = [OWNER, ("content-type", "image/png")];
    let written = running.client.ask("PUT", "/rest/v1/kv/bytes", &headers, &bytes)?;
    ensure!(written.status == 200, "{}", written.describe());
    running.client.ask("GET", "/rest/v1/kv/bytes", &[OWNER], b"")?.is_file("image/png", &bytes)?;
    let headers = [OWNER, ("accept", "application/json")];
    let refused = running.client.ask("GET", "/rest/v1/kv/bytes", &headers, b"")?;
    refused.is_error(406, "storage_not_acceptable")
}

/// What stands beside a value may be older than the value.
pub(crate) fn what_another_program_wrote_is_whole(running: &Running) -> Result<()> {
    let bytes: Vec<u8> = (b'a'..=b'z').cycle().take(100_000).collect();
    for (len, noted) in [(10, 10), (10, 3), (10, 0), (10, 20), (0, 0), (0, 5), (100_000, 9_000)] {
        let value = &bytes[..len];
        let path = format!("/rest-behind/{noted}/of-another");
        let stored = running.client.ask("PUT", &path, &[], value)?;
        ensure!(stored.status == 200, "{}", stored.describe());
        let got = running.client.ask("GET", "/rest/v1/kv/of-another", &[OWNER], b"")?;
        got.is_file("text/plain", value).with_context(|| format!("{len}, noted as {noted}"))?;
    }
    Ok(())
}

/// A value as long as KV takes: many of them would be more than a Worker has.
pub(crate) fn what_is_long_is_bounded_or_streamed(running: &Running) -> Result<()> {
    let bytes: Vec<u8> = (b'a'..=b'z').cycle().take(25 * 1024 * 1024).collect();
    let headers = [OWNER, ("content-type", "text/plain")];
    for key in ["long/1", "long/2", "long/3", "long/4"] {
        let path = format!("/rest/v1/kv/{key}");
        let written = running.client.ask("PUT", &path, &headers, &bytes)?;
        ensure!(written.status == 200, "{}", written.describe());
        let got = running.client.ask("GET", &path, &[OWNER], b"")?;
        got.is_file("text/plain", &bytes)?;
        let as_json = [OWNER, ("accept", "application/json")];
        let refused = running.client.ask("GET", &path, &as_json, b"")?;
        refused.is_error(406, "storage_not_acceptable")?;
    }
    let all = json!({ "get": ["long/1", "long/2", "long/3", "long/4"], "delete": ["long/1"] });
    let refused = ask(running, "POST", "/v1/kv:batch", all.to_string().as_bytes())?;
    refused.is_error(413, "storage_value_too_large")?;
    let gone = json!({ "delete": ["long/1", "long/2", "long/3", "long/4"] });
    let done = ask(running, "POST", "/v1/kv:batch", gone.to_string().as_bytes())?;
    ensure!(done.status == 200, "{}", done.describe());
    Ok(())
}

pub(crate) fn a_refusal_has_the_envelope(running: &Running) -> Result<()> {
    ask(running, "PUT", "/v1/kv/x", b"{")?.is_error(400, "storage_invalid_json")?;
    ask(running, "PUT", "/v1/kv/x", b"{}")?.is_error(400, "storage_invalid_value")?;
    ask(running, "GET", "/v1/kv/%FF", b"")?.is_error(400, "storage_invalid_key")?;
    let missing = ask(running, "GET", "/v1/kv/x", b"")?;
    missing.is_error(404, "storage_entry_not_found")?;
    let head = ask(running, "HEAD", "/v1/kv/x", b"")?;
    ensure!((head.status, head.body.len()) == (404, 0), "{}", head.describe());
    Ok(())
}

/// What is refused before it is read is read all the same if it is little: with the connection, its sender would
/// lose the answer.
pub(crate) fn what_is_refused_unread_is_answered(running: &Running) -> Result<()> {
    let body = vec![b'x'; 60_000];
    for _ in 0..50 {
        for path in ["/rest/v1/kv/unread", "/rest-axum/v1/kv/unread"] {
            let put = |path: &str, headers: &[(&str, &str)]| {
                running.client.ask("PUT", path, headers, &body)
            };
            put(path, &[JSON])?.is_error(401, "storage_unauthorized")?;
            let unknown = put(&format!("{path}?tll=60"), &[OWNER, JSON])?;
            unknown.is_error(400, "storage_invalid_option")?;
        }
    }
    Ok(())
}

/// The address is the one that the platform says, and the limit is the platform's.
pub(crate) fn addresses_and_limits_are_the_platforms(running: &Running) -> Result<()> {
    let origin = ("origin", "https://app.example");
    let health =
        |headers: &[(&str, &str)]| running.client.ask("GET", "/rest-limited/health", headers, b"");
    let first = health(&[origin])?;
    ensure!(first.status == 200, "{}", first.describe());
    ensure!(first.header("access-control-allow-origin") == Some("https://app.example"));
    // Locally the platform leaves an address as it is sent.
    let from = |address| health(&[("cf-connecting-ip", address)]);
    let listed = from("192.0.2.7")?;
    ensure!(listed.status == 200, "{}", listed.describe());
    for elsewhere in ["198.51.100.7", "192.0.20.7", "2001:db8::1", "unknown"] {
        from(elsewhere)?.is_error(403, "storage_forbidden")?;
    }
    let mut refused = None;
    for _ in 0..40 {
        let answer = health(&[])?;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.context("the limit of 20 let 41 requests through")?;
    refused.is_error(429, "storage_rate_limited")?;
    ensure!(refused.header("retry-after") == Some("60"));
    Ok(())
}

/// By the platform's own verification.
pub(crate) fn only_right_tokens_are_taken(running: &Running) -> Result<()> {
    let vectors = vectors();
    let issuer = KeyServer::start(&vectors["jwks"].to_string())?;
    let list = |keys: &str, token: &str| {
        let path = if keys == "jwks" { "/rest-keys/v1/kv" } else { "/rest-secret/v1/kv" };
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", &*bearer), ("x-keys", &*issuer.url())];
        running.client.ask("GET", path, &headers, b"")
    };
    for (name, keys, token, is_right) in tokens(&vectors) {
        let expected = if is_right { 200 } else { 401 };
        let answer = list(keys, token)?;
        ensure!(answer.status == expected, "{name}: not {expected}, {}", answer.describe());
    }
    ensure!(issuer.asked() > 1, "the keys were not asked for again");
    let next = vectors["next_token"].as_str().context("no next token")?;
    ensure!(list("jwks", next)?.status == 401, "a key that is not there yet");
    issuer.answer_with(200, &vectors["next_jwks"].to_string());
    let taken = list("jwks", next)?;
    ensure!(taken.status == 200, "the next key: {}", taken.describe());
    let (_, _, old, _) =
        tokens(&vectors).find(|(name, ..)| *name == "ES256").context("no token")?;
    ensure!(list("jwks", old)?.status == 401, "a key that is gone");
    Ok(())
}

/// The example without its secret: nothing is served.
pub(crate) fn a_server_without_its_key_serves_nothing(running: &Running) -> Result<()> {
    for path in ["/v1/kv/a", "/v1/kv", "/v1/admin/info", "/health"] {
        running.client.get(path)?.is_error(500, "storage_misconfigured")?;
    }
    Ok(())
}
