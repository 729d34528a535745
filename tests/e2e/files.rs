//! Upload and download: the R2 half of the quickstart.

use std::thread;

use anyhow::{Result, anyhow, ensure};
use serde_json::json;

use crate::worker::Running;

/// The longest name of an object, in bytes of UTF-8.
const NAME_BYTES_MAX: usize = 1024;

pub(crate) fn text_comes_back_with_its_content_type(running: &Running) -> Result<()> {
    let body = "Grüße, 世界\n".as_bytes();
    let uploaded = running.client.upload("text/hello.txt", "text/plain; charset=utf-8", body)?;
    let uploaded = uploaded.json()?;
    ensure!(uploaded["status"] == "uploaded", "{uploaded}");
    ensure!(uploaded["key"] == "text/hello.txt", "{uploaded}");
    ensure!(uploaded["bytes"] == json!(body.len()), "{uploaded}");
    ensure!(uploaded["etag"].as_str().is_some_and(|etag| etag.len() == 32), "{uploaded}");
    running.client.download("text/hello.txt")?.is_file("text/plain; charset=utf-8", body)
}

pub(crate) fn every_byte_value_comes_back(running: &Running) -> Result<()> {
    let body: Vec<u8> = (0..=u8::MAX).cycle().take(70_000).collect();
    running.client.upload("bytes.bin", "image/png", &body)?.json()?;
    running.client.download("bytes.bin")?.is_file("image/png", &body)
}

pub(crate) fn an_empty_body_is_a_file(running: &Running) -> Result<()> {
    let uploaded = running.client.upload("empty", "text/plain", b"")?.json()?;
    ensure!(uploaded["bytes"] == 0, "{uploaded}");
    running.client.download("empty")?.is_file("text/plain", b"")
}

/// Larger than axum lets a body be unless it is told.
pub(crate) fn a_large_file_comes_back(running: &Running) -> Result<()> {
    let body: Vec<u8> =
        (0..5_000_000_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let uploaded = running.client.upload("large", "video/mp4", &body)?.json()?;
    ensure!(uploaded["bytes"] == json!(body.len()), "{uploaded}");
    running.client.download("large")?.is_file("video/mp4", &body)
}

pub(crate) fn without_a_content_type_it_is_bytes(running: &Running) -> Result<()> {
    running.client.post("/upload/untyped", None, b"x")?.json()?;
    running.client.download("untyped")?.is_file("application/octet-stream", b"x")
}

pub(crate) fn an_upload_replaces_the_file(running: &Running) -> Result<()> {
    running.client.upload("replaced", "text/plain", b"a longer first version")?.json()?;
    running.client.upload("replaced", "text/html", b"second")?.json()?;
    running.client.download("replaced")?.is_file("text/html", b"second")
}

pub(crate) fn a_missing_name_is_not_found(running: &Running) -> Result<()> {
    let answer = running.client.download("never/uploaded")?;
    ensure!(answer.status == 404, "answered {}", answer.describe());
    ensure!(answer.body == b"File not found", "answered {}", answer.describe());
    Ok(())
}

pub(crate) fn create_only_keeps_what_is_there(running: &Running) -> Result<()> {
    running.client.create("created", b"first")?.json()?;
    running.client.create("created", b"second")?.is_error(409, "storage_key_already_exists")?;
    running.client.download("created")?.is_file("text/plain", b"first")
}

pub(crate) fn of_concurrent_creations_one_wins(running: &Running) -> Result<()> {
    let bodies: Vec<_> = (0..20).map(|number| format!("from {number}")).collect();
    let answers = thread::scope(|scope| {
        let create = |body| move || running.client.create("raced", body);
        let threads: Vec<_> =
            bodies.iter().map(|body| scope.spawn(create(body.as_bytes()))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a request panicked"))?)
            .collect::<Result<Vec<_>>>()
    })?;
    let mut winners = Vec::new();
    for (answer, body) in answers.iter().zip(&bodies) {
        if answer.status == 200 {
            winners.push(body);
        } else {
            answer.is_error(409, "storage_key_already_exists")?;
        }
    }
    let [winner] = winners[..] else { anyhow::bail!("{} uploads won: {winners:?}", winners.len()) };
    running.client.download("raced")?.is_file("text/plain", winner.as_bytes())
}

pub(crate) fn any_unicode_is_a_name(running: &Running) -> Result<()> {
    for name in ["ü/名前 🗄️.txt", "a b+c%20d", "?query#fragment&x=y", "e\u{301}", "quote\"'`\\"]
    {
        let uploaded = running.client.upload(name, "text/plain", name.as_bytes())?.json()?;
        ensure!(uploaded["key"] == name, "{uploaded}");
        running.client.download(name)?.is_file("text/plain", name.as_bytes())?;
    }
    // The same letter, composed otherwise, is another name.
    ensure!(running.client.download("\u{e9}")?.status == 404);
    Ok(())
}

pub(crate) fn the_longest_name_fits_and_a_longer_does_not(running: &Running) -> Result<()> {
    let longest = "ü".repeat(NAME_BYTES_MAX / 2);
    running.client.upload(&longest, "text/plain", b"x")?.json()?;
    running.client.download(&longest)?.is_file("text/plain", b"x")?;
    let longer = format!("{longest}x");
    running.client.upload(&longer, "text/plain", b"x")?.is_error(400, "storage_invalid_key")?;
    running.client.download(&longer)?.is_error(400, "storage_invalid_key")
}
