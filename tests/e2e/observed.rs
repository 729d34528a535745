//! A line in the Worker's log for every operation.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::told::{OF_BUCKET, OF_KV, SECRETS, Told};
use crate::worker::Running;

pub(crate) fn every_operation_of_a_bucket_is_a_line(running: &Running) -> Result<()> {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    told(running, "bucket", trace, "conformance-observed-files", OF_BUCKET)
}

pub(crate) fn every_operation_of_a_namespace_is_a_line(running: &Running) -> Result<()> {
    let trace = "0af7651916cd43dd8448eb211c80319c";
    told(running, "kv", trace, "conformance-observed-notes", OF_KV)
}

fn told(running: &Running, kind: &str, trace: &str, resource: &str, story: &[Told]) -> Result<()> {
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let path = format!("/observed/{kind}");
    let answer = running.client.ask("GET", &path, &[("traceparent", &parent)], b"")?;
    ensure!(answer.status == 200, "{}", answer.describe());
    ensure!(running.server.prints(|text| lines(text, trace).len() >= story.len()));
    let printed = running.server.output_of_interest();
    let lines = lines(&printed, trace);
    ensure!(lines.len() == story.len(), "{} lines: {lines:#?}", lines.len());
    for (number, (line, told)) in lines.iter().zip(story).enumerate() {
        let mut line: Value = serde_json::from_str(line).with_context(|| line.to_string())?;
        let fields = line.as_object_mut().context("no object")?;
        for (name, expected) in told.fields(hash) {
            let found = fields.remove(name).unwrap_or_default();
            let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            ensure!(
                found == expected,
                "{number}: {name} of {} is {found}, not {expected}",
                told.verb
            );
        }
        let duration = fields.remove("duration_ms").and_then(|duration| duration.as_f64());
        ensure!(duration.is_some_and(|duration| duration >= 0.0), "{number}");
        let expected = serde_json::json!({
            "event": "storage", "kind": kind, "resource": resource, "retries": 0, "route": "direct",
            "trace_id": trace,
        });
        ensure!(line == expected, "{number}: {line}");
    }
    for secret in SECRETS {
        ensure!(!printed.contains(secret), "{secret} was printed");
    }
    Ok(())
}

fn lines<'a>(printed: &'a str, trace: &str) -> Vec<&'a str> {
    // Of several Workers wrangler says whose line it is.
    let line = |line: &'a str| line.find("{\"event\":\"storage\"").and_then(|at| line.get(at..));
    printed.lines().filter_map(line).filter(|line| line.contains(trace)).collect()
}

fn hash(key: &str) -> String {
    let digest = Sha256::digest(key);
    let digits = digest.iter().take(8).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
