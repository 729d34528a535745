//! Encrypted stores on workerd: what the Worker has stored is opened here, without it, and what it
//! finds replaced in the storage it refuses.

use std::fs::{self, File};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, ensure};
use storage_core::crypto::{Context, KeyRing, Resource, open_all, sealed_len};
use xtask::repository::Repository;
use xtask::tools;

use crate::cipher::{CHUNK, LENGTHS, SEALED_CHUNK, is_body, is_refused, plaintext};
use crate::http::Client;
use crate::worker::Running;

/// Salt and commitment: what is stored before the first chunk.
const PREFIX: usize = 56;

/// How an object can be read in a handler.
const READS: [&str; 3] = ["bytes", "pieces", "served"];

/// How an entry can be: the latter two are streamed.
const READS_OF_KV: [&str; 3] = ["bytes", "gathered", "pieces"];

/// A store of the Worker that is encrypted.
#[derive(Clone, Copy)]
pub(crate) struct Store<'a> {
    client: &'a Client,
    pub(crate) kind: &'static str,
    /// The name in its declaration.
    pub(crate) name: &'static str,
    resource: Resource,
}

impl<'a> Store<'a> {
    pub(crate) fn bucket(running: &'a Running) -> Self {
        let (kind, name) = ("bucket", "conformance-sealed-objects");
        Self { client: &running.client, kind, name, resource: Resource::Bucket }
    }

    pub(crate) fn kv(running: &'a Running) -> Self {
        let (kind, name) = ("kv", "conformance-sealed-entries");
        Self { client: &running.client, kind, name, resource: Resource::Kv }
    }

    /// How what is in it can be read.
    fn reads(&self) -> [&'static str; 3] {
        match self.resource {
            Resource::Kv => READS_OF_KV,
            _ => READS,
        }
    }

    fn path(&self, way: &str, key: &str) -> String {
        format!("/encrypted/{}/{way}/{key}", self.kind)
    }

    /// Writes a body. The answer is its etag.
    pub(crate) fn put(&self, way: &str, key: &str, plain: &[u8]) -> Result<String> {
        let answer = match way {
            "chunked" => self.client.put_chunked(&self.path("request", key), plain)?,
            way => self.client.ask("PUT", &self.path(way, key), &[], plain)?,
        };
        ensure!(answer.status == 200, "{way}: answered {}", answer.describe());
        Ok(String::from_utf8(answer.body)?)
    }

    /// What is stored.
    pub(crate) fn stored(&self, key: &str) -> Result<Vec<u8>> {
        let answer = self.client.get(&format!("/stored/{}/{key}", self.kind))?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        Ok(answer.body)
    }

    /// Stores other bytes.
    pub(crate) fn replace(&self, key: &str, stored: &[u8]) -> Result<()> {
        self.store("PUT", key, stored)
    }

    /// Stores bytes that have nothing beside them.
    pub(crate) fn create(&self, key: &str, stored: &[u8]) -> Result<()> {
        self.store("POST", key, stored)
    }

    fn store(&self, method: &str, key: &str, stored: &[u8]) -> Result<()> {
        let answer =
            self.client.ask(method, &format!("/stored/{}/{key}", self.kind), &[], stored)?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        Ok(())
    }

    /// That it is read, in one way.
    pub(crate) fn is_read(&self, way: &str, key: &str, plain: &[u8]) -> Result<()> {
        let answer = self.client.get(&self.path(way, key))?;
        is_body(&answer, plain).map_err(|error| anyhow!("{way}: {error}"))
    }

    /// That what is stored is this, by the format and the keys alone.
    fn has_stored(&self, key: &str, plain: &[u8]) -> Result<()> {
        let stored = self.stored(key)?;
        let (is, should) = (stored.len() as u64, sealed_len(plain.len() as u64));
        ensure!(Some(is) == should, "{is} bytes are stored, not {should:?}");
        let opened = open_all(&KeyRing::parse(ring()?)?, &self.context(key), None, &stored)?;
        ensure!(opened == plain, "another plaintext");
        Ok(())
    }

    /// What the value of a key is bound to.
    pub(crate) fn context(&self, key: &str) -> Context {
        Context::body(self.resource, self.name, key)
    }
}

pub(crate) fn what_is_stored_is_opened_without_the_worker(running: &Running) -> Result<()> {
    for length in LENGTHS {
        let plain = plaintext(length);
        for way in ["bytes", "request", "chunked"] {
            for store in [Store::bucket(running), Store::kv(running)] {
                let said = |error| anyhow!("{} {way} {length}: {error:#}", store.kind);
                let key = format!("{way}-{length}");
                store.put(way, &key, &plain).map_err(said)?;
                store.has_stored(&key, &plain).map_err(said)?;
                store.is_read("bytes", &key, &plain).map_err(said)?;
            }
            for store in [Store::bucket(running), Store::kv(running)] {
                for read in store.reads() {
                    store.is_read(read, &format!("{way}-{length}"), &plain)?;
                }
            }
            Store::kv(running).is_read("handed-on", &format!("{way}-{length}"), &plain)?;
        }
    }
    Ok(())
}

/// Of unknown length, and longer than one part.
pub(crate) fn what_is_uploaded_in_parts_is_one_message(running: &Running) -> Result<()> {
    let store = Store::bucket(running);
    for length in [30 * 1024 * 1024, 30 * 1024 * 1024 + 5] {
        let plain = plaintext(length);
        let etag = store.put("chunked", "in-parts", &plain)?;
        ensure!(etag.contains('-'), "{etag} is not the etag of an upload in parts");
        store.has_stored("in-parts", &plain)?;
        for read in READS {
            store.is_read(read, "in-parts", &plain)?;
        }
    }
    Ok(())
}

pub(crate) fn a_range_is_served_decrypted(running: &Running) -> Result<()> {
    let store = Store::bucket(running);
    let plain = plaintext(5 * CHUNK + 10);
    store.put("request", "ranges", &plain)?;
    let end = plain.len();
    let ranges = [
        0..1,
        0..CHUNK,
        CHUNK - 1..CHUNK + 1,
        2 * CHUNK..3 * CHUNK,
        2 * CHUNK + 5..4 * CHUNK + 7,
        5 * CHUNK - 1..end,
        end - 1..end,
        0..end,
    ];
    for range in ranges {
        let asked = format!("bytes={}-{}", range.start, range.end - 1);
        let path = store.path("served", "ranges");
        let answer = running.client.ask("GET", &path, &[("range", &asked)], b"")?;
        ensure!(answer.status == 206, "{asked}: answered {}", answer.describe());
        let told = format!("bytes {}-{}/{end}", range.start, range.end - 1);
        let length = range.len().to_string();
        ensure!(answer.header("content-range") == Some(&told), "{asked}: {answer:?}");
        ensure!(answer.header("content-length") == Some(&length), "{asked}: {answer:?}");
        ensure!(plain.get(range) == Some(&answer.body), "{asked}: other bytes");
    }
    Ok(())
}

/// By somebody who can write to the storage and has no key. Each message is shorter than a batch, so of
/// none of them anything comes out.
pub(crate) fn what_was_replaced_is_refused(running: &Running) -> Result<()> {
    let length = 2 * CHUNK + 100;
    for store in [Store::bucket(running), Store::kv(running)] {
        let plain = plaintext(length);
        store.put("bytes", "replaced", &plain)?;
        store.put("bytes", "another", &plaintext(length + 1))?;
        let sealed = store.stored("replaced")?;
        let mut replaced = vec![
            ("plaintext", plain.clone()),
            ("a short plaintext", b"plaintext".to_vec()),
            ("nothing", Vec::new()),
            ("what another key has", store.stored("another")?),
            ("a byte more", [sealed.as_slice(), &[0]].concat()),
            ("all of it twice", [sealed.as_slice(), &sealed].concat()),
        ];
        let second = PREFIX + SEALED_CHUNK;
        for at in [0, 24, PREFIX - 1, PREFIX, second - 1, second, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1);
            replaced.push(("a changed byte", changed));
        }
        for end in [PREFIX - 1, PREFIX, PREFIX + 16, second, second + 16, sealed.len() - 1] {
            replaced.push(("less", sealed.get(..end).unwrap_or_default().to_vec()));
        }
        for (what, stored) in &replaced {
            let said = |error| anyhow!("{what} ({}), {}: {error:#}", stored.len(), store.kind);
            store.replace("replaced", stored).map_err(said)?;
            for way in store.reads() {
                refuses(store, way, "replaced", &plain, 0).map_err(said)?;
            }
        }
        // It was what is stored, not the way it got there.
        store.replace("replaced", &sealed)?;
        store.is_read("bytes", "replaced", &plain)?;
    }
    Ok(())
}

/// Two messages that are each right, in each other's place.
pub(crate) fn what_was_swapped_is_refused(running: &Running) -> Result<()> {
    for store in [Store::bucket(running), Store::kv(running)] {
        let (ada, bob) = (plaintext(1000), plaintext(2000));
        store.put("bytes", "ada", &ada)?;
        store.put("bytes", "bob", &bob)?;
        let (of_ada, of_bob) = (store.stored("ada")?, store.stored("bob")?);
        store.replace("ada", &of_bob)?;
        store.replace("bob", &of_ada)?;
        refuses(store, "bytes", "ada", &ada, 0)?;
        refuses(store, "bytes", "bob", &bob, 0)?;
    }
    Ok(())
}

/// A body that fails in the middle has been given up to there at most, and does not look whole.
pub(crate) fn a_body_ends_before_the_chunk_that_fails(running: &Running) -> Result<()> {
    let store = Store::bucket(running);
    let plain = plaintext(200 * CHUNK);
    store.put("request", "damaged", &plain)?;
    let mut sealed = store.stored("damaged")?;
    sealed.iter_mut().skip(PREFIX + 150 * SEALED_CHUNK + 7).take(1).for_each(|byte| *byte ^= 1);
    store.replace("damaged", &sealed)?;
    for way in READS {
        refuses(store, way, "damaged", &plain, 150 * CHUNK).map_err(|e| anyhow!("{way}: {e:#}"))?;
    }
    let path = store.path("served", "damaged");
    let part = |first: usize, last: usize| {
        let range = format!("bytes={first}-{last}");
        running.client.get_what_comes(&path, &[("range", &range)])
    };
    let before = part(140 * CHUNK, 150 * CHUNK - 1)?;
    ensure!(before.is_whole && Some(&*before.body) == plain.get(140 * CHUNK..150 * CHUNK));
    let within = part(150 * CHUNK + 1000, 150 * CHUNK + 1001)?;
    ensure!(within.broke_off_after() == Some(0), "answered {}", within.status);
    Ok(())
}

/// The same of a value that is streamed. One that was cut off after a whole chunk is told at its end.
pub(crate) fn a_value_ends_before_the_chunk_that_fails(running: &Running) -> Result<()> {
    let store = Store::kv(running);
    let plain = plaintext(200 * CHUNK);
    store.put("bytes", "damaged", &plain)?;
    let sealed = store.stored("damaged")?;
    let end = PREFIX + 150 * SEALED_CHUNK;
    let mut changed = sealed.clone();
    changed.iter_mut().skip(end + 7).take(1).for_each(|byte| *byte ^= 1);
    for (what, stored) in [
        ("changed", changed.as_slice()),
        ("cut off between chunks", sealed.get(..end).unwrap_or_default()),
        ("cut off within a chunk", sealed.get(..end + 1000).unwrap_or_default()),
        ("without its last chunk", sealed.get(..PREFIX + 200 * SEALED_CHUNK).unwrap_or_default()),
    ] {
        store.replace("damaged", stored)?;
        for way in READS_OF_KV {
            let given_max = if way == "pieces" { stored.len() / SEALED_CHUNK * CHUNK } else { 0 };
            let refused = refuses(store, way, "damaged", &plain, given_max);
            refused.map_err(|error| anyhow!("{what}, {way}: {error:#}"))?;
        }
        let answer = running.client.get(&store.path("handed-on", "damaged"))?;
        ensure!(answer.status == 500, "{what}: answered {}", answer.describe());
    }
    Ok(())
}

/// Each of some hundred, but those whose metadata was sealed for another place.
pub(crate) fn a_damaged_item_is_listed_apart(running: &Running) -> Result<()> {
    for store in [Store::bucket(running), Store::kv(running)] {
        let mut expected = Vec::new();
        for number in 10..50 {
            let key = format!("listed-{number}");
            if number % 20 == 7 {
                let path = format!("/stored/foreign-{}/{key}", store.kind);
                let answer = running.client.ask("PUT", &path, &[], b"text")?;
                ensure!(answer.status == 200, "answered {}", answer.describe());
                expected.push(format!("{key} storage_decryption_failed"));
            } else {
                store.put("bytes", &key, b"text")?;
                expected.push(format!("{key} ada"));
            }
        }
        let answer = running.client.get(&store.path("listed", "listed-"))?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        let listed = String::from_utf8(answer.body)?;
        let mut listed: Vec<_> = listed.lines().collect();
        listed.sort_unstable();
        ensure!(listed == expected, "{}: {listed:?}", store.kind);
    }
    Ok(())
}

pub(crate) fn the_documented_program_decrypts_it(running: &Running) -> Result<()> {
    let repository = Repository::open()?;
    let python = tools::python(&repository)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("stored");
    for store in [Store::bucket(running), Store::kv(running)] {
        for (way, length) in [("bytes", 0), ("request", CHUNK), ("chunked", 70 * CHUNK + 5)] {
            let plain = plaintext(length);
            store.put(way, "documented", &plain)?;
            fs::write(&file, store.stored("documented")?)?;
            let mut program = Command::new(&python);
            program.arg(repository.root().join("docs/decrypt.py"));
            program.args([store.kind, store.name, "documented"]).env("STORAGE_KEYS", ring()?);
            let output = program.stdin(File::open(&file)?).output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "{} {length}: {said}", store.kind);
            ensure!(output.stdout == plain, "{} {length}: other bytes", store.kind);
        }
    }
    Ok(())
}

/// That reading fails with the one error, after at most so many bytes. Of a body that was begun to be
/// served the error can't be told any more: it breaks off.
fn refuses(store: Store<'_>, way: &str, key: &str, plain: &[u8], given_max: usize) -> Result<()> {
    let path = store.path(way, key);
    if way != "served" {
        return is_refused(&store.client.get(&path)?, given_max);
    }
    let came = store.client.get_what_comes(&path, &[])?;
    let Some(given) = came.broke_off_after() else {
        return store.client.get(&path)?.is_error(500, "storage_decryption_failed");
    };
    ensure!(given <= given_max, "{way}: {given} bytes came, at most {given_max} may");
    ensure!(given == 0 || plain.starts_with(&came.body), "{way}: what came was never verified");
    Ok(())
}

/// The keys of the Worker, from its configuration.
pub(crate) fn ring() -> Result<&'static str> {
    let file = include_str!("../conformance/wrangler.jsonc");
    let (_, rest) =
        file.split_once(r#""CONFORMANCE_KEYS": ""#).context("the Worker has no keys")?;
    Ok(rest.split_once('"').context("the keys have no end")?.0)
}
