//! What several of the tests need.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use storage_core::manifest::{Manifest, SECTION, parse_section};

/// A bucket, a bucket that exists already, a KV namespace and one that exists already.
pub(crate) const FOUR: &str = include_str!("../golden/manifest.json");

/// Two encrypted buckets that share a secret, and an encrypted KV namespace.
pub(crate) const SEALED: &str = include_str!("../golden/manifest-secrets.json");

/// A bucket with signed URLs and rules of its own, one with R2's S3 interface, and a KV namespace.
pub(crate) const SIGNED: &str = include_str!("../golden/manifest-signed.json");

/// Three fields that go by two storage Workers, one encrypted there, and a KV namespace.
pub(crate) const VIA: &str = include_str!("../golden/manifest-via.json");

/// The first of these Workers.
pub(crate) const WORKER: &str = include_str!("../golden/manifest-worker.json");

/// [`FOUR`] without what exists already: what an environment can be written for.
pub(crate) fn own() -> Manifest {
    let mut value: serde_json::Value = serde_json::from_str(FOUR).unwrap();
    for field in value.pointer_mut("/fields").unwrap().as_array_mut().unwrap() {
        field.as_object_mut().unwrap().remove("existing");
    }
    manifest(&value.to_string())
}

/// What the getting-started app declares.
pub(crate) const TWO: &str = concat!(
    r#"{"schema":1,"version":"0.1.0","app":"media-api","fields":["#,
    r#"{"field":"assets","kind":"bucket","binding":"USER_ASSETS","name":"user-assets","#,
    r#""namespace":"default","access":"private"},"#,
    r#"{"field":"configs","kind":"kv","binding":"APP_CONFIGS","name":"app-configs","#,
    r#""namespace":"default","access":"private","ttl_seconds":86400}]}"#,
    "\n"
);

pub(crate) fn manifest(line: &str) -> Manifest {
    parse_section(line.as_bytes()).unwrap().pop().unwrap()
}

/// A module with nothing in it but the section.
pub(crate) fn wasm(section: &str) -> Vec<u8> {
    let mut module = wasm_encoder::Module::new();
    module.section(&wasm_encoder::CustomSection {
        name: SECTION.into(),
        data: section.as_bytes().into(),
    });
    module.finish()
}

/// A folder with an artifact in it, to run the command in.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new(section: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("app.wasm", wasm(section));
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// `cargo storage ARGS`, the way cargo calls it.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran::of(&output)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-storage"));
        command.arg("storage").args(args).current_dir(self.path()).env_remove("WRANGLER");
        command
    }

    pub(crate) fn generate(&self, config: &str, more: &[&str]) -> Ran {
        self.run(&[&["generate", "--wasm", "app.wasm", "--config", config], more].concat())
    }
}

/// How a run ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}
