//! An app and the storage Worker that it goes by, in one workspace: with stand-ins for the programs that
//! build and run them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Folder, Ran, VIA, WORKER, wasm};

/// An app in `api`, and in `store` the first of the two storage Workers that it goes by.
pub(crate) fn workspace() -> Folder {
    let folder = Folder::new(VIA);
    folder.write("Cargo.toml", "[workspace]\nmembers = [\"api\", \"store\"]\nresolver = \"3\"\n");
    package(&folder, "api", "media-api", VIA);
    package(&folder, "store", "the-store", WORKER);
    folder.write("store/lib.rs", "");
    fs::create_dir(folder.path().join("bin")).unwrap();
    program(&folder, "cargo", CARGO);
    program(&folder, "wrangler", "echo \"in $(basename $PWD): $*\"\n");
    folder
}

pub(crate) fn package(folder: &Folder, path: &str, name: &str, section: &str) {
    fs::create_dir_all(folder.path().join(path).join("src")).unwrap();
    folder.write(
        &format!("{path}/Cargo.toml"),
        format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n"
        ),
    );
    folder.write(&format!("{path}/src/lib.rs"), "");
    folder.write(&format!("{path}/app.wasm"), wasm(section));
}

/// What says that the package in `store` is the Worker `media-storage`.
fn with_attribute(folder: &Folder) {
    folder.write("store/src/lib.rs", "#[storage::worker(name = \"media-storage\")]\nstruct A;\n");
}

/// Reports `app.wasm` of the current folder as what was built. What is no build is real.
const CARGO: &str = r#"
if [ "$1" != build ]; then exec "$REAL_CARGO" "$@"; fi
name=$(sed -n 's/^name = "\(.*\)"/\1/p' Cargo.toml)
echo "built $name $*" >&2
id="path+file://$PWD#$name@0.0.0"
if [ "$(basename "$PWD")" = "$name" ]; then id="path+file://$PWD#$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)"; fi
lib=$(echo "$name" | tr - _)
echo '{"reason":"compiler-artifact","package_id":"'"$id"'","manifest_path":"'"$PWD"'/Cargo.toml","target":{"name":"'"$lib"'","kind":["cdylib"],"crate_types":["cdylib"],"required-features":[],"src_path":"'"$PWD"'/src/lib.rs","edition":"2024","doc":true,"doctest":false,"test":true},"profile":{"opt_level":"s","debuginfo":0,"debug_assertions":false,"overflow_checks":false,"test":false},"features":[],"filenames":["'"${ARTIFACT:-$PWD/app.wasm}"'"],"executable":null,"fresh":true}'
"#;

fn program(folder: &Folder, name: &str, script: &str) {
    let path = folder.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

pub(crate) fn command(folder: &Folder, args: &[&str]) -> Command {
    let path = format!("{}:/usr/bin:/bin", folder.path().join("bin").display());
    let mut command = folder.command(args);
    command
        .current_dir(folder.path().join("api"))
        .env("PATH", path)
        .env("REAL_CARGO", env!("CARGO"))
        .env("CARGO", folder.path().join("bin/cargo"))
        .env_remove("LINK_KEYS")
        .env_remove("VAULT_KEYS");
    command
}

fn run(folder: &Folder, args: &[&str]) -> Ran {
    Ran::of(&command(folder, args).output().unwrap())
}

#[test]
fn both_files_are_written_and_checked() {
    let folder = workspace();
    with_attribute(&folder);
    let ran = run(&folder, &["generate", "--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("help: cargo storage generate --package the-store\n"), "{ran:?}");
    assert!(ran.stdout.contains("\n+++ ../store/wrangler.jsonc\n"), "{ran:?}");
    assert!(!folder.path().join("store/wrangler.jsonc").exists());

    let ran = run(&folder, &["generate"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "\
wrote wrangler.jsonc
  + kv_namespaces  APP_CONFIGS
  + services  MEDIA_STORAGE -> media-storage
  + services  AUDIT_STORAGE -> audit-storage
wrote storage.lock
wrote ../store/wrangler.jsonc
  + placement.mode  smart
  + workers_dev  false
  + preview_urls  false
  + routes  files.example.com
  + r2_buckets  USER_ASSETS -> user-assets
  + r2_buckets  FINANCE_REPORTS -> finance-reports
  + secrets.required  LINK_KEYS
  + secrets.required  VAULT_KEYS
wrote ../store/storage.lock
";
    assert_eq!(ran.stdout, expected);
    let elsewhere = "note: `audit-storage` was not compared with what goes by it: no package of this workspace \
                     is that storage Worker\n";
    assert!(ran.stderr.contains(elsewhere), "{ran:?}");
    let missing = "`wrangler dev` has no LINK_KEYS, VAULT_KEYS for the Worker `media-storage`\n\
                   help: cargo storage generate --package the-store --dev-vars\n";
    assert!(ran.stderr.contains(missing), "{ran:?}");

    let advice = "note: media-storage: before `wrangler deploy`, set each secret to a key";
    assert!(ran.stderr.contains(advice), "{ran:?}");

    let app = folder.read("api/wrangler.jsonc");
    assert!(!app.contains("VAULT_KEYS") && !app.contains("\"r2_buckets\""), "{app}");
    let ran = run(&folder, &["generate", "--check"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout, "wrangler.jsonc is up to date\n../store/wrangler.jsonc is up to date\n");

    let ran = run(&folder, &["generate", "--dev-vars"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("wrote ../store/.dev.vars\n  + LINK_KEYS  a new key"), "{ran:?}");
    assert!(!ran.stderr.contains("no secret is declared"), "{ran:?}");
    assert!(folder.read("store/.dev.vars").contains("VAULT_KEYS=local:"));
    assert!(!folder.path().join("api/.dev.vars").exists());
}

#[test]
fn a_storage_worker_is_found_by_its_file_its_name_or_its_source() {
    let built = |folder: &Folder| {
        let ran = run(folder, &["generate"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let lines = ran.stderr.lines().filter(|line| line.starts_with("built "));
        let names: Vec<_> = lines.filter_map(|line| line.split(' ').nth(1)).collect();
        names.join(" ")
    };
    let folder = workspace();
    assert_eq!(built(&folder), "media-api", "nothing says which package it is");
    with_attribute(&folder);
    assert_eq!(built(&folder), "media-api the-store");

    let folder = workspace();
    folder.write("store/wrangler.toml", "name = \"media-storage\"\n");
    assert_eq!(built(&folder), "media-api the-store");

    let folder = workspace();
    package(&folder, "store", "media-storage", WORKER);
    assert_eq!(built(&folder), "media-api media-storage");

    // A package that only looks like it is passed over.
    let folder = workspace();
    with_attribute(&folder);
    folder.write("store/app.wasm", wasm(&WORKER.replace("media-storage", "other-storage")));
    assert_eq!(built(&folder), "media-api the-store");
    assert!(!folder.path().join("store/wrangler.jsonc").exists());
}

#[test]
fn a_slip_in_via_is_noticed() {
    let folder = workspace();
    folder.write("store/wrangler.toml", "name = \"media-storage\"\n");
    folder.write("api/app.wasm", wasm(&VIA.replace("media-storage", "media-storge")));
    let ran = run(&folder, &["generate"]);
    assert_eq!(ran.code, Some(0), "it may be in another workspace: {ran:?}");
    let warning = "warning: no package of this workspace is the storage Worker `media-storge`, and `media-storage` \
                   is one\nhelp: `#[storage(via = \"media-storage\")]`, if that is meant\n";
    assert!(ran.stderr.contains(warning), "{ran:?}");
    assert!(ran.stderr.contains("note: `audit-storage` was not compared"), "{ran:?}");
}

#[test]
fn what_the_worker_does_not_declare_is_refused() {
    let refused = |section: &str, message: &str| {
        let folder = workspace();
        with_attribute(&folder);
        folder.write("store/app.wasm", wasm(section));
        for args in [&["generate"][..], &["generate", "--check"], &["dev"]] {
            let ran = run(&folder, args);
            assert_eq!(ran.code, Some(2), "{ran:?}");
            assert!(ran.stderr.contains(message), "{message}\n{}", ran.stderr);
            assert!(ran.stderr.contains("\nhelp: "), "{ran:?}");
            for file in ["api/wrangler.jsonc", "store/wrangler.jsonc"] {
                assert!(!folder.path().join(file).exists(), "{file}");
            }
        }
    };
    refused(
        &WORKER.replace("\"name\":\"user-assets\"", "\"name\":\"assets\""),
        "the field `assets` goes by the storage Worker `media-storage`, which does not declare the bucket \
         `user-assets` (it has: bucket `assets`, bucket `finance-reports`)\n",
    );
    let encryption = r#","encryption":{"secret":"VAULT_KEYS","metadata":"encrypted"}"#;
    refused(
        &WORKER.replace(encryption, ""),
        "the bucket `finance-reports` is declared with `encryption` for the field `reports`, and without it in \
         the storage Worker `media-storage` (field `reports`)\n",
    );
    refused(
        &WORKER.replace(r#""worker":{"placement":"smart","public_host":"files.example.com"},"#, ""),
        "`media-storage` (package `the-store`) is an application, and fields of `media-api` go by it",
    );
    // The other way round nobody relies on anything.
    let folder = workspace();
    with_attribute(&folder);
    folder.write("api/app.wasm", wasm(&VIA.replace(encryption, "")));
    assert_eq!(run(&folder, &["generate"]).code, Some(0));
}

#[test]
fn environments_go_by_environments() {
    let folder = workspace();
    with_attribute(&folder);
    assert_eq!(run(&folder, &["generate"]).code, Some(0));
    let before = folder.read("api/wrangler.jsonc");
    let ran = run(&folder, &["generate", "--env", "staging"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let undecided = "the Worker answers at `files.example.com`, and wrangler would give `staging` the same routes";
    assert!(ran.stderr.contains(undecided), "{ran:?}");
    assert_eq!(folder.read("api/wrangler.jsonc"), before, "one is refused, so none is written");

    let store = folder.read("store/wrangler.jsonc");
    let env = "\"env\": { \"staging\": { \"name\": \"stage-store\", \"routes\": [] } },\n  \"r2_buckets\"";
    folder.write("store/wrangler.jsonc", store.replace("\"r2_buckets\"", env));
    let ran = run(&folder, &["generate", "--env", "staging"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let other = "wrangler.jsonc: the service `MEDIA_STORAGE` is the Worker `media-storage-staging`, and \
                 ../store/wrangler.jsonc calls it `stage-store`\n";
    assert!(ran.stderr.contains(other), "{ran:?}");
    let file = folder.read("api/wrangler.jsonc").replace("media-storage-staging", "stage-store");
    folder.write("api/wrangler.jsonc", file);
    let ran = run(&folder, &["generate", "--env", "staging", "--check"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stderr.contains("calls it"), "{ran:?}");
}

#[test]
fn dev_runs_all_of_them_in_one_session() {
    let folder = workspace();
    with_attribute(&folder);
    folder.write("store/.dev.vars", "LINK_KEYS=x\n");
    let ran = run(&folder, &["dev", "--", "--persist-to", "data"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let own = folder.path().canonicalize().unwrap().join("store");
    let copy = own.join(".wrangler/storage/wrangler.json");
    let expected = format!(
        "in api: dev --config wrangler.jsonc --config {} --port 8787 --persist-to data\n",
        copy.display()
    );
    assert!(ran.stdout.ends_with(&expected), "{ran:?}");
    assert!(ran.stderr.contains("help: a route of the app for `/.storage/{token}`"), "{ran:?}");
    let copy: serde_json::Value = serde_json::from_str(&fs::read_to_string(copy).unwrap()).unwrap();
    assert_eq!(copy["name"], "media-storage");
    assert_eq!(copy["main"], "../../build/index.js");
    assert_eq!(copy["build"]["cwd"], own.join("").to_str().unwrap());
    assert_eq!(copy["vars"]["STORAGE_SIGNED_URLS_ORIGIN"], "http://127.0.0.1:8787");
    assert_eq!(folder.read("store/.wrangler/storage/.dev.vars"), "LINK_KEYS=x\n");
    assert!(folder.path().join("store/wrangler.jsonc").exists());
}

#[test]
fn with_an_artifact_nothing_else_is_built() {
    let folder = workspace();
    with_attribute(&folder);
    let ran = run(&folder, &["generate", "--wasm", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("with --wasm, nothing is built"), "{ran:?}");
    assert!(!ran.stderr.contains("built the-store"), "{ran:?}");
    assert!(!folder.path().join("store/wrangler.jsonc").exists());
}

/// What both files remember is refused at once, and acknowledged at once.
#[test]
fn what_gets_out_of_reach_of_both_is_one_question() {
    let folder = workspace();
    with_attribute(&folder);
    assert_eq!(run(&folder, &["generate"]).code, Some(0));
    let other = |section: &str| {
        let renamed = section.replace("\"name\":\"reports\"", "\"name\":\"papers\"");
        renamed.replace("FINANCE_REPORTS", "FINANCE_PAPERS")
    };
    folder.write("api/app.wasm", wasm(&other(VIA)));
    folder.write("store/app.wasm", wasm(&other(WORKER)));
    let before = (folder.read("api/storage.lock"), folder.read("store/storage.lock"));
    let ran = run(&folder, &["generate"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let refusal = "error: storage.lock and ../store/storage.lock: the bucket `finance-reports` is no longer declared";
    assert!(ran.stderr.contains(refusal), "{ran:?}");
    assert!(!ran.stderr.contains("existing ="), "{ran:?}");
    let command = "`cargo storage generate --acknowledge finance-reports`";
    assert!(ran.stderr.contains(command), "{ran:?}");
    assert_eq!((folder.read("api/storage.lock"), folder.read("store/storage.lock")), before);

    let ran = run(&folder, &["generate", "--acknowledge", "finance-reports"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for file in ["api/storage.lock", "store/storage.lock"] {
        assert!(folder.read(file).contains("name = \"finance-papers\"\n"), "{file}");
    }
    let ran = run(&folder, &["generate", "--acknowledge", "finance-reports"]);
    assert!(ran.stderr.contains("nothing to acknowledge about `finance-reports`"), "{ran:?}");
}
