//! Archives on workerd: what the cases of the Worker for them find, and the example over HTTP.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use storage_core::crypto::{Context, KeyRing, Resource, open_all};

use crate::http::{Answer, Client};
use crate::worker::{Running, Worker};

/// The secret of the example, and what it is here.
pub(crate) const SECRET: &str = "LOG_KEYS";
pub(crate) const KEYS: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// How long traces may take to arrive.
const TRACE_LIMIT: Duration = Duration::from_secs(30);

/// A service that is traced, and that hands on requests for logs.
const TRACED: &str = r#"
export default {
    async fetch(request, env) {
        if (new URL(request.url).pathname === "/logs") return env.LOGS.fetch(request);
        console.log("a customer came", { name: "ada" });
        return new Response("welcome");
    },
};
"#;

pub(crate) fn archives_are_as_they_should(running: &Running) -> Result<()> {
    are_as_they_should(running, "/archive")
}

pub(crate) fn archives_in_a_storage_worker_are_as_they_should(running: &Running) -> Result<()> {
    are_as_they_should(running, "/via/archive")
}

fn are_as_they_should(running: &Running, path: &str) -> Result<()> {
    let names = running.client.get("/archive")?;
    ensure!(names.status == 200, "answered {}", names.describe());
    let names = String::from_utf8(names.body)?;
    ensure!(!names.is_empty(), "there are no cases");
    for name in names.lines() {
        let answer = running.client.get(&format!("{path}/{name}"))?;
        ensure!(answer.status == 200, "{name}: {}", answer.describe());
    }
    Ok(())
}

pub(crate) fn logs_come_back_by_time(running: &Running) -> Result<()> {
    // A year of its own: all cases share the archive.
    let start = 1_000_000_000_000;
    let log = |at: u64| json!({ "time": start + at, "message": format!("\u{fc} {at}"), "n": [at] });
    for batch in [[20, 3_600_000], [0, 10], [15, 3_599_999]] {
        let lines = batch.map(|at| log(at).to_string()).join("\n");
        let ingested = ingest(&running.client, lines.as_bytes())?.json()?;
        ensure!(ingested["records"] == 2, "{ingested}");
    }
    let all = [0, 10, 15, 20, 3_599_999, 3_600_000];
    for (from, to) in [(0, 3_600_001), (10, 20), (11, 3_600_000), (10, 10), (3_600_000, 9_000_000)]
    {
        let answer =
            running.client.get(&format!("/logs?from={}&to={}", start + from, start + to))?;
        let found = logs(&answer)?;
        let expected: Vec<_> =
            all.into_iter().filter(|at| (from..to).contains(at)).map(log).collect();
        ensure!(found == expected, "{from}..{to}: {found:?}");
        ensure!(answer.content_type.as_deref() == Some("application/jsonl"));
    }
    Ok(())
}

pub(crate) fn logs_of_many_megabytes_are_streamed(running: &Running) -> Result<()> {
    let (start, count) = (1_100_000_000_000_u64, 40_000);
    let log = |at: u64| {
        let hash = at.wrapping_mul(6_364_136_223_846_793_005);
        json!({ "time": start + at, "message": format!("{hash:x}").repeat(16) }).to_string()
    };
    let lines: Vec<_> = (0..count).map(log).collect();
    let body = lines.join("\n");
    ensure!(body.len() > 10_000_000, "{} bytes", body.len());
    let ingested = ingest(&running.client, body.as_bytes())?.json()?;
    ensure!(ingested["records"] == count, "{ingested}");
    ensure!(ingested["segments"].as_array().is_some_and(|keys| keys.len() >= 3), "{ingested}");
    let answer = running.client.get(&format!("/logs?from={start}&to={}", start + count))?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    ensure!(String::from_utf8(answer.body)? == body + "\n", "other lines came back");
    Ok(())
}

pub(crate) fn a_line_that_is_no_log_ends_it(running: &Running) -> Result<()> {
    let start = 1_200_000_000_000_u64;
    let good = json!({ "time": start, "message": "good" }).to_string();
    for bad in ["no JSON", "[]", "[7]", "{", r#"{"time":"noon"}"#, r#"{"time":99999999999999}"#] {
        let answer = ingest(&running.client, format!("\n{good}\n{bad}\n{good}").as_bytes())?;
        ensure!(answer.status == 400, "{bad}: {}", answer.describe());
        let refused: Value = serde_json::from_slice(&answer.body)?;
        ensure!(refused["refused"] == 3 && refused["records"] == 1, "{bad}: {refused}");
        ensure!(refused["reason"].is_string(), "{bad}: {refused}");
    }
    let answer = running.client.get(&format!("/logs?from={start}&to={}", start + 1))?;
    ensure!(logs(&answer)?.len() == 6, "{}", answer.describe());
    ensure!(ingest(&running.client, b"")?.json()?["records"] == 0);
    ensure!(running.client.get("/logs?from=noon")?.status == 400);
    Ok(())
}

pub(crate) fn services_at_once_lose_nothing(running: &Running) -> Result<()> {
    let start = 1_300_000_000_000_u64;
    thread::scope(|scope| {
        let send = |service: u64| {
            move || -> Result<()> {
                for number in 0..10 {
                    let log = json!({ "time": start, "service": service, "number": number });
                    let ingested = ingest(&running.client, log.to_string().as_bytes())?.json()?;
                    ensure!(ingested["records"] == 1, "{ingested}");
                }
                Ok(())
            }
        };
        let threads: Vec<_> = (0..6).map(|service| scope.spawn(send(service))).collect();
        let mut outcomes = threads.into_iter().map(thread::ScopedJoinHandle::join);
        outcomes.try_for_each(|outcome| outcome.map_err(|_| anyhow!("a request panicked"))?)
    })?;
    let answer = running.client.get(&format!("/logs?from={start}&to={}", start + 1))?;
    let mut found: Vec<_> = logs(&answer)?.iter().map(Value::to_string).collect();
    found.sort_unstable();
    found.dedup();
    ensure!(found.len() == 60, "{} came back", found.len());
    Ok(())
}

pub(crate) fn what_is_stored_of_logs_is_encrypted(log_archive: &Worker) -> Result<()> {
    let running = log_archive.start("one-segment")?;
    let log = json!({ "time": 1_795_273_200_000_u64, "message": "a secret" }).to_string();
    let ingested = ingest(&running.client, log.as_bytes())?.json()?;
    drop(running);
    let key = ingested["segments"][0].as_str().context("no segment")?.to_owned();
    ensure!(key.starts_with("2026/11/21/15/1795273200000-1795273200000-"), "{key}");
    let mut blobs = Vec::new();
    collect_blobs(&log_archive.data("one-segment"), &mut blobs)?;
    let [blob] = &blobs[..] else { bail!("one object was stored, found {blobs:?}") };
    let context = Context::body(Resource::Bucket, "service-logs", &key);
    let segment = open_all(&KeyRing::parse(KEYS)?, &context, None, &fs::read(blob)?)?;
    ensure!(segment.starts_with(&[0x1f, 0x8b]), "it is not compressed");
    Ok(())
}

pub(crate) fn what_the_platform_tells_of_a_service_is_archived(log_archive: &Worker) -> Result<()> {
    let config = json!({
        "name": "traced",
        "main": "traced.js",
        "compatibility_date": "2026-11-01",
        "tail_consumers": [{ "service": "log-archive" }],
        "services": [{ "binding": "LOGS", "service": "log-archive" }],
    });
    let running = log_archive.start_behind("traced", &config, TRACED)?;
    let started = Instant::now();
    ensure!(running.client.get("/customers")?.body == b"welcome");
    // It is told when the request is over, to nobody who could say when it was archived.
    let traces = loop {
        let traces = logs(&running.client.get("/logs")?)?;
        let is_it = |trace: &Value| trace["logs"].to_string().contains("a customer came");
        let found: Vec<_> = traces.into_iter().filter(is_it).collect();
        if !found.is_empty() {
            break found;
        }
        ensure!(
            started.elapsed() < TRACE_LIMIT,
            "no trace: {}",
            running.server.output_of_interest()
        );
        thread::sleep(Duration::from_millis(200));
    };
    let [trace] = &traces[..] else { bail!("it came twice: {traces:?}") };
    ensure!(trace["logs"].to_string().contains(r#"{"name":"ada"}"#), "{trace}");
    ensure!(trace["outcome"] == "ok", "{trace}");
    Ok(())
}

fn ingest(client: &Client, lines: &[u8]) -> Result<Answer> {
    client.post("/ingest", Some("application/jsonl"), lines)
}

fn logs(answer: &Answer) -> Result<Vec<Value>> {
    ensure!(answer.status == 200, "answered {}", answer.describe());
    let lines = answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| Ok(serde_json::from_slice(line)?)).collect()
}

/// The bodies of objects that wrangler keeps.
fn collect_blobs(folder: &Path, blobs: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_blobs(&path, blobs)?;
        } else if path.parent().is_some_and(|parent| parent.ends_with("blobs")) {
            blobs.push(path);
        }
    }
    Ok(())
}
