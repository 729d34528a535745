//! Storage in another Worker, by calls over a service binding.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::conformance;
use crate::worker::{Running, Worker};

/// As many calls as are made while the storage Worker breaks down.
const CALLS: u64 = 1000;

/// Runs one case by calls, plain and encrypted: it finds what it finds on the bindings themselves.
pub(crate) fn run(running: &Running, number: usize, name: &str) -> Result<()> {
    conformance::finds(running, &format!("/via/{number}"), &format!("/via/sealed/{number}"), name)
}

pub(crate) fn every_verb_takes_its_grant(running: &Running) -> Result<()> {
    const FORBIDDEN: &str = "storage_forbidden";
    // Of each binding, what put, get, head, list and delete come to, of keys with and without the prefix.
    let expected = [
        ("CONFORMANCE_STORAGE", ["ok"; 5], ["ok"; 5]),
        ("CONFORMANCE_READER", [FORBIDDEN, "ok", "ok", "ok", FORBIDDEN], [FORBIDDEN; 5]),
        (
            "CONFORMANCE_WRITER",
            ["ok", FORBIDDEN, FORBIDDEN, FORBIDDEN, "ok"],
            ["ok", FORBIDDEN, FORBIDDEN, FORBIDDEN, "ok"],
        ),
        ("CONFORMANCE_NOTHING", [FORBIDDEN; 5], [FORBIDDEN; 5]),
        ("CONFORMANCE_NOT_ONE", ["storage_binding_missing"; 5], ["storage_binding_missing"; 5]),
    ];
    for (binding, within, beyond) in expected {
        let answer = running.client.get(&format!("/via/granted/{binding}"))?;
        ensure!(answer.status == 200, "{binding}: {}", answer.describe());
        let mut lines = Vec::new();
        for (prefix, codes) in [("granted/", within), ("other/", beyond)] {
            let verbs = ["put", "get", "head", "list", "delete"].into_iter().zip(codes);
            lines.extend(verbs.map(|(verb, code)| format!("{verb} {prefix}: {code}")));
        }
        let found = String::from_utf8(answer.body)?;
        ensure!(found == lines.join("\n"), "{binding}:\n{found}");
    }
    Ok(())
}

/// KV has no such write, so it looks first: that takes no grant beside that of the write.
pub(crate) fn who_may_only_write_creates_entries(running: &Running) -> Result<()> {
    let answer = running.client.get("/via/created")?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    ensure!(answer.body == b"ok\nstorage_key_already_exists", "{}", answer.describe());
    let kept = running.client.get("/via/kept/plain/kv/created")?;
    ensure!(kept.status == 200 && kept.body == b"third", "{}", kept.describe());
    Ok(())
}

pub(crate) fn a_binding_that_leads_nowhere_is_named_in_the_log(running: &Running) -> Result<()> {
    for (path, binding) in
        [("/via/missing", "CONFORMANCE_MISSING"), ("/via/mistaken", "CONFORMANCE_ENTRIES")]
    {
        let answer = running.client.get(path)?;
        answer.is_error(500, "storage_binding_missing")?;
        ensure!(!answer.describe().contains(binding), "answered {}", answer.describe());
        ensure!(
            running.server.prints(|output| output.contains(binding)),
            "the log has no {binding}"
        );
    }
    Ok(())
}

pub(crate) fn a_link_is_made_by_a_call_and_answered_by_the_storage_worker(
    running: &Running,
) -> Result<()> {
    let link = running.client.get("/via/link")?.json()?;
    let url = link["url"].as_str().context("the link has no URL")?.to_owned();
    let (_, token) = url.rsplit_once('/').context("the URL has no token")?;
    let path = format!("/via/public/.storage/{token}");
    let put = |text: &[u8]| running.client.ask("PUT", &path, &[], text);
    let answer = put(b"by a link")?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    let revoked = running.client.post("/via/revoke", None, url.as_bytes())?;
    ensure!(revoked.status == 200, "answered {}", revoked.describe());
    put(b"by a link that is revoked")?.is_error(403, "storage_link_refused")
}

pub(crate) fn many_requests_travel_in_one_message(running: &Running) -> Result<()> {
    let answer = running.client.get("/via/batch")?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    ensure!(answer.body == b"300000 entry", "{}", answer.describe());
    Ok(())
}

pub(crate) fn a_body_of_any_length_is_handed_on(running: &Running) -> Result<()> {
    for len in [0, 1, 65_536, 65_537, 20 * 1024 * 1024 + 1] {
        let body = vec![b'a'; len];
        for answer in [
            running.client.ask("PUT", "/via/upload", &[], &body)?,
            running.client.put_chunked("/via/upload", &body)?,
        ] {
            ensure!(answer.status == 200, "{len}: {}", answer.describe());
            ensure!(answer.body == len.to_string().as_bytes(), "{len}: {}", answer.describe());
        }
    }
    Ok(())
}

pub(crate) fn what_breaks_down_is_tried_again(bindings: &Worker) -> Result<()> {
    let running = bindings.start("broken")?;
    thread::scope(|scope| {
        let calls = scope.spawn(|| running.client.get(&format!("/via/calls/{CALLS}"))?.json());
        let mut broken = Vec::new();
        while !calls.is_finished() && broken.len() < 3 {
            thread::sleep(Duration::from_millis(300));
            broken.push(break_down(&running)?);
        }
        let counts = calls.join().map_err(|_| anyhow::anyhow!("the calls panicked"))??;
        ensure!(!broken.is_empty(), "the calls ended before anything broke down: {counts}");
        ensure!(counts["ok"] == CALLS, "{counts}");
        let codes = counts.as_object().context("no counts")?;
        let is_known = |code: &&String| ["ok", "storage_unavailable"].contains(&code.as_str());
        ensure!(codes.keys().all(|code| is_known(&code)), "{counts}");
        Ok(())
    })
}

/// Asks the storage Worker to break down. It never answers, so the request is left open.
fn break_down(running: &Running) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(running.server.url().trim_start_matches("http://"))?;
    stream.write_all(b"GET /via/public/break-down HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
    Ok(stream)
}

pub(crate) fn the_public_reaches_no_verb(running: &Running) -> Result<()> {
    let call = br#"[{"on":"1 bucket conformance-objects","ask":{"list":{"limit":10}}}]"#;
    let paths = [
        "",
        "storageCall",
        "rpc",
        "conformance-objects",
        "calls/1",
        ".storage",
        "storage/",
        "%2e%2e/",
        "?storageCall",
        "a/b/c#d",
        "via/0",
        "0",
        "missing",
    ];
    for path in paths {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let body: &[u8] = if ["GET", "HEAD"].contains(&method) { b"" } else { call };
            let path = format!("/via/public/{path}");
            let answer = running.client.ask(method, &path, &[("x-method", "storageCall")], body)?;
            ensure!(answer.status == 404, "{method} {path}: {}", answer.describe());
        }
    }
    for token in ["", "a", "AQkHMj", "a%00b", "../x"] {
        for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
            let path = format!("/via/public/.storage/{token}");
            let answer = running.client.ask(method, &path, &[], b"")?;
            ensure!([403, 404].contains(&answer.status), "{method} {path}: {}", answer.describe());
        }
    }
    Ok(())
}
