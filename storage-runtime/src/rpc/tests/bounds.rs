//! What is in memory at once, of what is said and of what is found.

use bytes::Bytes;
use serde_json::json;
use storage_core::rpc::{CALLS_HEAD_BYTES_MAX, HEAD_BYTES_MAX, INLINE_BYTES_MAX, TEXT_BYTES_MAX};

use super::*;
use crate::batch;
use crate::declare::DeclareKv;

#[crate::kv(name = "sessions", encryption(secret = "VAULT_KEYS"))]
struct Tokens;

const MIB: usize = 1024 * 1024;
const BUCKET: &str = "1 bucket user-assets";

fn all() -> Value {
    let verbs: Vec<_> = storage_core::manifest::Verb::ALL.iter().map(|verb| verb.name()).collect();
    json!({
        "user-assets": { "kind": "bucket", "verbs": verbs },
        "sessions": { "kind": "kv", "verbs": verbs },
    })
}

/// Of several calls too there is one answer.
#[tokio::test]
async fn a_head_out_of_bounds_is_refused_before_it_is_read() {
    let to = Held::<Assets, Sessions>::new().reached(None);
    let head = json!([{ "on": BUCKET, "ask": { "head": "a" } }]).to_string();
    let padded = |bytes: usize| head.clone() + &" ".repeat(bytes - head.len());
    let call = head.trim_matches(['[', ']']);
    let several = |bytes: usize| {
        let two = format!("[{call},{call}]");
        two.clone() + &" ".repeat(bytes - two.len())
    };
    let text = |bytes: usize| {
        let escaped = "\\u0001".repeat(bytes / 6);
        format!(r#"[{{"on":"{BUCKET}","ask":{{"head":"{escaped}"}}}}]"#)
    };
    for (head, is_read) in [
        (padded(HEAD_BYTES_MAX), true),
        (padded(HEAD_BYTES_MAX + 1), false),
        (several(CALLS_HEAD_BYTES_MAX), true),
        (several(CALLS_HEAD_BYTES_MAX + 1), false),
        (text(TEXT_BYTES_MAX), true),
        (text(TEXT_BYTES_MAX + 6), false),
        (format!("\"{}", "\\\"".repeat(TEXT_BYTES_MAX)), false),
        // Were it parsed, all of it would be quoted.
        (format!("\"{}\"", "\u{300}".repeat(MIB)), false),
        (format!("[{}1]", "{\"on\":\"\",\"ask\":0},".repeat(MIB)), false),
    ] {
        let answered = to.0.call(head, CallBody::Nothing).await.unwrap();
        let is_refused = answered.head.contains("too long for a storage Worker");
        assert_eq!(is_refused, !is_read, "{}", answered.head);
        if is_refused {
            assert!(answered.head.contains("storage_invalid_option"), "{}", answered.head);
        }
    }
}

#[tokio::test]
async fn what_can_not_be_read_is_not_repeated() {
    let to = Held::<Assets, Sessions>::new().reached(Some(&all()));
    let secret = "hunter2";
    for head in [
        format!(r#"["{secret}"]"#),
        format!(r#"[{{"on":"{BUCKET}","ask":{{"{secret}":1}}}}]"#),
        format!(r#"[{{"on":"{BUCKET}","ask":{{"delete":"{secret}"}}}}]"#),
    ] {
        let Answered { head, .. } = to.0.call(head, CallBody::Nothing).await.unwrap();
        assert!(head.contains("line 1, column") && !head.contains(secret), "{head}");
    }
}

#[tokio::test]
async fn an_application_sends_what_is_within_the_bounds() {
    let held = Held::<Assets, Sessions>::new();
    let to = held.reached(Some(&all()));
    let assets = to.assets::<Assets>(SERVICE);
    let puts: Vec<_> = (0..600)
        .map(|n| assets.put(format!("{n}"), "x").metadata("by", "\"".repeat(8000)))
        .collect();
    for put in batch(puts).await {
        put.unwrap();
    }
    let heads = to.0.heads();
    assert!(heads.len() > 4 && heads.iter().all(|head| head.len() <= CALLS_HEAD_BYTES_MAX));
    let keys: Vec<_> = (0..1000).map(|n| format!("{n:04}{}", "\"".repeat(1020))).collect();
    assets.delete_many(keys).await.unwrap();
    let sent = to.0.heads().len();
    let error = assets.list().cursor("x".repeat(TEXT_BYTES_MAX + 1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert!(error.to_string().contains("too long"), "{error}");
    assert_eq!(to.0.heads().len(), sent, "nothing is sent");
}

#[tokio::test]
async fn several_entries_are_read_as_far_as_there_is_memory() {
    async fn read<S>()
    where
        Kv<S>: Handle,
        S: DeclareKv<Value = crate::kv::Raw> + 'static,
    {
        let held = Held::<Assets, S>::new();
        let keys: Vec<_> = (0..17).map(|n| format!("{n:02}")).collect();
        for key in &keys {
            held.sessions.put(key, Bytes::from(vec![b'x'; MIB])).await.unwrap();
        }
        let to = held.reached(Some(&all()));
        let sessions = to.sessions::<S>(SERVICE);
        let found = sessions.get_many(&keys[..12]).await.unwrap();
        assert!(
            found
                .iter()
                .all(|found| found.as_ref().is_some_and(|one| one.size() == Some(MIB as u64)))
        );
        // One after the other: the second has what the first leaves.
        let call =
            |keys: &[String]| json!({ "on": "1 kv sessions", "ask": { "get_many": [keys, null] } });
        for (asked, fits) in [
            (vec![&keys[..]], vec![false]),
            (vec![&keys[..8], &keys[..5], &keys[..4]], vec![true, false, true]),
        ] {
            let message = Value::from(asked.into_iter().map(call).collect::<Vec<_>>()).to_string();
            let answered = to.0.call(message, CallBody::Nothing).await.unwrap().head;
            let answers: Vec<Value> = serde_json::from_str(&answered).unwrap();
            for (answer, fits) in answers.iter().zip(fits) {
                let code = (!fits).then_some("storage_value_too_large");
                assert_eq!(answer["error"]["code"].as_str(), code);
            }
        }
        // A handle asks again, for fewer at once.
        assert_eq!(sessions.get_many(&keys).await.unwrap().len(), keys.len());
        let (first, second) =
            batch((sessions.get_many(&keys[..8]), sessions.get_many(&keys[..5]))).await;
        assert_eq!((first.unwrap().len(), second.unwrap().len()), (8, 5));
        held.sessions.put("large", Bytes::from(vec![b'x'; 20 * MIB])).await.unwrap();
        let found = sessions.get_many(["00", "large", "none"]).await.unwrap();
        let sizes: Vec<_> =
            found.iter().map(|one| one.as_ref().and_then(|one| one.size())).collect();
        assert_eq!(sizes, [Some(MIB as u64), Some(20 * MIB as u64), None]);
    }
    read::<Sessions>().await;
    read::<Tokens>().await;
}

#[tokio::test]
async fn of_entries_read_at_once_short_ones_are_in_memory() {
    async fn read<S>()
    where
        Kv<S>: Handle,
        S: DeclareKv<Value = crate::kv::Raw> + 'static,
    {
        let held = Held::<Assets, S>::new();
        let short = usize::try_from(INLINE_BYTES_MAX).unwrap();
        for (key, len) in [("short", short), ("long", MIB)] {
            held.sessions.put(key, Bytes::from(vec![b'x'; len])).await.unwrap();
        }
        let to = held.reached(Some(&all()));
        let call = |key| json!({ "on": "1 kv sessions", "ask": { "get": { "key": key } } });
        let mut calls = vec![call("long")];
        calls.extend(vec![call("short"); 300]);
        let message = Value::from(calls).to_string();
        let Answered { bodies, .. } = to.0.call(message, CallBody::Nothing).await.unwrap();
        let inline =
            |body: &CallBody| matches!(body, CallBody::Bytes(bytes) if bytes.len() == short);
        assert_eq!(bodies.iter().filter(|body| inline(body)).count(), 12 * MIB / short);
        assert!(matches!(bodies[0], CallBody::Stream { .. }));
        let sessions = to.sessions::<S>(SERVICE);
        let gets: Vec<_> = (0..300).map(|_| sessions.get("short")).collect();
        for got in batch(gets).await {
            assert_eq!(got.unwrap().unwrap().bytes().await.unwrap().len(), short);
        }
    }
    read::<Sessions>().await;
    read::<Tokens>().await;
}

#[tokio::test]
async fn of_many_listings_those_behind_have_shorter_pages() {
    let held = Held::<Assets, Sessions>::new();
    let key = |n: usize| format!("{n:04}{}", "k".repeat(1000));
    for n in 0..1000 {
        held.assets.put(key(n), "").await.unwrap();
    }
    for n in 0..100 {
        let put = held.sessions.put(&key(n)[..500], Bytes::new());
        put.metadata("m", "m".repeat(900)).await.unwrap();
    }
    let to = held.reached(Some(&all()));
    let (assets, sessions) = (to.assets::<Assets>(SERVICE), to.sessions::<Sessions>(SERVICE));
    for (on, limit, calls) in [("bucket user-assets", 1000, 200), ("kv sessions", 100, 400)] {
        let call = json!({ "on": format!("1 {on}"), "ask": { "list": { "limit": limit } } });
        let message = Value::from(vec![call; calls]).to_string();
        let Answered { head, .. } = to.0.call(message, CallBody::Nothing).await.unwrap();
        assert!(head.len() < 10 * MIB, "{on}: {}", head.len());
    }
    // Nobody misses anything who goes on where a page ends.
    let lists = (0..50).map(|_| assets.list().limit(1000)).collect::<Vec<_>>();
    let pages: Vec<_> = batch(lists).await.into_iter().map(Result::unwrap).collect();
    let len = |page: &&crate::Page<_>| page.items.len();
    let (short, long) = (pages.iter().min_by_key(len), pages.iter().max_by_key(len));
    let (short, long) = (short.unwrap(), long.unwrap());
    assert_eq!((short.items.len(), long.items.len()), (1, 1000));
    let rest = assets.list().cursor(short.cursor.clone().unwrap()).await.unwrap();
    assert_eq!((rest.items.len(), rest.items[0].key()), (999, long.items[1].key()));
    // Alone it has all the room there is.
    assert_eq!(assets.list().limit(1000).await.unwrap().items.len(), 1000);
    assert_eq!(sessions.list().await.unwrap().items.len(), 100);
}

#[tokio::test]
async fn metadata_that_nobody_could_read_is_refused() {
    let held = Held::<Assets, Sessions>::new();
    let to = held.reached(Some(&all()));
    for metadata in [
        "[[",
        "\"x",
        "1e999",
        r#"{"~s":[1,2,"e",3,"t"],"m":{"a":1e999}}"#,
        r#"{"~s":[1,2,"e",3,"t"],"j":"{"}"#,
    ] {
        let put = json!({ "key": "a", "metadata": metadata, "expiry": "never" });
        let message = json!([{ "on": "1 kv sessions", "ask": { "put": put } }]).to_string();
        let answered = to.0.call(message, CallBody::Nothing).await.unwrap().head;
        assert!(answered.contains("storage_invalid_option"), "{metadata}: {answered}");
    }
    assert!(held.sessions.list().await.unwrap().items.is_empty());
}
