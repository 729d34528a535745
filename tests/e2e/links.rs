//! Signed URLs on workerd, both to the Worker and to R2 itself, by a client that knows nothing of
//! signatures.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::Answer;
use crate::worker::Running;

const BUCKETS: [&str; 2] = ["plain", "sealed"];

/// Keys that a path would take for others.
const KEYS: [&str; 12] = [
    "a/../b",
    "b",
    "./b",
    "a//b",
    "a/b",
    "/b",
    "a%2fb",
    "a b+c?d#e",
    "\u{e9}",
    "e\u{301}",
    "..",
    "\u{1f600}",
];

/// `compressed by the client`, as gzip has it.
const GZIP: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xce\xcf\x2d\x28\x4a\x2d\x2e\x4e\x4d\x51\
    \x48\xaa\x54\x28\xc9\x48\x55\x48\xce\xc9\x4c\xcd\x2b\x01\x00\x8c\x32\x21\xa0\x18\x00\
    \x00\x00";

/// A link as the Worker gave it, and as this client sends it.
struct Link {
    path: String,
    method: String,
    headers: Vec<(String, String)>,
    route: String,
}

impl Link {
    fn of(running: &Running, bucket: &str, key: &str, options: &str) -> Result<Self> {
        let key = utf8_percent_encode(key, NON_ALPHANUMERIC);
        let made = running.client.get(&format!("/link/{bucket}?key={key}{options}"))?.json()?;
        let text = |name: &str| made[name].as_str().map(str::to_owned).context("no such text");
        let url = text("url")?;
        let path = url.splitn(4, '/').nth(3).context("a URL without a path")?;
        let headers = made["headers"].as_object().context("no headers")?;
        let header = |(name, value): (&String, &serde_json::Value)| {
            Some((name.clone(), value.as_str()?.to_owned()))
        };
        Ok(Self {
            path: format!("/{path}"),
            method: text("method")?,
            headers: headers.iter().filter_map(header).collect(),
            route: text("route")?,
        })
    }

    /// A link to the Worker.
    fn to_worker(running: &Running, bucket: &str, key: &str, options: &str) -> Result<Self> {
        let link = Self::of(running, bucket, key, &format!("{options}&origin"))?;
        ensure!(link.route == "worker" && link.path.starts_with("/.storage/"), "{}", link.path);
        Ok(link)
    }

    fn send(&self, running: &Running, body: &[u8]) -> Result<Answer> {
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        running.client.ask(&self.method, &self.path, &headers, body)
    }
}

fn is(answer: &Answer, status: u16) -> Result<()> {
    ensure!(answer.status == status, "not {status}, but {}", answer.describe());
    Ok(())
}

/// What is there, read by another link.
fn stored(running: &Running, bucket: &str, key: &str) -> Result<Option<Vec<u8>>> {
    let answer = Link::to_worker(running, bucket, key, "")?.send(running, &[])?;
    match answer.status {
        404 => Ok(None),
        _ => is(&answer, 200).map(|()| Some(answer.body)),
    }
}

pub(crate) fn a_link_to_the_worker_is_of_one_exact_key(running: &Running) -> Result<()> {
    for bucket in BUCKETS {
        for key in KEYS {
            let options = "&write&content_type=text/plain&max_size=100";
            let write = Link::to_worker(running, bucket, key, options)?;
            is(&write.send(running, key.as_bytes())?, 200)?;
        }
        for key in KEYS {
            let answer = Link::to_worker(running, bucket, key, "")?.send(running, &[])?;
            answer.is_file("text/plain", key.as_bytes())?;
            for header in
                [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")]
            {
                ensure!(answer.header(header.0) == Some(header.1), "{header:?}");
            }
        }
    }
    Ok(())
}

pub(crate) fn an_upload_keeps_its_encoding(running: &Running) -> Result<()> {
    for bucket in BUCKETS {
        for options in ["&write", "&write&uses=1"] {
            let mut write = Link::to_worker(running, bucket, "encoded", options)?;
            write.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
            is(&write.send(running, GZIP)?, 200)?;
            let mut read = Link::to_worker(running, bucket, "encoded", "")?;
            read.headers.push(("accept-encoding".to_owned(), "gzip".to_owned()));
            let answer = read.send(running, &[])?;
            is(&answer, 200)?;
            ensure!(answer.header("content-encoding") == Some("gzip"), "{:?}", answer.headers);
            ensure!(answer.body == GZIP, "other bytes came back: {:?}", answer.body);
        }
    }
    Ok(())
}

pub(crate) fn a_link_is_answered_in_parts_and_to_head(running: &Running) -> Result<()> {
    let body: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    for bucket in BUCKETS {
        is(&Link::to_worker(running, bucket, "long", "&write")?.send(running, &body)?, 200)?;
        let link = Link::to_worker(running, bucket, "long", "")?;
        let part = running.client.ask("GET", &link.path, &[("range", "bytes=20000-59999")], &[])?;
        is(&part, 206)?;
        ensure!(part.body == body[20_000..60_000], "other bytes");
        let head = running.client.ask("HEAD", &link.path, &[], &[])?;
        is(&head, 200)?;
        ensure!(head.header("content-length") == Some("400000"), "{:?}", head.headers);
        for method in ["PUT", "POST", "DELETE"] {
            running
                .client
                .ask(method, &link.path, &[], b"x")?
                .is_error(403, "storage_link_refused")?;
        }
        let changed = format!("{}A", link.path);
        running.client.get(&changed)?.is_error(403, "storage_link_refused")?;
    }
    Ok(())
}

pub(crate) fn a_link_to_r2_itself_is_of_the_same_bucket(running: &Running) -> Result<()> {
    let options = "&write&content_type=text/plain&exact_size=6";
    let write = Link::of(running, "plain", "direct/a b.txt", options)?;
    ensure!(
        write.route == "direct"
            && write.path.starts_with("/cdn-cgi/local/r2/s3/conformance-links/")
    );
    is(&write.send(running, b"direct")?, 200)?;
    ensure!(stored(running, "plain", "direct/a b.txt")?.as_deref() == Some(&b"direct"[..]));
    // The local S3 interface takes parameters that R2 answers with another type by, and ignores them.
    let read = Link::of(running, "plain", "direct/a b.txt", "&content_type=text/x-other")?;
    ensure!(read.route == "direct", "{}", read.path);
    is(&read.send(running, &[])?, 200)?;
    let read = Link::of(running, "plain", "direct/a b.txt", "")?;
    read.send(running, &[])?.is_file("text/plain", b"direct")?;

    is(&running.client.ask("PUT", &write.path, &[("content-type", "text/html")], b"direct")?, 403)?;
    let text = [("content-type", "text/plain")];
    is(&running.client.ask("PUT", &write.path, &text, b"longer!")?, 403)?;
    let sealed = Link::of(running, "sealed", "direct", "&write")?;
    ensure!(sealed.route == "worker", "{}", sealed.path);
    Ok(())
}

pub(crate) fn what_a_link_does_not_allow_leaves_nothing(running: &Running) -> Result<()> {
    // One byte over: what is refused unread may end the connection of who still sends.
    let most = 10 * 1024 * 1024;
    let long = vec![b'x'; most + 1];
    for bucket in BUCKETS {
        let link = Link::to_worker(running, bucket, "over", &format!("&write&max_size={most}"))?;
        is(&running.client.put_chunked(&link.path, &long)?, 413)?;
        let link = Link::to_worker(running, bucket, "over", "&write&max_size=4")?;
        is(&link.send(running, b"12345")?, 413)?;
        let typed = Link::to_worker(running, bucket, "over", "&write&content_type=image/png")?;
        let html = [("content-type", "text/html")];
        running
            .client
            .ask("PUT", &typed.path, &html, b"x")?
            .is_error(403, "storage_link_refused")?;
        let exact = Link::to_worker(running, bucket, "over", "&write&exact_size=5")?;
        is(&running.client.ask("PUT", &exact.path, &[], b"123456")?, 403)?;
        is(&running.client.put_chunked(&exact.path, b"12345")?, 403)?;
        ensure!(stored(running, bucket, "over")?.is_none(), "{bucket}: something is there");
        is(&exact.send(running, b"12345")?, 200)?;
    }
    Ok(())
}

/// Sends the beginning of an upload.
fn begin(running: &Running, link: &Link, length: usize, body: &[u8]) -> Result<TcpStream> {
    let address = running.server.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address)?;
    let head = format!(
        "PUT {} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
        link.path
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    Ok(stream)
}

pub(crate) fn a_client_may_be_slow_or_go_away(running: &Running) -> Result<()> {
    for bucket in BUCKETS {
        for (key, options) in [("slow", "&write&max_size=100"), ("slow-once", "&write&uses=1")] {
            let link = Link::to_worker(running, bucket, key, options)?;
            let mut stream = begin(running, &link, 5, b"1")?;
            for byte in b"2345" {
                thread::sleep(Duration::from_millis(300));
                stream.write_all(&[*byte])?;
            }
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            ensure!(stored(running, bucket, key)?.as_deref() == Some(&b"12345"[..]));
        }
        let link = Link::to_worker(running, bucket, "gone", "&write&max_size=1000000")?;
        drop(begin(running, &link, 1_000_000, &vec![b'x'; 500_000])?);
        // It may take a while until the Worker knows; what is never there is not there then.
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end {
            ensure!(stored(running, bucket, "gone")?.is_none(), "{bucket}: something is there");
            thread::sleep(Duration::from_millis(200));
        }
    }
    Ok(())
}

/// How many of 200 requests at once are answered 200.
fn crowd(running: &Running, link: &Link, body: &[u8]) -> Result<usize> {
    let statuses: Result<Vec<u16>> = thread::scope(|scope| {
        let ask = || -> Result<u16> { Ok(link.send(running, body)?.status) };
        let threads: Vec<_> = (0..200).map(|_| scope.spawn(ask)).collect();
        let answers =
            threads.into_iter().map(|thread| thread.join().ok().context("it panicked")?);
        answers.collect()
    });
    let statuses = statuses?;
    ensure!(statuses.iter().all(|status| [200, 403, 429].contains(status)), "{statuses:?}");
    Ok(statuses.iter().filter(|status| **status == 200).count())
}

pub(crate) fn of_a_crowd_as_many_as_there_are_uses_succeed(running: &Running) -> Result<()> {
    for bucket in BUCKETS {
        is(&Link::to_worker(running, bucket, "crowd", "&write")?.send(running, b"x")?, 200)?;
        for uses in [1, 7] {
            let link = Link::to_worker(running, bucket, "crowd", &format!("&uses={uses}"))?;
            let answered = crowd(running, &link, &[])?;
            ensure!(answered == uses, "{answered} of a crowd, not {uses}");
        }
    }
    Ok(())
}

pub(crate) fn an_upload_is_answered_again_as_it_was(running: &Running) -> Result<()> {
    for bucket in BUCKETS {
        let link = Link::to_worker(running, bucket, "once", "&write&uses=1")?;
        let first = link.send(running, b"once")?;
        is(&first, 200)?;
        let again = link.send(running, b"once")?;
        is(&again, 200)?;
        ensure!(again.header("etag") == first.header("etag"), "{:?}", again.headers);
        is(&link.send(running, b"more")?, 403)?;
        ensure!(stored(running, bucket, "once")?.as_deref() == Some(&b"once"[..]));
    }
    Ok(())
}

pub(crate) fn a_revoked_link_is_refused(running: &Running) -> Result<()> {
    is(&Link::to_worker(running, "plain", "revoked", "&write")?.send(running, b"x")?, 200)?;
    let link = Link::to_worker(running, "plain", "revoked", "&revocable")?;
    is(&link.send(running, &[])?, 200)?;
    is(&running.client.post("/revoke", None, link.path.as_bytes())?, 200)?;
    link.send(running, &[])?.is_error(403, "storage_link_refused")?;
    let plain = Link::to_worker(running, "plain", "revoked", "")?;
    let answer = running.client.post("/revoke", None, plain.path.as_bytes())?;
    answer.is_error(400, "storage_invalid_option")
}

pub(crate) fn an_upload_that_is_under_way_is_revoked_too(running: &Running) -> Result<()> {
    for (key, options) in [("under-way", "&write&revocable"), ("under-way-once", "&write&uses=1")] {
        let link = Link::to_worker(running, "plain", key, options)?;
        let mut stream = begin(running, &link, 5, b"1")?;
        thread::sleep(Duration::from_millis(500));
        is(&running.client.post("/revoke", None, link.path.as_bytes())?, 200)?;
        stream.write_all(b"2345")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 403"), "{options}: {answer}");
        ensure!(stored(running, "plain", key)?.is_none(), "{options}: something is there");
        let kept = Link::to_worker(running, "plain", key, options)?;
        is(&kept.send(running, b"12345")?, 200)?;
    }
    Ok(())
}

pub(crate) fn a_page_of_another_origin_may_what_was_declared(running: &Running) -> Result<()> {
    let link = Link::to_worker(running, "plain", "cors", "&write")?;
    let ask = |origin: &str, method: &str| {
        let headers = [("origin", origin), ("access-control-request-method", method)];
        running.client.ask("OPTIONS", &link.path, &headers, &[])
    };
    let app = "https://app.example.com";
    let allowed = ask(app, "PUT")?;
    is(&allowed, 204)?;
    ensure!(allowed.header("access-control-allow-origin") == Some(app), "{:?}", allowed.headers);
    is(&ask("https://other.example.com", "PUT")?, 403)?;
    is(&ask(app, "DELETE")?, 403)?;
    let written = running.client.ask("PUT", &link.path, &[("origin", app)], b"x")?;
    is(&written, 200)?;
    ensure!(written.header("access-control-allow-origin") == Some(app), "{:?}", written.headers);
    Ok(())
}
