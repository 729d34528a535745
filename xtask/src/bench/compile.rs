//! `cargo check` of a crate full of declarations, against the same with the implementations written
//! out.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::results::Compile;
use crate::command::{self, CARGO};
use crate::report::seconds;
use crate::repository::Repository;

/// How much longer the attributes may take.
const GOAL: f64 = 1.5;

/// Declarations of each kind, and the apps they are spread over: 100 in all.
const EACH: usize = 48;
const APPS: usize = 4;

/// The crates, as cargo calls them.
const DECLARED: &str = "declared";
const BY_HAND: &str = "written-out";
const EMPTY: &str = "empty";

/// Checks the crates in turn, round by round.
pub(super) fn measure(repository: &Repository, rounds: u32) -> Result<Compile> {
    let folder = Folder::create(repository)?;
    println!("building the dependencies of the crates to check");
    for package in [DECLARED, BY_HAND, EMPTY] {
        command::run(&mut folder.check(package))?;
    }
    let mut times = [const { Vec::new() }; 3];
    for round in 1..=rounds {
        let started = Instant::now();
        for (package, times) in [EMPTY, BY_HAND, DECLARED].into_iter().zip(&mut times) {
            times.push(folder.time(package)?);
        }
        println!("round {round} of {rounds}: {}", seconds(started.elapsed()));
    }
    let [empty, by_hand, declared] = times;
    Ok(Compile { declared, by_hand, empty, goal: GOAL })
}

/// A workspace of its own, with the versions of the repository's lock file.
struct Folder(PathBuf);

impl Folder {
    fn create(repository: &Repository) -> Result<Self> {
        let folder = repository.target().join("bench").join("compile");
        fs::create_dir_all(&folder)?;
        let library = repository.folder("storage-runtime")?;
        fs::write(
            folder.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = {:?}\n", [DECLARED, BY_HAND, EMPTY]),
        )?;
        fs::copy(repository.root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        for package in [DECLARED, BY_HAND, EMPTY] {
            let source = folder.join(package).join("src");
            fs::create_dir_all(&source)?;
            fs::write(folder.join(package).join("Cargo.toml"), manifest(package, &library))?;
            fs::write(source.join("lib.rs"), code(package))?;
        }
        Ok(Self(folder))
    }

    fn check(&self, package: &str) -> Command {
        let mut cargo = Command::new(CARGO);
        cargo
            .args(["check", "--quiet", "--package", package, "--target-dir", "target"])
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&self.0);
        cargo
    }

    /// Seconds to check a crate that has just been written.
    fn time(&self, package: &str) -> Result<f64> {
        let file = self.0.join(package).join("src").join("lib.rs");
        fs::write(&file, code(package)).with_context(|| format!("{}", file.display()))?;
        let started = Instant::now();
        command::read(&mut self.check(package))?;
        Ok(started.elapsed().as_secs_f64())
    }
}

fn manifest(package: &str, library: &Path) -> String {
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nstorage = {{ package = \"storage-runtime\", path = {:?} }}\n",
        library.display().to_string()
    )
}

fn code(package: &str) -> String {
    match package {
        DECLARED => declared(),
        BY_HAND => written_out(),
        _ => String::new(),
    }
}

/// With the attributes.
fn declared() -> String {
    let mut text = String::new();
    for n in 0..EACH {
        let _ = write!(
            text,
            "#[storage::bucket(name = \"bucket-{n}\")]\npub struct Bucket{n};\n\
             #[storage::kv(name = \"entries-{n}\")]\npub struct Kv{n};\n"
        );
    }
    for app in 0..APPS {
        let _ = writeln!(text, "#[storage::app(name = \"app-{app}\")]\n{}", structure(app));
    }
    text
}

/// With what the attributes generate: `storage-macros/tests/expansion/` has it as goldens.
fn written_out() -> String {
    let mut text = String::from("use storage::__private as storage_private;\n");
    for n in 0..EACH {
        text += &written_out_resource("Bucket", &format!("Bucket{n}"), &format!("bucket-{n}"));
        text += &written_out_resource("Kv", &format!("Kv{n}"), &format!("entries-{n}"));
    }
    for app in 0..APPS {
        text += &structure(app);
        text += &written_out_app(app);
    }
    text
}

fn written_out_resource(kind: &str, name: &str, resource: &str) -> String {
    let binding = resource.to_uppercase().replace('-', "_");
    let value = if kind == "Kv" { "type Value = storage_private::Raw;\n" } else { "" };
    format!(
        "pub struct {name};\n\
         impl storage_private::Declare{kind} for {name} {{\n\
             {value}\
             const SPEC: &'static storage_private::{kind}Spec =\n\
                 &storage_private::{kind}Spec::new(\"{resource}\", \"{binding}\");\n\
         }}\n"
    )
}

fn written_out_app(app: usize) -> String {
    let mut specs = String::new();
    let mut fields = String::new();
    let mut distinct = String::new();
    for (name, kind) in handles(app) {
        let handle = format!("<{kind} as storage_private::Handle>");
        let _ = writeln!(specs, "storage_private::FieldSpec::new(\"{name}\", {handle}::RESOURCE),");
        let _ = writeln!(fields, "{name}: {handle}::connect(to)?,");
        let _ = writeln!(distinct, "const _: () = SPEC.assert_distinct(\"{name}\");");
    }
    format!(
        "impl storage_private::DeclareApp for App{app} {{\n\
             const SPEC: storage_private::AppSpec =\n\
                 storage_private::AppSpec::new(\"app-{app}\", &[{specs}]);\n\
             fn connect<C: storage_private::Connect>(to: &C) -> Result<Self, C::Error> {{\n\
                 Ok(Self {{ {fields} }})\n\
             }}\n\
         }}\n\
         impl App{app} {{\n\
             pub fn open(env: &storage_private::Env) -> Result<Self, storage_private::Error> {{\n\
                 storage_private::open(env)\n\
             }}\n\
             pub fn local(\n\
                 folder: impl storage_private::LocalFolder,\n\
             ) -> Result<Self, storage_private::Error> {{\n\
                 storage_private::local(folder)\n\
             }}\n\
             pub fn memory() -> Self {{\n\
                 storage_private::memory()\n\
             }}\n\
         }}\n\
         const _: () = {{\n\
             const SPEC: storage_private::AppSpec = <App{app} as storage_private::DeclareApp>::SPEC;\n\
             #[cfg_attr(target_arch = \"wasm32\", unsafe(link_section = \"storage.manifest\"))]\n\
             static _MANIFEST: [u8; SPEC.rendered_len()] = SPEC.render();\n\
             {distinct}\
         }};\n"
    )
}

/// The struct of an app.
fn structure(app: usize) -> String {
    let mut fields = String::new();
    for (name, kind) in handles(app) {
        let _ = writeln!(fields, "pub {name}: {kind},");
    }
    format!("#[derive(Clone)]\npub struct App{app} {{\n{fields}}}\n")
}

/// The fields of an app: names and types.
fn handles(app: usize) -> impl Iterator<Item = (String, String)> {
    (0..EACH).filter(move |n| n % APPS == app).flat_map(|n| {
        [
            (format!("bucket{n}"), format!("storage::Bucket<Bucket{n}>")),
            (format!("kv{n}"), format!("storage::Kv<Kv{n}>")),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_a_hundred_declarations() {
        assert_eq!(declared().matches("#[storage::").count(), 100);
        assert_eq!(written_out().matches("const SPEC: ").count(), 100 + APPS);
    }
}
