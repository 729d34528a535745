use std::path::Path;

use storage_core::manifest::{Manifest, parse_section};

use super::{Comparison, path};

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

fn comparison(old: &str, fields: &[&str]) -> Comparison {
    Comparison::new(Some(old), &manifest(fields)).unwrap()
}

fn lock(fields: &[&str]) -> String {
    Comparison::new(None, &manifest(fields)).unwrap().text().unwrap()
}

/// What is said of a file that was written for the first declarations, when there are the second.
fn refusal(before: &[&str], now: &[&str]) -> String {
    let comparison = comparison(&lock(before), now);
    let losses = comparison.losses("cargo storage generate");
    losses.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_file_has_a_stable_order_and_is_read_back() {
    let text = lock(&[KV, BUCKET]);
    assert_eq!(text, lock(&[BUCKET, KV]));
    let (_, body) = text.split_once("\nversion").unwrap();
    let expected = " = 1\n\n[[resource]]\nkind = \"bucket\"\nname = \"files\"\nbucket = \"files\"\n\n\
                    [[resource]]\nkind = \"kv\"\nname = \"app-sessions\"\nbinding = \"SESSIONS\"\n";
    assert_eq!(body, expected);
    assert_eq!(comparison(&text, &[BUCKET, KV]).text().unwrap(), text);
    let nothing = lock(&[]);
    assert!(nothing.ends_with("\nversion = 1\n"), "{nothing}");
    assert_eq!(comparison(&nothing, &[KV, BUCKET]).text().unwrap(), text);
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
    let names: Vec<_> =
        comparison(&old, &[]).losses("").into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["files", "app-sessions"]);
    assert!(comparison(&old, &[KV, BUCKET]).losses("").is_empty());
}

#[test]
fn another_name_is_another_place() {
    let renamed = BUCKET.replace("files", "papers");
    let message = refusal(&[BUCKET], &[&renamed]);
    assert!(message.contains("(name = \"papers\", existing = \"files\")"), "{message}");
    let kept = format!(r#"{renamed},"existing":"files""#);
    assert_eq!(refusal(&[BUCKET], &[&kept]), "");

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

fn sealed(field: &str, secret: &str) -> String {
    format!(r#"{field},"encryption":{{"secret":"{secret}","metadata":"plain"}}"#)
}

#[test]
fn what_is_encrypted_keeps_its_name() {
    let own =
        "help: to keep it: `#[storage::bucket(name = \"files\", ..)]`, since what is encrypted";
    let now = sealed(&BUCKET.replace("files", "papers"), "KEYS");
    let message = refusal(&[&sealed(BUCKET, "KEYS")], &[&now]);
    assert!(message.contains(own) && !message.contains("existing"), "{message}");
    // A file of before secrets were noted, and one of an app that goes by a storage Worker, say no secret.
    let message = refusal(&[BUCKET, KV], &[KV, &now]);
    assert!(message.contains(own), "{message}");
    let message = refusal(&[BUCKET], &[]);
    assert!(message.contains("existing = \"files\""), "{message}");
}

#[test]
fn another_secret_is_noticed() {
    let (was, now) = (sealed(BUCKET, "KEYS"), sealed(BUCKET, "FILE_KEYS"));
    let text = lock(&[&was]);
    assert!(text.ends_with("bucket = \"files\"\nsecret = \"KEYS\"\n"), "{text}");
    assert!(!lock(&[BUCKET]).contains("secret ="), "of what is not encrypted nothing is added");
    let message = refusal(&[&was], &[&now]);
    let expected = "what is in the bucket `files` is encrypted with the keys of `KEYS`, and it is declared with \
                    those of `FILE_KEYS` now: with a new key there, nothing of it could be read\n\
                    help: to keep the secret: `encryption(secret = \"KEYS\")`; if `FILE_KEYS` gets the text that \
                    `KEYS` has, `cargo storage generate --acknowledge files` (nothing in the account is touched)";
    assert_eq!(message, expected);
    let renamed = comparison(&text, &[&now]).renamed_secrets();
    assert_eq!(renamed.into_iter().collect::<Vec<_>>(), [("FILE_KEYS".into(), "KEYS".into())]);
    // A file of before secrets were noted is read, and says nothing of them.
    assert_eq!(refusal(&[BUCKET], &[&now]), "");
    let via = r#","via":{"service":"file-store","grants":["read"]}"#;
    assert!(!lock(&[&format!("{was}{via}")]).contains("secret ="), "{via}");
    assert_eq!(refusal(&[&was], &[&format!("{now}{via}")]), "");
}

#[test]
fn what_is_found_as_before_may_be_called_otherwise() {
    let fine = |before: &str, now: &str| {
        assert_eq!(refusal(&[before], &[now]), "");
    };
    fine(BUCKET, &BUCKET.replace("FILES", "PAPERS"));
    fine(KV, &KV.replace("sessions", "logins"));
    let with_id = format!(r#"{KV},"existing":"{ID}""#);
    let shouted = with_id.replace(ID, &ID.to_ascii_uppercase());
    fine(&with_id, &shouted.replace("SESSIONS", "LOGINS"));
}

#[test]
fn a_file_that_is_not_ours_is_not_replaced() {
    let refusal = |text: &str| {
        Comparison::new(Some(text), &manifest(&[])).map(|_| ()).unwrap_err().to_string()
    };
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
