//! `cargo storage rotate`, against a Worker that says what it is told to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::SystemTime;

use serde_json::{Value, json};
use storage_core::crypto::{KeyRing, Resource};
use storage_core::rotation::verify_token;

use crate::support::{Folder, Ran, TWO};

const KEYS: &str = "new:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,\
                    old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A request: the token, the body as JSON, and as it came.
type Asked = (String, Value, Vec<u8>);

/// A Worker that answers one request after the other, each on a connection of its own.
struct Worker {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Worker {
    fn new(answers: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/rotate", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for (status, body) in answers {
                let (stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream);
                let (mut len, mut token) = (0, String::new());
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    let line = line.trim_end();
                    if line.is_empty() {
                        break;
                    }
                    let (name, value) = line.split_once(": ").unwrap_or((line, ""));
                    match name.to_ascii_lowercase().as_str() {
                        "content-length" => len = value.parse().unwrap(),
                        "authorization" => {
                            value.strip_prefix("Bearer ").unwrap().clone_into(&mut token);
                        }
                        _ => {}
                    }
                }
                let mut sent = vec![0; len];
                reader.read_exact(&mut sent).unwrap();
                noted.lock().unwrap().push((token, serde_json::from_slice(&sent).unwrap(), sent));
                let head = format!(
                    "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let mut stream = reader.into_inner();
                stream.write_all((head + &body).as_bytes()).unwrap();
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn page(rotated: u64, cursor: Option<&str>) -> (u16, String) {
    let page = json!({
        "cursor": cursor, "changed": 0, "current": 1, "failed": 0, "plain": 0, "rotated": rotated,
        "unreadable": 0, "bytes": 10, "keys": { "new": rotated + 1 }, "problems": [],
    });
    (200, page.to_string())
}

fn run(folder: &Folder, worker: &Worker, more: &[&str]) -> Ran {
    run_with(folder, worker, KEYS, more)
}

fn run_with(folder: &Folder, worker: &Worker, keys: &str, more: &[&str]) -> Ran {
    let mut command = folder.command(&["rotate", "--bucket", "vault", "--url", &worker.url]);
    Ran::of(&command.args(more).env("VAULT_KEYS", keys).output().unwrap())
}

#[test]
fn all_pages_are_asked_for_and_added_up() {
    let folder = Folder::new(TWO);
    let worker = Worker::new(vec![page(3, Some("x")), page(2, Some("y")), page(0, None)]);
    let ran = run(&folder, &worker, &["--prefix", "a/", "--limit", "7", "--encrypt-plain"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("vault: 8 entries, 5 rotated (30 B)\n"), "{}", ran.stdout);
    let ring = KeyRing::parse(KEYS).unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let expected = [Value::Null, json!("x"), json!("y")];
    let asked = worker.asked();
    assert_eq!(asked.len(), 3);
    for ((token, request, body), cursor) in asked.iter().zip(&expected) {
        assert!(verify_token(&ring, Resource::Bucket, "vault", body, token, now).is_ok());
        assert_eq!(request["cursor"], *cursor);
        assert_eq!((&request["prefix"], &request["limit"]), (&json!("a/"), &json!(7)));
        assert_eq!(request["encrypt_plain"], json!(true));
    }
    assert!(!folder.path().join(".storage-rotation-vault.json").exists());
}

/// The field that rotates may reach fewer keys than were asked for, in any of the runs that were interrupted.
#[test]
fn of_a_part_of_the_keys_nothing_is_said_of_the_others() {
    let folder = Folder::new(TWO);
    let part = |cursor| {
        let mut part: Value = serde_json::from_str(&page(3, cursor).1).unwrap();
        part["prefix"] = json!("acme/");
        (200, part.to_string())
    };
    for pages in [vec![part(None)], vec![part(Some("x")), page(2, None)]] {
        let ran = run(&folder, &Worker::new(pages), &[]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(!ran.stdout.contains("it can go"), "{}", ran.stdout);
        let says = "this was a part of the keys, those that start with \"acme/\": nothing is said of the others";
        assert!(ran.stdout.contains(says), "{}", ran.stdout);
    }
}

#[test]
fn keys_that_the_worker_may_not_reach_are_not_blamed_on_the_token() {
    let folder = Folder::new(TWO);
    let body = |message: &str| {
        json!({ "error": { "code": "storage_forbidden", "message": message } }).to_string()
    };
    let reach = "the key is not among those that this application may reach";
    let worker = Worker::new(vec![(403, body(reach))]);
    let ran = run(&folder, &worker, &["--prefix", "other/"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let says = "help: the field that the route rotates goes by a storage Worker and reaches some keys only";
    assert!(ran.stderr.contains(says), "{ran:?}");
    assert!(ran.stderr.contains("`--prefix \"other/\"` has to begin with that"), "{ran:?}");
    assert!(!ran.stderr.contains("first key"), "{ran:?}");
    let worker = Worker::new(vec![(403, body("this request is not allowed"))]);
    let ran = run(&folder, &worker, &["--prefix", "other/"]);
    assert!(ran.stderr.contains("first key of VAULT_KEYS"), "{ran:?}");
}

#[test]
fn a_run_that_was_interrupted_goes_on() {
    let folder = Folder::new(TWO);
    let refusal = || (500, r#"{"error":{"code":"storage_internal","message":"no"}}"#.to_owned());
    let worker = Worker::new(vec![page(3, Some("x")), refusal()]);
    let ran = run(&folder, &worker, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("the same command goes on from there"), "{ran:?}");
    assert!(ran.stderr.contains("answers 500: no (storage_internal)"), "{ran:?}");

    // A second Worker at the place of the first.
    let state = ".storage-rotation-vault.json";
    let again = Worker::new(vec![page(2, None)]);
    let saved = folder.read(state).replace(&worker.url, &again.url);
    folder.write(state, &saved);
    let other = run(&folder, &again, &["--encrypt-plain"]);
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("is of another run: of bucket vault at http"), "{other:?}");
    let ran = run(&folder, &again, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("vault: 7 entries, 5 rotated (20 B)\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("nothing is left under old: it can go from VAULT_KEYS"));
    assert_eq!(again.asked()[0].1["cursor"], json!("x"));
    assert!(!folder.path().join(state).exists());

    folder.write(state, "{}");
    let worker = Worker::new(vec![page(1, None)]);
    let ran = run(&folder, &worker, &[]);
    assert!(ran.stderr.contains("help: --restart begins anew"), "{ran:?}");
    assert_eq!(run(&folder, &worker, &["--restart"]).code, Some(0));
    assert_eq!(worker.asked()[0].1.get("cursor"), None);
}

#[test]
fn what_is_under_another_key_with_the_same_id_is_not_done() {
    let folder = Folder::new(TWO);
    let stopped = Worker::new(vec![page(3, Some("x")), (500, String::new())]);
    assert_eq!(run(&folder, &stopped, &[]).code, Some(2));

    let state = ".storage-rotation-vault.json";
    let again = Worker::new(vec![page(2, None)]);
    let saved = folder.read(state).replace(&stopped.url, &again.url);
    folder.write(state, &saved);
    let mended = "new:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=,\
                  old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let ran = run_with(&folder, &again, mended, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("to another key with this id: this one begins anew"), "{ran:?}");
    assert!(ran.stdout.starts_with("vault: 3 entries, 2 rotated (10 B)\n"), "{}", ran.stdout);
    assert_eq!(again.asked()[0].1.get("cursor"), None);
}

#[test]
fn pages_that_would_never_end_are_an_error() {
    let folder = Folder::new(TWO);
    let worker = Worker::new(vec![page(3, Some("x")), page(0, Some("x")), page(0, Some("x"))]);
    let ran = run(&folder, &worker, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("begins where this one did"), "{ran:?}");
    assert_eq!(worker.asked().len(), 2);
}

#[test]
fn no_proxy_gets_a_token_that_is_sent_in_the_clear() {
    let folder = Folder::new(TWO);
    let (worker, proxy) = (Worker::new(vec![page(3, None)]), Worker::new(vec![page(3, None)]));
    let mut command = folder.command(&["rotate", "--bucket", "vault", "--url", &worker.url]);
    for name in ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
        command.env(name, proxy.url.trim_end_matches("/rotate"));
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy").env("VAULT_KEYS", KEYS);
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!((worker.asked().len(), proxy.asked().len()), (1, 0));
}

#[test]
fn a_refusal_does_nothing_to_a_terminal() {
    let folder = Folder::new(TWO);
    let body = json!({ "error": { "code": "a\u{1b}[1A", "message": "b\u{1b}[2J" } }).to_string();
    let worker = Worker::new(vec![(500, body)]);
    let ran = run(&folder, &worker, &[]);
    assert!(ran.stderr.contains(r"answers 500: b\u{1b}[2J (a\u{1b}[1A)"), "{ran:?}");
}

#[test]
fn a_worker_that_is_busy_is_asked_again() {
    let folder = Folder::new(TWO);
    let busy = || (503, r#"{"error":{"code":"storage_unavailable","message":"later"}}"#.to_owned());
    let worker = Worker::new(vec![busy(), page(3, None)]);
    assert_eq!(run(&folder, &worker, &[]).code, Some(0));
    assert_eq!(worker.asked().len(), 2);
}

#[test]
fn what_could_not_be_read_is_named_and_told_by_the_exit_code() {
    let folder = Folder::new(TWO);
    let mut left: Value = serde_json::from_str(&page(3, None).1).unwrap();
    left["unreadable"] = json!(1);
    left["keys"]["old"] = json!(1);
    left["problems"] = json!([{ "key": "broken", "code": "storage_decryption_failed" }]);
    let worker = Worker::new(vec![(200, left.to_string())]);
    let ran = run(&folder, &worker, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("\"broken\": storage_decryption_failed"), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 is left under old: it has to stay"), "{}", ran.stdout);
}

#[test]
fn what_refuses_says_what_to_do() {
    let folder = Folder::new(TWO);
    for (status, body, says) in [
        (403, "", "first key of VAULT_KEYS (here it is `new`)"),
        (403, "", "`wrangler dev` reads `.dev.vars` only when it starts"),
        (404, "", "needs a POST route"),
        (405, "", "needs a POST route"),
        (302, "", "give the URL that it leads to"),
        (200, "<html>", "the route has to end in `rotate_by`"),
    ] {
        let worker = Worker::new(vec![(status, body.to_owned())]);
        let ran = run(&folder, &worker, &[]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
        assert!(!ran.stderr.contains("goes on"), "the same would be refused again: {ran:?}");
        assert!(!format!("{ran:?}").contains("MDEy"), "{ran:?}");
    }
    let worker = Worker::new(vec![page(3, Some("x")), (403, String::new())]);
    let ran = run(&folder, &worker, &[]);
    assert!(ran.stderr.contains("the rotation stopped behind 4 entries"), "{ran:?}");
    assert!(!ran.stderr.contains("goes on"), "{ran:?}");
}

#[test]
fn a_worker_that_does_not_run_is_asked_after() {
    let folder = Folder::new(TWO);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/rotate", listener.local_addr().unwrap());
    drop(listener);
    let arguments = ["rotate", "--bucket", "vault", "--url", &url];
    let ran = Ran::of(&folder.command(&arguments).env("VAULT_KEYS", KEYS).output().unwrap());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let says =
        format!("{url} can't be reached: nothing listens there\nhelp: is the Worker running");
    assert!(ran.stderr.contains(&says) && !ran.stderr.contains("goes on"), "{ran:?}");
}

#[test]
fn keys_are_found_beside_the_worker_and_never_shown() {
    let folder = Folder::new(TWO);
    let worker = Worker::new(vec![page(1, None)]);
    let rotate = |secret: &str| {
        let arguments = ["rotate", "--kv", "notes", "--secret", secret, "--url", &worker.url];
        Ran::of(&folder.command(&arguments).env_remove("NOTE_KEYS").output().unwrap())
    };
    let missing = rotate("NOTE_KEYS");
    assert_eq!(missing.code, Some(2));
    assert!(
        missing
            .stderr
            .contains("variable NOTE_KEYS of the environment, and .dev.vars is not there\n"),
        "{missing:?}"
    );
    std::fs::create_dir(folder.path().join("store")).unwrap();
    folder.write("store/.dev.vars", format!("DOC_KEYS={KEYS}\nLOG_LEVEL=debug\n"));
    let arguments = ["rotate", "--kv", "notes", "--folder", "store", "--url", &worker.url];
    let elsewhere = Ran::of(&folder.command(&arguments).env_remove("VAULT_KEYS").output().unwrap());
    let says = "variable VAULT_KEYS of the environment, nor one in store/.dev.vars, which has keys in DOC_KEYS\nhelp: ";
    assert!(elsewhere.stderr.contains(says), "{elsewhere:?}");
    assert!(elsewhere.stderr.contains("or --secret DOC_KEYS, if"), "{elsewhere:?}");
    folder.write(".dev.vars", "NOTE_KEYS=new:c2hvcnQ=\n");
    let broken = rotate("NOTE_KEYS");
    assert!(broken.stderr.contains("NOTE_KEYS of .dev.vars: entry 1"), "{broken:?}");
    assert!(!broken.stderr.contains("c2hv"), "{broken:?}");
    folder.write(".dev.vars", format!("NOTE_KEYS=\"{KEYS}\"\n"));
    assert_eq!(rotate("NOTE_KEYS").code, Some(0));
    let ring = KeyRing::parse(KEYS).unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let (token, _, body) = &worker.asked()[0];
    assert!(verify_token(&ring, Resource::Kv, "notes", body, token, now).is_ok());
}

#[test]
fn a_token_is_sent_in_the_clear_to_this_machine_only() {
    let folder = Folder::new(TWO);
    let arguments = ["rotate", "--bucket", "vault", "--url", "http://example.com/rotate"];
    let ran = Ran::of(&folder.command(&arguments).env("VAULT_KEYS", KEYS).output().unwrap());
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("others could read it on the way"), "{ran:?}");
}
