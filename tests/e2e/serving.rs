//! Files of a private bucket over HTTP: by axum, and by the router of the `worker` crate. Which request
//! gets which answer the conformance cases decide; here it is what arrives.

use anyhow::{Context as _, Result, ensure};

use crate::http::{Answer, Client};
use crate::worker::Running;

const FILE: &[u8] = b"0123456789";

const ADA: (&str, &str) = ("authorization", "Bearer token-of-ada");
const BOB: (&str, &str) = ("authorization", "Bearer token-of-bob");

type Headers<'a> = &'a [(&'a str, &'a str)];

/// A file that is there, and its etag.
struct File<'a> {
    client: &'a Client,
    path: String,
    etag: String,
}

impl<'a> File<'a> {
    /// Neither route but that with a login looks at who asks.
    fn new(running: &'a Running, name: &str) -> Result<Self> {
        let (client, path) = (&running.client, format!("/files/{name}"));
        let written = client.ask("PUT", &path, &[ADA, ("content-type", "text/csv")], FILE)?;
        ensure!(written.status == 201, "answered {}", written.describe());
        let etag = client.ask("HEAD", &path, &[ADA], b"")?.header("etag").map(str::to_owned);
        Ok(Self { client, path, etag: etag.context("no etag")? })
    }

    fn ask(&self, method: &str, headers: Headers<'_>) -> Result<Answer> {
        self.client.ask(method, &self.path, &[headers, &[ADA]].concat(), b"")
    }

    /// That an answer has this status, these headers (none, where it says so) and this body.
    fn answers(
        &self,
        method: &str,
        headers: Headers<'_>,
        status: u16,
        expected: &[(&str, Option<&str>)],
        body: &[u8],
    ) -> Result<()> {
        let answer = self.ask(method, headers)?;
        let described = format!("{method} {headers:?} answered {answer:?}");
        ensure!(answer.status == status, "{described}");
        for (name, value) in expected {
            ensure!(answer.header(name) == *value, "not {name}: {value:?}; {described}");
        }
        ensure!(answer.body == body, "{described}");
        Ok(())
    }
}

/// What is no ASCII in a header stays there: without it, the value would be another one.
pub(crate) fn a_header_is_compared_as_it_was_sent(running: &Running) -> Result<()> {
    let file = File::new(running, "header")?;
    file.answers("GET", &[("if-none-match", &file.etag)], 304, &[], b"")?;
    let (start, end) = file.etag.split_at(5);
    for other in [format!("{start}\u{416}{end}"), format!("{start}\u{ff}{end}")] {
        file.answers("GET", &[("if-none-match", &other)], 200, &[], FILE)?;
    }
    Ok(())
}

pub(crate) fn a_file_has_its_headers(running: &Running) -> Result<()> {
    let file = File::new(running, "headers")?;
    for (method, body) in [("GET", FILE), ("HEAD", b"")] {
        let expected = [
            ("content-length", Some("10")),
            ("content-type", Some("text/csv")),
            ("accept-ranges", Some("bytes")),
            ("etag", Some(file.etag.as_str())),
            ("x-content-type-options", Some("nosniff")),
        ];
        file.answers(method, &[], 200, &expected, body)?;
        let answer = file.ask(method, &[])?;
        let policy = answer.header("cache-control");
        ensure!(policy.is_some_and(|policy| policy.starts_with("private, ")), "{answer:?}");
        ensure!(answer.header("last-modified").is_some_and(|date| date.ends_with(" GMT")));
    }
    Ok(())
}

pub(crate) fn what_a_client_has_is_not_sent_again(running: &Running) -> Result<()> {
    let file = File::new(running, "unchanged")?;
    let modified = file.ask("HEAD", &[])?.header("last-modified").map(str::to_owned);
    let modified = modified.context("no time")?;
    let weak = format!("W/{}", file.etag);
    let expected = [
        ("etag", Some(file.etag.as_str())),
        ("last-modified", Some(&modified)),
        ("content-length", None),
        ("content-type", None),
    ];
    for method in ["GET", "HEAD"] {
        let has: [(&str, &str); 3] = [
            ("if-none-match", &file.etag),
            ("if-none-match", &weak),
            ("if-modified-since", &modified),
        ];
        for header in has {
            file.answers(method, &[header], 304, &expected, b"")?;
        }
    }
    file.answers("GET", &[("if-none-match", "\"other\"")], 200, &[], FILE)
}

pub(crate) fn a_file_that_changed_is_told(running: &Running) -> Result<()> {
    let file = File::new(running, "changed")?;
    let old = "Sun, 06 Nov 1994 08:49:37 GMT";
    for header in [("if-match", "\"other\""), ("if-unmodified-since", old)] {
        let answer = file.ask("GET", &[header])?;
        answer.is_error(412, "storage_precondition_failed")?;
        let expected = [("cache-control", Some("no-store")), ("etag", None)];
        file.answers("HEAD", &[header], 412, &expected, b"")?;
    }
    file.answers("GET", &[("if-match", &file.etag)], 200, &[], FILE)
}

pub(crate) fn a_download_goes_on_where_it_broke_off(running: &Running) -> Result<()> {
    let file = File::new(running, "range")?;
    let expected = [("content-range", Some("bytes 4-9/10")), ("content-length", Some("6"))];
    file.answers("GET", &[("range", "bytes=4-")], 206, &expected, b"456789")?;
    let of_this = [("range", "bytes=4-"), ("if-range", file.etag.as_str())];
    file.answers("GET", &of_this, 206, &expected, b"456789")?;
    let of_another = [("range", "bytes=4-"), ("if-range", "\"other\"")];
    file.answers("GET", &of_another, 200, &[("content-range", None)], FILE)?;
    file.answers("GET", &[("range", "bytes=0-1,4-5")], 200, &[("content-range", None)], FILE)?;
    let beyond = file.ask("GET", &[("range", "bytes=10-")])?;
    beyond.is_error(416, "storage_range_not_satisfiable")?;
    ensure!(beyond.header("content-range") == Some("bytes */10"), "{beyond:?}");
    file.answers("HEAD", &[("range", "bytes=4-")], 200, &[("content-length", Some("10"))], b"")
}

pub(crate) fn a_large_file_is_served_in_any_part(running: &Running) -> Result<()> {
    let body: Vec<u8> = (0..2_000_017_u32).flat_map(u32::to_le_bytes).collect();
    running.client.ask("PUT", "/files/large", &[ADA], &body)?;
    let get = |headers: Headers<'_>| {
        running.client.ask("GET", "/files/large", &[headers, &[ADA]].concat(), b"")
    };
    let whole = get(&[])?;
    ensure!((whole.status, whole.body.len()) == (200, body.len()) && whole.body == body);
    let part = get(&[("range", "bytes=5000001-7000000")])?;
    ensure!(part.status == 206, "answered {}", part.status);
    ensure!(part.body == body[5_000_001..=7_000_000], "{} other bytes", part.body.len());
    Ok(())
}

pub(crate) fn a_missing_file_is_not_found(running: &Running) -> Result<()> {
    let get = |method| running.client.ask(method, "/files/never-written", &[ADA], b"");
    get("GET")?.is_error(404, "storage_object_not_found")?;
    let head = get("HEAD")?;
    ensure!(head.status == 404 && head.body.is_empty(), "{head:?}");
    Ok(())
}

pub(crate) fn a_file_is_its_owners(running: &Running) -> Result<()> {
    let file = File::new(running, "owned")?;
    let ask = |headers: Headers<'_>| running.client.ask("GET", &file.path, headers, b"");
    ask(&[ADA])?.is_file("text/csv", FILE)?;
    ask(&[BOB])?.is_error(404, "storage_object_not_found")?;
    let nobody = ask(&[])?;
    ensure!(nobody.status == 401 && nobody.body.is_empty(), "{nobody:?}");
    let path = "/files/..%2Fada%2Fowned";
    running.client.ask("GET", path, &[BOB], b"")?.is_error(400, "storage_invalid_key")
}
