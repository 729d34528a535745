//! Declarations with `observability = true`, natively. Their lines go to standard error, so what is asked
//! for runs in a process of its own: this test again, told so by a variable.

use std::env;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use storage::observe::{Keys, TraceId, set_keys, with_trace};
use storage::{Bucket, Kv};

use super::hash;
use super::story::{with_bucket, with_kv};
use super::told::{OF_BUCKET, OF_KV, SECRETS, Told};

/// What the process is to do.
const TOLD: &str = "STORAGE_TEST_OBSERVE";

#[storage::bucket(name = "files", namespace = "shop", observability = true)]
struct Files;

#[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS"), observability = true)]
struct Vault;

#[storage::kv(name = "notes", observability = true)]
struct Notes;

#[storage::kv(name = "sealed", encryption(secret = "VAULT_KEYS"), observability = true)]
struct SealedNotes;

#[storage::kv(name = "quiet", observability = false)]
struct Quiet;

#[storage::app(name = "shop")]
struct App {
    files: Bucket<Files>,
    vault: Bucket<Vault>,
    notes: Kv<Notes>,
    sealed: Kv<SealedNotes>,
    quiet: Kv<Quiet>,
}

#[cfg(feature = "local")]
#[storage::app(name = "diary")]
struct Diary {
    notes: Kv<Notes>,
}

#[cfg(feature = "local")]
#[storage::bucket(name = "letters", encryption(secret = "VAULT_KEYS"))]
struct Letters;

/// What is stored of them, as somebody else would.
#[cfg(feature = "local")]
#[storage::bucket(name = "stored", existing = "letters")]
struct StoredLetters;

#[cfg(feature = "local")]
#[storage::app(name = "desk")]
struct Desk {
    letters: Bucket<Letters>,
}

#[cfg(feature = "local")]
#[storage::app(name = "burglar")]
struct Burglar {
    letters: Bucket<StoredLetters>,
}

/// The lines of what a process does: those of this library, and nothing else is there.
fn lines(task: &str) -> Vec<Value> {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "lines::what_the_process_does", "--nocapture"])
        .env(TOLD, task)
        .env("VAULT_KEYS", "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Without the variable it has nothing to do.
#[tokio::test]
async fn what_the_process_does() {
    let Ok(task) = env::var(TOLD) else { return };
    let app = App::memory();
    match task.as_str() {
        "bucket" => {
            let trace = TraceId::new("trace-of-the-story");
            with_trace(trace, with_bucket(&app.files)).await.unwrap();
        }
        "kv" => with_kv(&app.notes).await.unwrap(),
        "sealed" => {
            app.vault.put("a", "12345").await.unwrap();
            let found = app.vault.get("a").range(1..3).await.unwrap().unwrap();
            assert_eq!(found.text().await.unwrap(), "23");
            app.sealed.put("a", "12345").await.unwrap();
            app.vault.rotate().await.unwrap();
        }
        "keys" => {
            set_keys(Keys::Shown);
            app.notes.head("a\"b").await.unwrap();
            set_keys(Keys::Hidden);
            app.notes.head("a\"b").await.unwrap();
            set_keys(Keys::Hashed);
            app.notes.head("a\"b").await.unwrap();
        }
        "unreadable" => unreadable().await,
        "quiet" => with_kv(&app.quiet).await.unwrap(),
        "cancelled" => drop_in_the_middle(&app).await,
        "local" => local().await,
        other => panic!("{other}"),
    }
}

/// Errors as a log has them, one a line: of what can't be read, at first and as it was said.
#[cfg(feature = "local")]
async fn unreadable() {
    let folder = tempfile::tempdir().unwrap();
    Burglar::local(folder.path()).unwrap().letters.put("a b", vec![7; 100]).await.unwrap();
    let desk = Desk::local(folder.path()).unwrap();
    for keys in [None, Some(Keys::Hidden), Some(Keys::Shown)] {
        keys.into_iter().for_each(set_keys);
        let error = desk.letters.get("a b").await.unwrap_err();
        eprintln!("{}", serde_json::json!({ "error": error.to_string() }));
    }
}

#[cfg(not(feature = "local"))]
fn unreadable() -> std::future::Ready<()> {
    std::future::ready(())
}

/// A body that never comes.
async fn drop_in_the_middle(app: &App) {
    let never = futures_util::stream::pending::<storage::Result<bytes::Bytes>>();
    let mut put = app.files.put("never", storage::Body::sized_stream(never, 5)).into_future();
    assert!(futures_util::poll!(&mut put).is_pending());
    std::thread::sleep(Duration::from_millis(20));
    drop(put);
}

#[cfg(feature = "local")]
async fn local() {
    let folder = tempfile::tempdir().unwrap();
    Diary::local(folder.path().join("of")).unwrap().notes.head("a").await.unwrap();
}

#[cfg(not(feature = "local"))]
fn local() -> std::future::Ready<()> {
    std::future::ready(())
}

#[track_caller]
fn assert_told(lines: &[Value], story: &[Told]) {
    let verbs = |lines: &[Value]| -> Vec<String> {
        lines.iter().map(|line| line["verb"].to_string()).collect()
    };
    assert_eq!(lines.len(), story.len(), "{:?}", verbs(lines));
    for (number, (line, told)) in lines.iter().zip(story).enumerate() {
        let mut line = line.as_object().unwrap().clone();
        for (name, expected) in told.fields(hash) {
            let found = line.remove(name).unwrap_or_default();
            let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            assert_eq!(found, expected, "{number}: {name} of {}", told.verb);
        }
        assert!(line.remove("duration_ms").unwrap().as_f64().unwrap() >= 0.0);
        let names: Vec<_> = line.keys().filter(|name| *name != "trace_id").cloned().collect();
        assert_eq!(names, ["event", "kind", "resource", "retries", "route"], "{number}: {line:?}");
    }
}

#[track_caller]
fn assert_nothing_secret(lines: &[Value]) {
    for line in lines.iter().map(ToString::to_string) {
        for secret in SECRETS {
            assert!(!line.contains(secret), "{secret} is in {line}");
        }
    }
}

#[test]
fn every_operation_of_a_bucket_is_a_line() {
    let lines = lines("bucket");
    assert_told(&lines, OF_BUCKET);
    assert_nothing_secret(&lines);
    for line in lines {
        assert_eq!((&line["event"], &line["kind"]), (&"storage".into(), &"bucket".into()));
        assert_eq!((&line["resource"], &line["route"]), (&"shop-files".into(), &"memory".into()));
        assert_eq!(
            (&line["retries"], &line["trace_id"]),
            (&0.into(), &"trace-of-the-story".into())
        );
    }
}

#[test]
fn every_operation_of_a_namespace_is_a_line() {
    let lines = lines("kv");
    assert_told(&lines, OF_KV);
    assert_nothing_secret(&lines);
    for line in lines {
        assert_eq!((&line["kind"], &line["resource"]), (&"kv".into(), &"notes".into()));
        assert_eq!(line.get("trace_id"), None, "{line}");
    }
}

/// The bytes are those of the plaintext; a rotation is what it reads.
#[test]
fn what_is_encrypted_is_told_once() {
    let lines = lines("sealed");
    let told: Vec<_> =
        lines.iter().map(|line| (line["verb"].as_str().unwrap(), line["bytes"].as_u64())).collect();
    let (operations, rotation) = told.split_at(3);
    assert_eq!(operations, [("put", Some(5)), ("get", Some(2)), ("put", Some(5))]);
    assert!(matches!(rotation, [("list", None), ("get", Some(_))]), "{rotation:?}");
}

#[test]
fn a_key_is_told_as_it_was_said() {
    let lines = lines("keys");
    let told: Vec<_> =
        lines.iter().map(|line| (line["key"].as_str(), line["key_hash"].as_str())).collect();
    let hash = hash("a\"b");
    assert_eq!(told, [(Some("a\"b"), None), (None, None), (None, Some(&*hash))]);
}

#[cfg(feature = "local")]
#[test]
fn so_is_the_key_of_what_can_not_be_read() {
    const MESSAGE: &str = "get in bucket letters: the stored bytes could not be decrypted";
    let lines = lines("unreadable");
    let told: Vec<_> = lines.iter().map(|line| line["error"].as_str().unwrap()).collect();
    let hashed = format!("{MESSAGE} (the hash of the key is {})", hash("a b"));
    assert_eq!(told, [hashed.as_str(), MESSAGE, &format!("{MESSAGE} (the key is \"a b\")")]);
}

#[test]
fn what_is_dropped_before_its_end_is_told() {
    let lines = lines("cancelled");
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&line["verb"], &line["outcome"]), (&"put".into(), &"cancelled".into()));
    assert!(line["duration_ms"].as_f64().unwrap() >= 20.0, "{line}");
}

#[cfg(feature = "local")]
#[test]
fn a_line_says_where_it_is_stored() {
    let lines = lines("local");
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["route"], "local");
}

#[test]
fn what_is_not_declared_so_is_quiet() {
    assert_eq!(lines("quiet"), Vec::<Value>::new());
}
