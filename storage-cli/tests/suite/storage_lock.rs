//! `storage.lock`: what disappears from the declarations is noticed.

use crate::support::{Folder, TWO, wasm};

/// [`TWO`] without its bucket.
fn without_assets() -> String {
    let (start, rest) = TWO.split_once("{\"field\":\"assets\"").unwrap();
    let (_, end) = rest.split_once("},").unwrap();
    format!("{start}{end}")
}

#[test]
fn nothing_is_written_while_a_bucket_is_missing() {
    let folder = Folder::new(TWO);
    folder.generate("wrangler.jsonc", &[]);
    let before = (folder.read("wrangler.jsonc"), folder.read("storage.lock"));
    assert!(before.1.contains("[[resource]]\nkind = \"kv\"\nname = \"app-configs\"\n"));

    let less = without_assets();
    folder.write("app.wasm", wasm(&less.replace("APP_CONFIGS", "CONFIGS")));
    for args in [&[][..], &["--check"], &["--env", "staging"], &["--acknowledge", "user-assets"]] {
        let ran = folder.generate("wrangler.jsonc", args);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("the KV namespace `app-configs` was the namespace"), "{ran:?}");
        assert!(ran.stderr.ends_with("\n\nnothing was written\n"), "{ran:?}");
        assert_eq!((folder.read("wrangler.jsonc"), folder.read("storage.lock")), before);
    }

    folder.write("app.wasm", wasm(&less));
    let ran = folder.generate("wrangler.jsonc", &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let refusal = "storage.lock: the bucket `user-assets` is no longer declared: this Worker would";
    assert!(ran.stderr.contains(refusal), "{ran:?}");
    let command = "`cargo storage generate --wasm app.wasm --config wrangler.jsonc --acknowledge user-assets`";
    assert!(ran.stderr.contains(command), "{ran:?}");

    let ran = folder.generate("wrangler.jsonc", &["--acknowledge", "user-assets"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stdout, "wrangler.jsonc is up to date\nupdated storage.lock\n");
    assert!(!folder.read("storage.lock").contains("user-assets"));
    assert_eq!(folder.read("wrangler.jsonc"), before.0, "an entry is never removed");
    assert_eq!(folder.generate("wrangler.jsonc", &["--check"]).code, Some(0));
}

#[test]
fn a_lock_that_is_missing_or_old_is_stale() {
    let folder = Folder::new(&without_assets());
    folder.generate("wrangler.toml", &[]);
    folder.write("app.wasm", wasm(TWO));
    let ran = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("+name = \"user-assets\"\n"), "{ran:?}");
    assert!(ran.stderr.contains("note: storage.lock is stale\nhelp: cargo storage "), "{ran:?}");

    folder.generate("wrangler.toml", &[]);
    assert_eq!(folder.generate("wrangler.toml", &["--check"]).code, Some(0));
    std::fs::remove_file(folder.path().join("storage.lock")).unwrap();
    let ran = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.starts_with("wrangler.toml is up to date\n--- /dev/null\n"), "{ran:?}");
    assert!(ran.stderr.contains("note: storage.lock is not there\n"), "{ran:?}");
}

#[test]
fn a_lock_that_can_not_be_read_is_left_alone() {
    let folder = Folder::new(TWO);
    for broken in [&b"<<<<<<< HEAD\n"[..], b"\xff"] {
        folder.write("storage.lock", broken);
        let ran = folder.generate("wrangler.jsonc", &[]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("error: storage.lock"), "{ran:?}");
        assert_eq!(std::fs::read(folder.path().join("storage.lock")).unwrap(), broken);
        assert!(!folder.path().join("wrangler.jsonc").exists());
    }
}
