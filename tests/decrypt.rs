//! Who leaves this library can still read everything: what it has encrypted is decrypted by the
//! program in the documentation, `docs/decrypt.py`, which uses nothing of it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use storage::archive::{Archive, at_millis};
use storage_core::crypto::{Context, KeyRing, Resource, seal_all};
use tempfile::TempDir;
use xtask::repository::Repository;
use xtask::tools;

const RING: &str = "new:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,\n\
                    old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
const CHUNK: usize = 16 * 1024;

/// The program, and a place for what it reads.
struct Program {
    python: PathBuf,
    path: PathBuf,
    folder: TempDir,
}

impl Program {
    fn new() -> Self {
        Self::named("decrypt.py")
    }

    fn named(name: &str) -> Self {
        let repository = Repository::open().unwrap();
        let python = tools::python(&repository).unwrap();
        let path = repository.root().join("docs").join(name);
        Self { python, path, folder: tempfile::tempdir().unwrap() }
    }

    fn run(&self, place: &[&str], stored: &[u8]) -> Output {
        let file: &Path = &self.folder.path().join("stored");
        fs::write(file, stored).unwrap();
        let mut program = Command::new(&self.python);
        program.arg(&self.path).args(place).env("STORAGE_KEYS", RING);
        program.stdin(File::open(file).unwrap()).output().unwrap()
    }

    fn decrypts(&self, place: &[&str], stored: &[u8], plain: &[u8]) {
        let output = self.run(place, stored);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{place:?}, {} bytes: {said}", plain.len());
        assert!(output.stdout == plain, "{place:?}, {} bytes", plain.len());
    }

    fn refuses(&self, place: &[&str], stored: &[u8], said: &str) {
        assert!(!self.run(place, stored).status.success(), "{said}");
    }
}

fn seal(key: &str, context: &Context, plain: &[u8]) -> Vec<u8> {
    let ring = KeyRing::parse(RING).unwrap();
    seal_all(ring.by_id(key).unwrap().message_keys(&[7; 24], context), plain).unwrap()
}

fn text(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

#[test]
fn everything_that_is_encrypted_is_decrypted_by_the_program() {
    let program = Program::new();
    let context = Context::body(Resource::Bucket, "user-assets", "avatars/1.png");
    let place = ["bucket", "user-assets", "avatars/1.png"];
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 70 * CHUNK + 5] {
        let plain = text(length);
        program.decrypts(&place, &seal("new", &context, &plain), &plain);
    }
    program.decrypts(&place, &seal("old", &context, b"hello"), b"hello");

    let context = Context::body(Resource::Kv, "app-configs", "fl\u{e4}gs/\u{1f600}");
    let place = ["kv", "app-configs", "fl\u{e4}gs/\u{1f600}"];
    program.decrypts(&place, &seal("new", &context, b"on"), b"on");

    for (kind, resource) in [("bucket", Resource::Bucket), ("kv", Resource::Kv)] {
        let context = Context::metadata(resource, "user-assets", "a", "storage-sealed");
        let place = [kind, "user-assets", "a", "storage-sealed"];
        program.decrypts(&place, &seal("new", &context, b"{}"), b"{}");
    }
}

#[test]
fn the_program_refuses_what_this_library_refuses() {
    let program = Program::new();
    let place = ["bucket", "files", "a"];
    let context = Context::body(Resource::Bucket, "files", "a");
    let stored = seal("new", &context, &text(CHUNK + 5));
    program.decrypts(&place, &stored, &text(CHUNK + 5));
    program.refuses(&["bucket", "files", "b"], &stored, "another key");
    program.refuses(&["kv", "files", "a"], &stored, "another kind");
    program.refuses(&["bucket", "files", "a", ""], &stored, "metadata");
    for length in [0, 55, 56, 71, 56 + CHUNK + 16, stored.len() - 1] {
        program.refuses(&place, &stored[..length], "cut off");
    }
    for at in [0, 30, 60, 56 + CHUNK, stored.len() - 1] {
        let mut changed = stored.clone();
        changed[at] ^= 1;
        program.refuses(&place, &changed, "changed");
    }
}

#[storage::bucket(name = "request-logs")]
struct RequestLogs;

#[storage::app(name = "shop")]
struct App {
    logs: storage::Bucket<RequestLogs>,
}

/// A segment as it is stored, and its key.
async fn segment() -> (String, Vec<u8>) {
    let App { logs } = App::memory();
    let records = [(1_795_273_200_250, "gr\u{fc}n\n\u{1f600}"), (1_795_273_200_000, "first")];
    let records = records.map(|(time, record)| (at_millis(time), (record, 1.5)));
    let appended = Archive::new(&logs).append(records).await.unwrap();
    let key = appended.segments().first().unwrap().key().to_owned();
    let object = logs.get(&key).await.unwrap().unwrap();
    (key, object.bytes().await.unwrap().into())
}

#[tokio::test]
async fn an_archive_is_read_by_the_program() {
    let (key, stored) = segment().await;
    let records = "1795273200000 [\"first\",1.5]\n\
                   1795273200250 [\"gr\u{fc}n\\n\u{1f600}\",1.5]\n";
    let reads = |stored: &[u8]| {
        let output = Program::named("archive.py").run(&["-"], stored);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap())
        } else {
            Err(said)
        }
    };
    assert_eq!(reads(&stored).as_deref(), Ok(records));

    let context = Context::body(Resource::Bucket, "request-logs", &key);
    let decrypted =
        Program::new().run(&["bucket", "request-logs", &key], &seal("new", &context, &stored));
    assert_eq!(reads(&decrypted.stdout).as_deref(), Ok(records));

    for cut in (0..stored.len()).step_by(stored.len() / 12) {
        assert!(reads(&stored[..cut]).is_err(), "cut off at {cut}");
    }
}
