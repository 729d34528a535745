//! Who leaves this library can still read everything: what it has encrypted is decrypted by the
//! program in the documentation, `docs/decrypt.py`, which uses nothing of it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
        let repository = Repository::open().unwrap();
        let python = tools::python(&repository).unwrap();
        let path = repository.root().join("docs/decrypt.py");
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
