//! Callers that write their messages by hand.

use bytes::Bytes;
use serde_json::json;
use storage_core::rpc::{CALLS_MAX, INLINE_BYTES_MAX};

use super::*;
use crate::batch;

#[crate::bucket(
    name = "user-assets",
    encryption(secret = "VAULT_KEYS"),
    signed_urls(secret = "LINK_KEYS", host = "files.example.com")
)]
struct Vault;

#[crate::kv(name = "sessions", encryption(secret = "VAULT_KEYS"))]
struct Tokens;

const BUCKET: &str = "1 bucket user-assets";
const KV: &str = "1 kv sessions";
const FOREIGN: &str = "text of another";

fn granted_prefix() -> Value {
    let verbs: Vec<_> = storage_core::manifest::Verb::ALL.iter().map(|verb| verb.name()).collect();
    json!({
        "user-assets": { "kind": "bucket", "verbs": verbs, "prefix": "a/" },
        "sessions": { "kind": "kv", "verbs": verbs, "prefix": "a/" },
    })
}

/// What comes back of a call: its answer, and its body as text.
async fn ask(to: &To, on: &str, ask: &Value, body: CallBody) -> (Value, String) {
    let head = json!([{ "on": on, "ask": ask, "len": body.len() }]).to_string();
    let Answered { head, bodies } = to.0.call(head, body).await.unwrap();
    let mut answers: Vec<Value> = serde_json::from_str(&head).unwrap();
    assert_eq!(answers.len(), 1, "{head}");
    let mut text = String::new();
    for body in bodies {
        let bytes = body.gather(u64::MAX).await.unwrap();
        text.push_str(str::from_utf8(&bytes).unwrap());
    }
    (answers.remove(0), text)
}

/// Whatever is asked for, there is an answer, and nothing of what others have in it.
#[tokio::test]
async fn nothing_that_can_be_said_reaches_beyond_the_prefix() {
    let max = u64::MAX;
    let held = Held::<Vault, Tokens>::new();
    for (key, text) in [("a/1", "own"), ("b/1", FOREIGN), ("b/2", FOREIGN), ("a", FOREIGN)] {
        held.assets.put(key, text).await.unwrap();
        held.sessions.put(key, text).await.unwrap();
    }
    let of_bucket = held.assets.list().prefix("b/").limit(1).await.unwrap().cursor;
    let of_kv = held.sessions.list().prefix("b/").limit(1).await.unwrap().cursor;
    let to = held.reached(Some(&granted_prefix()));
    let upload = json!({ "key": "a/1", "id": "none" });
    let asks_of_bucket = [
        json!({ "get": { "key": "a/1", "range": { "from": [max, max] } } }),
        json!({ "get": { "key": "a/1", "range": { "from": [1, max] } } }),
        json!({ "get": { "key": "a/1", "range": { "last": max } } }),
        json!({ "get": { "key": "a/1", "conditions": { "uploaded_before": max } } }),
        json!({ "get": { "key": "a" } }),
        json!({ "get": { "key": "b/1" } }),
        json!({ "get": { "key": ".storage/revoked/before" } }),
        json!({ "get": { "key": "a/1" }, "head": "b/1" }),
        json!({ "head": "b/1" }),
        json!({ "put": { "key": "a/2", "http": { "expires": max } } }),
        json!({ "put": { "key": "b/1" } }),
        json!({ "put": { "key": "" } }),
        json!({ "list": { "limit": 10 } }),
        json!({ "list": { "limit": 10, "prefix": "a" } }),
        json!({ "list": { "limit": 10, "prefix": "a/", "cursor": of_bucket } }),
        json!({ "list": { "limit": 10, "prefix": "a/", "start_after": "a/zz", "delimiter": "/" } }),
        json!({ "create_upload": { "key": "b/1" } }),
        json!({ "upload_part": [upload, 0] }),
        json!({ "upload_part": [upload, 65535] }),
        json!({ "complete_upload": [upload, [[0, ""], [65535, ""]]] }),
        json!({ "abort_upload": { "key": "b/1", "id": "none" } }),
        json!({ "delete": [] }),
        json!({ "delete": ["a/none", "b/1"] }),
        json!({ "rotate": { "limit": 300, "prefix": "a/", "cursor": "eyJiIjoiYi8ifQ" } }),
        json!({ "rotate": { "limit": 300, "encrypt_plain": true } }),
        json!({ "may_rotate": "x" }),
        json!({ "revoke": "x" }),
        json!({ "revoke_before": [0, ""] }),
        json!({ "revoke_before": [max, "a/"] }),
        json!({ "sign": { "key": "b/1" } }),
        json!({ "sign": { "key": "a/1", "expires_in": [max, u32::MAX] } }),
        json!({ "sign": { "key": "a/1", "origin": "https://elsewhere.example" } }),
        json!("get"),
        json!(null),
        json!([]),
    ];
    let asks_of_kv = [
        json!({ "get": { "key": "b/1" } }),
        json!({ "get_many": [["a/1", "b/1"], max] }),
        json!({ "head": "b/1" }),
        json!({ "put": { "key": "a/2", "metadata": "[[", "expiry": { "after": max } } }),
        json!({ "put": { "key": "a/2", "metadata": "{}", "expiry": { "at": max } } }),
        json!({ "put": { "key": "b/1", "metadata": "{}", "expiry": "never" } }),
        json!({ "list": { "limit": 10, "prefix": "a/", "cursor": of_kv } }),
        json!({ "list": { "limit": 10, "prefix": "" } }),
        json!({ "rotate": { "limit": 300, "prefix": "a/", "cursor": "eyJiIjoiYi8ifQ" } }),
        json!({ "rotate": { "limit": 300 } }),
        json!({ "delete": "b/1" }),
    ];
    for (on, asks) in [(BUCKET, &asks_of_bucket[..]), (KV, &asks_of_kv[..])] {
        for on in [on.to_owned(), format!("{on} encrypted")] {
            for asked in asks {
                let (answer, body) = ask(&to, &on, asked, CallBody::Nothing).await;
                let is_answer = answer["ok"].is_null() != answer["error"].is_null();
                assert!(is_answer || answer == json!({ "ok": null }), "{on} {asked}: {answer}");
                let told = answer["ok"].to_string() + &body;
                assert!(!told.contains("b/") && !told.contains(FOREIGN), "{on} {asked}: {told}");
            }
        }
    }
    for key in ["b/1", "b/2", "a"] {
        let object = held.assets.get(key).await.unwrap().unwrap();
        assert_eq!(object.text().await.unwrap(), FOREIGN);
        let entry = held.sessions.get(key).await.unwrap().unwrap();
        assert_eq!(entry.text().await.unwrap(), FOREIGN);
    }
}

#[tokio::test]
async fn what_a_handle_would_refuse_is_refused() {
    let held = Held::<Vault, Tokens>::new();
    let to = held.reached(Some(&granted_prefix()));
    for asked in [
        json!({ "put": { "key": "a/1", "http": { "content_type": "text/html\r\nx: y" } } }),
        json!({ "put": { "key": "a/1", "http": { "content_disposition": "" } } }),
        // All that was revoked is read for each request by a link.
        json!({ "revoke_before": [0, format!("a/{}", "x".repeat(1023))] }),
    ] {
        let (answer, _) = ask(&to, BUCKET, &asked, CallBody::Nothing).await;
        assert_eq!(answer["error"]["code"], "storage_invalid_option", "{answer}");
    }
    assert!(held.assets.list().await.unwrap().items.is_empty());
}

/// Lengths are what a caller says, and nothing is set aside for them.
#[tokio::test]
async fn a_body_of_another_length_than_was_said_is_not_written() {
    const LENGTHS: [u64; 8] = [0, 1, 8, 10, 1 << 24, 1 << 40, 1 << 53, u64::MAX];
    let plain = Held::<Assets, Sessions>::new();
    let sealed = Held::<Vault, Tokens>::new();
    let props = granted_prefix();
    for to in [plain.reached(Some(&props)), sealed.reached(Some(&props))] {
        for len in LENGTHS {
            let asks = [
                json!({ "put": { "key": "a/1" } }),
                json!({ "upload_part": [{ "key": "a/1", "id": "none" }, 1] }),
                json!({ "head": "a/1" }),
            ];
            for asked in asks {
                let pieces =
                    ["123", "456", "789"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
                let stream = Box::pin(futures_util::stream::iter(pieces));
                let head = json!([{ "on": BUCKET, "ask": asked, "len": len }]).to_string();
                let body = CallBody::Stream { stream, len: None };
                let answered = to.0.call(head, body).await.unwrap();
                let is_read = asked.get("head").is_some();
                assert_eq!(
                    answered.head.contains("error"),
                    !is_read,
                    "{len} {asked}: {}",
                    answered.head
                );
            }
        }
        let answers =
            to.0.call(
                json!([
                    { "on": BUCKET, "ask": { "put": { "key": "a/1" } }, "len": 2 },
                    { "on": BUCKET, "ask": { "put": { "key": "a/2" } }, "len": u64::MAX },
                ])
                .to_string(),
                CallBody::Bytes(Bytes::from_static(b"123")),
            )
            .await
            .unwrap();
        assert!(answers.head.contains("storage_invalid_option"), "{}", answers.head);
    }
    assert!(plain.assets.list().await.unwrap().items.is_empty());
    assert!(sealed.assets.list().await.unwrap().items.is_empty());
}

/// The log has room for other things, and so has the answer.
#[tokio::test]
async fn a_refusal_is_short_whatever_was_said() {
    let held = Held::<Vault, Tokens>::new();
    let long = "x".repeat(1_000_000);
    for props in [None, Some(granted_prefix())] {
        let to = held.reached(props.as_ref());
        for (on, asked) in [
            (format!("1 bucket {long}"), json!({ "head": "a/1" })),
            (long.clone(), json!({ "head": "a/1" })),
            (BUCKET.to_owned(), json!({ &long: 1 })),
            (BUCKET.to_owned(), json!({ "head": { &long: 1 } })),
            (BUCKET.to_owned(), json!({ "get": { "key": "a/1", "range": { &long: 1 } } })),
            (BUCKET.to_owned(), json!({ "head": format!("b/{long}") })),
            (BUCKET.to_owned(), json!({ "head": format!("a/{long}") })),
            (KV.to_owned(), json!({ "get": { "key": format!("a/{long}") } })),
        ] {
            let (answer, _) = ask(&to, &on, &asked, CallBody::Nothing).await;
            let answer = answer.to_string();
            assert!(answer.contains("error") && answer.len() < 2000, "{} bytes", answer.len());
        }
        let message = json!([{ &long: 1 }, { "on": { &long: 1 }, "ask": 1 }]).to_string();
        let answered = to.0.call(message, CallBody::Nothing).await.unwrap();
        assert!(answered.head.len() < 2000, "{} bytes", answered.head.len());
    }
}

/// A message has at most 32 MiB, and an answer to many calls may have twice that.
#[tokio::test]
async fn what_an_answer_has_no_room_for_is_streamed() {
    let held = Held::<Assets, Sessions>::new();
    let text = Bytes::from(vec![b'x'; usize::try_from(INLINE_BYTES_MAX).unwrap()]);
    held.assets.put("a/1", text.clone()).await.unwrap();
    let to = held.reached(Some(&granted_prefix()));
    let call = json!({ "on": BUCKET, "ask": { "get": { "key": "a/1" } } });
    let message = Value::from(vec![call; CALLS_MAX]).to_string();
    let Answered { bodies, .. } = to.0.call(message, CallBody::Nothing).await.unwrap();
    let inline = |body: &CallBody| match body {
        CallBody::Bytes(bytes) => bytes.len(),
        _ => 0,
    };
    assert_eq!(bodies.len(), CALLS_MAX);
    assert_eq!(bodies.iter().map(inline).sum::<usize>(), 12 * 1024 * 1024);
    let assets = to.assets::<Assets>(SERVICE);
    let gets = (0..CALLS_MAX).map(|_| assets.get("a/1")).collect();
    for got in batch::<Vec<_>>(gets).await {
        assert_eq!(got.unwrap().unwrap().bytes().await.unwrap(), text);
    }
}
