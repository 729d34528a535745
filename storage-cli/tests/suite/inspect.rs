//! `cargo storage inspect`

use crate::support::{FOUR, Folder, SEALED, TWO, wasm};

#[test]
fn a_table_says_what_is_declared() {
    let ran = Folder::new(FOUR).run(&["inspect", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "\
Worker media-api (storage 0.1.0)
  FIELD     KIND    BINDING      NAME         OPTIONS
  assets    bucket  USER_ASSETS  user-assets  delete_after_days = 30
  invoices  bucket  INVOICES     invoices     existing = \"company-invoices\", namespace = \"billing\"
  configs   kv      APP_CONFIGS  app-configs  ttl_seconds = 86400
  sessions  kv      SESSIONS     sessions     existing = \"0f2ac74b498b48021cb68387c421e279\"
";
    assert_eq!(ran.stdout, expected);
}

#[test]
fn encryption_is_shown_as_it_is_declared() {
    let ran = Folder::new(SEALED).run(&["inspect", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "\
Worker media-api (storage 0.1.0)
  FIELD     KIND    BINDING   NAME      OPTIONS
  vault     bucket  VAULT     vault     encryption(metadata = \"encrypted\", secret = \"VAULT_KEYS\")
  drafts    bucket  DRAFTS    drafts    encryption(metadata = \"plain\", secret = \"VAULT_KEYS\")
  sessions  kv      SESSIONS  sessions  encryption(metadata = \"plain\", secret = \"SESSION_KEYS\"), ttl_seconds = 3600
  required secrets: SESSION_KEYS, VAULT_KEYS
";
    assert_eq!(ran.stdout, expected);
}

#[test]
fn json_is_the_manifest_itself() {
    let ran = Folder::new(TWO).run(&["inspect", "--json", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let declared: serde_json::Value = serde_json::from_str(TWO).unwrap();
    assert_eq!(shown, serde_json::json!([declared]));
}

#[test]
fn files_that_hold_no_manifest() {
    let folder = Folder::new(TWO);
    let whole = wasm(TWO);
    folder.write("cut.wasm", &whole[..whole.len() - 5]);
    folder.write("text.wasm", "not a module");
    folder.write("empty.wasm", "");
    folder.write("bare.wasm", wasm(""));
    folder.write("garbage.wasm", wasm("{\"schema\":1,"));
    folder.write("newer.wasm", wasm("{\"schema\":2,\"version\":\"99.0.0\"}"));
    let richer =
        TWO.replace("0.1.0", "99.0.0").replace("\"access\"", "\"of_tomorrow\":1,\"access\"");
    folder.write("richer.wasm", wasm(&richer));
    folder.write("twice.wasm", wasm(&TWO.replace("APP_CONFIGS", "USER_ASSETS")));
    for (file, words) in [
        ("cut.wasm", "cut.wasm is damaged: "),
        ("text.wasm", "error: text.wasm is not a WebAssembly module\n"),
        ("empty.wasm", "error: empty.wasm is not a WebAssembly module\n"),
        ("bare.wasm", "declares no application"),
        ("garbage.wasm", "can't understand what garbage.wasm declares"),
        ("newer.wasm", "newer.wasm declares: it was written by storage 99.0.0, and this is"),
        ("richer.wasm", "richer.wasm declares: it was written by storage 99.0.0, and this is"),
        ("twice.wasm", "the fields `assets` and `configs` are both the binding `USER_ASSETS`"),
        ("missing.wasm", "can't read missing.wasm"),
    ] {
        let ran = folder.run(&["inspect", file]);
        assert_eq!(ran.code, Some(2), "{file}: {ran:?}");
        assert!(ran.stderr.contains(words), "{file}: {ran:?}");
        assert_eq!(ran.stdout, "", "{file}");
        assert!(ran.stderr.lines().count() <= 2, "{file}: {ran:?}");
    }
}

#[test]
fn several_applications_are_all_shown_but_generate_nothing() {
    let other = TWO.replace("media-api", "other-api");
    let folder = Folder::new(&format!("{TWO}{other}"));
    let ran = folder.run(&["inspect", "app.wasm"]);
    assert!(
        ran.stdout.contains("Worker media-api") && ran.stdout.contains("Worker other-api"),
        "{ran:?}"
    );
    let ran = folder.generate("wrangler.jsonc", &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("2 applications, `media-api` and `other-api`"), "{ran:?}");
    assert!(!folder.path().join("wrangler.jsonc").exists());
}
