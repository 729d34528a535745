use std::path::Path;

use storage_core::manifest::{Manifest, parse_section};

use super::{path, update};

const BUCKET: &str = r#""kind":"bucket","binding":"FILES","name":"files","namespace":"default""#;
const KV: &str = r#""kind":"kv","binding":"SESSIONS","name":"sessions","namespace":"app""#;
const ID: &str = "0f2ac74b498b48021cb68387c421e279";

fn manifest(fields: &[&str]) -> Manifest {
    let fields: Vec<_> = (0..)
        .zip(fields)
        .map(|(n, field)| format!(r#"{{"field":"f{n}","access":"private",{field}}}"#))
        .collect();
    let line =
        format!(r#"{{"schema":1,"version":"0.1.0","app":"a","fields":[{}]}}"#, fields.join(","));
    parse_section(line.as_bytes()).unwrap().pop().unwrap()
}

fn lock(fields: &[&str]) -> String {
    update(None, &manifest(fields), &[], "").unwrap()
}

/// What is said of a file that was written for the first declarations, when there are the second.
fn refusal(before: &[&str], now: &[&str]) -> String {
    let command = "cargo storage generate";
    update(Some(&lock(before)), &manifest(now), &[], command).unwrap_err().to_string()
}

#[test]
fn the_file_has_a_stable_order_and_is_read_back() {
    let text = lock(&[KV, BUCKET]);
    assert_eq!(text, lock(&[BUCKET, KV]));
    let (_, body) = text.split_once("\nversion").unwrap();
    let expected = " = 1\n\n[[resource]]\nkind = \"bucket\"\nname = \"files\"\nbucket = \"files\"\n\n\
                    [[resource]]\nkind = \"kv\"\nname = \"app-sessions\"\nbinding = \"SESSIONS\"\n";
    assert_eq!(body, expected);
    assert_eq!(update(Some(&text), &manifest(&[BUCKET, KV]), &[], "").unwrap(), text);
    let nothing = lock(&[]);
    assert!(nothing.ends_with("\nversion = 1\n"), "{nothing}");
    assert_eq!(update(Some(&nothing), &manifest(&[KV, BUCKET]), &[], "").unwrap(), text);
}

#[test]
fn what_disappears_is_refused_until_it_is_acknowledged() {
    let message = refusal(&[BUCKET, KV], &[KV]);
    let expected = "the bucket `files` is no longer declared: this Worker would not reach what is in the \
                    account's bucket `files`\nhelp: if it has another name now, keep what is in it: \
                    `#[storage::bucket(name = \"...\", existing = \"files\")]`; if it is meant so, \
                    `cargo storage generate --acknowledge files` (nothing in the account is touched)";
    assert_eq!(message, expected);
    let both = refusal(&[BUCKET, KV], &[]);
    assert!(both.contains("\n\nthe KV namespace `app-sessions` is no longer"), "{both}");
    assert!(both.contains("(name = \"...\", binding = \"SESSIONS\")"), "{both}");

    let old = lock(&[BUCKET, KV]);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let done = update(Some(&old), &manifest(&[KV]), &names(&["files"]), "").unwrap();
    assert_eq!(done, lock(&[KV]));
    assert!(update(Some(&old), &manifest(&[]), &names(&["files"]), "").is_err());
    let twice = update(Some(&done), &manifest(&[KV]), &names(&["files"]), "").unwrap_err();
    assert!(twice.to_string().starts_with("there is nothing to acknowledge about `files`"));
}

#[test]
fn another_name_is_another_place() {
    let renamed = BUCKET.replace("files", "papers");
    let message = refusal(&[BUCKET], &[&renamed]);
    assert!(message.contains("(name = \"papers\", existing = \"files\")"), "{message}");
    let kept = format!(r#"{renamed},"existing":"files""#);
    assert!(update(Some(&lock(&[BUCKET])), &manifest(&[&kept]), &[], "").is_ok());

    let sealed = r#","encryption":{"secret":"KEYS","metadata":"plain"}"#;
    let message = refusal(&[BUCKET], &[&format!("{kept}{sealed}")]);
    assert!(
        message.contains("bucket `files` was `files`, and is declared as `papers`"),
        "{message}"
    );

    let message = refusal(&[KV], &[&KV.replace("SESSIONS", "LOGINS")]);
    assert!(message.contains("to keep it: `binding = \"SESSIONS\"`; "), "{message}");
    let message = refusal(&[BUCKET], &[&format!(r#"{BUCKET},"existing":"others""#)]);
    assert!(message.contains("to keep it: remove `existing`; "), "{message}");
    let message = refusal(&[&format!(r#"{BUCKET},"existing":"others""#)], &[BUCKET]);
    assert!(message.contains("to keep it: `existing = \"others\"`; "), "{message}");
}

#[test]
fn what_is_found_as_before_may_be_called_otherwise() {
    let fine = |before: &str, now: &str| {
        update(Some(&lock(&[before])), &manifest(&[now]), &[], "").unwrap();
    };
    fine(BUCKET, &BUCKET.replace("FILES", "PAPERS"));
    fine(KV, &KV.replace("sessions", "logins"));
    let with_id = format!(r#"{KV},"existing":"{ID}""#);
    let shouted = with_id.replace(ID, &ID.to_ascii_uppercase());
    fine(&with_id, &shouted.replace("SESSIONS", "LOGINS"));
}

#[test]
fn a_file_that_is_not_ours_is_not_replaced() {
    let refusal = |text: &str| update(Some(text), &manifest(&[]), &[], "").unwrap_err().to_string();
    for broken in
        ["", "version = ", "version = 1\nmore = 2", "version = 1\n[[resource]]\nkind = \"kv\""]
    {
        let message = refusal(broken);
        assert!(message.starts_with("it can't be understood: "), "{message}");
        assert!(message.ends_with("\nhelp: take it from version control as it was"), "{message}");
        assert_eq!(message.lines().count(), 2, "{message}");
    }
    let newer = refusal("version = 2\nwhatever = true\n");
    assert!(
        newer.starts_with("it has version 2, and this cargo-storage reads 1\nhelp: "),
        "{newer}"
    );
}

#[test]
fn the_file_is_beside_the_wrangler_file() {
    let of = |config: &str| path(Path::new(config)).display().to_string();
    assert_eq!(of("wrangler.toml"), "storage.lock");
    assert_eq!(of("a/wrangler.jsonc"), "a/storage.lock");
    assert_eq!(of("../wrangler.admin.json"), "../wrangler.admin.storage.lock");
}
