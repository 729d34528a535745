//! A field with a prefix, by calls and opened directly: the same is refused.

use std::time::SystemTime;

use serde_json::json;
use storage_core::ErrorKind;
use storage_core::crypto::Resource;

use super::*;
use crate::bucket::{ObjectInfo, Part};
use crate::declare::{DeclareApp, DeclareKv};
use crate::kv::{EntryInfo, Raw};

#[crate::bucket(
    name = "user-assets",
    encryption(secret = "ASSET_KEYS"),
    signed_urls(secret = "LINK_KEYS", host = "files.example.com")
)]
struct Sealed;

#[crate::kv(name = "sessions", encryption(secret = "ASSET_KEYS"))]
struct Tokens;

#[crate::app(name = "desk")]
struct SealedDesk {
    #[storage(via = "media-storage", prefix = "acme/")]
    assets: Bucket<Sealed>,
    #[storage(via = "media-storage", prefix = "acme/")]
    sessions: Kv<Tokens>,
}

#[crate::app(name = "desk")]
struct Desk {
    #[storage(via = "media-storage", prefix = "acme/")]
    assets: Bucket<Assets>,
    #[storage(via = "media-storage", prefix = "acme/")]
    sessions: Kv<Sessions>,
}

/// What another may do is its own: here, all.
fn everything() -> Value {
    let verbs = ["read", "write", "delete", "list", "links", "rotate"];
    json!({
        "user-assets": { "kind": "bucket", "verbs": verbs },
        "sessions": { "kind": "kv", "verbs": ["read", "write", "delete", "list", "rotate"] },
    })
}

fn long() -> crate::Body {
    let pieces = [Ok::<_, Error>("a".repeat(100_000)), Ok("b".repeat(100_000))];
    crate::Body::stream(futures_util::stream::iter(pieces))
}

/// Every verb with a key outside, where `acme/1` is inside.
async fn outside_of_bucket<D>(bucket: &Bucket<D>) -> Vec<(&'static str, Option<ErrorKind>)> {
    bucket.put("acme/1", "own").await.unwrap();
    let upload = bucket.resume_upload("other/1", "none").unwrap();
    let (one, other) = crate::batch((bucket.get("acme/1"), bucket.get("other/1"))).await;
    assert!(one.unwrap().is_some());
    vec![
        ("put", kind(bucket.put("other/1", "text").await)),
        ("put long", kind(bucket.put("other/1", long()).await)),
        ("put with a like name", kind(bucket.put("acme", "text").await)),
        ("upload", kind(bucket.upload("other/1").await)),
        ("upload part", kind(upload.part(1, "text").await)),
        ("complete", kind(upload.clone().complete([Part::new(1, "x")]).await)),
        ("abort", kind(upload.abort().await)),
        ("get", kind(bucket.get("other/1").await)),
        ("batch", kind(other)),
        ("head", kind(bucket.head("other/1").await)),
        ("list", kind(bucket.list().prefix("other/").await)),
        ("list all", kind(bucket.list().prefix("").await)),
        ("list more", kind(bucket.list().prefix("acm").await)),
        ("delete", kind(bucket.delete("other/1").await)),
        ("delete many", kind(bucket.delete_many(["acme/1", "other/1"]).await)),
        ("delete prefix", kind(bucket.delete_prefix("other/").await)),
        ("copy in", kind(bucket.copy("other/1", "acme/2").await)),
        ("copy out", kind(bucket.copy("acme/1", "other/1").await)),
        ("rename out", kind(bucket.rename("acme/1", "other/1").await)),
    ]
}

async fn outside_of_kv<D>(kv: &Kv<D>) -> Vec<(&'static str, Option<ErrorKind>)>
where
    D: DeclareKv<Value = Raw>,
{
    kv.put("acme/1", "own").await.unwrap();
    vec![
        ("put", kind(kv.put("other/1", "text").await)),
        ("create", kind(kv.put("other/1", "text").if_not_exists().await)),
        ("get", kind(kv.get("other/1").await)),
        ("get many", kind(kv.get_many(["acme/1", "other/1"]).await)),
        ("head", kind(kv.head("other/1").await)),
        ("list", kind(kv.list().prefix("other/").await)),
        ("list all", kind(kv.list().prefix("").await)),
        ("delete", kind(kv.delete("other/1").await)),
        ("delete many", kind(kv.delete_many(["acme/1", "other/1"]).await)),
    ]
}

/// What is under the prefix can all be done, and nothing that was refused was done in part.
async fn inside<D, E>(bucket: &Bucket<D>, kv: &Kv<E>)
where
    E: DeclareKv<Value = Raw>,
{
    bucket.put("acme/long", long()).await.unwrap();
    bucket.copy("acme/1", "acme/2").await.unwrap().unwrap();
    bucket.rename("acme/2", "acme/3").await.unwrap().unwrap();
    let page = bucket.list().await.unwrap();
    let keys: Vec<_> = page.items.iter().map(ObjectInfo::key).collect();
    assert_eq!(keys, ["acme/1", "acme/3", "acme/long"]);
    bucket.delete_prefix("acme/").await.unwrap();
    let page = kv.list().await.unwrap();
    assert_eq!(page.items.iter().map(EntryInfo::key).collect::<Vec<_>>(), ["acme/1"]);
    kv.delete("acme/1").await.unwrap();
}

fn all_are_refused(found: Vec<(&'static str, Option<ErrorKind>)>, way: &str) {
    for (what, kind) in found {
        assert_eq!(kind, Some(ErrorKind::Forbidden), "{what}, {way}");
    }
}

#[tokio::test]
async fn keys_outside_are_refused_by_calls_and_directly() {
    let held = Held::<Assets, Sessions>::new();
    let called = Desk::connect(&held.reached(Some(&everything()))).unwrap();
    for (way, Desk { assets, sessions }) in [("by calls", called), ("directly", Desk::memory())] {
        all_are_refused(outside_of_bucket(&assets).await, way);
        all_are_refused(outside_of_kv(&sessions).await, way);
        inside(&assets, &sessions).await;
    }
}

#[tokio::test]
async fn what_is_encrypted_linked_and_rotated_keeps_to_its_prefix() {
    let held = Held::<Sealed, Tokens>::new();
    let called = SealedDesk::connect(&held.reached(Some(&everything()))).unwrap();
    for (way, desk) in [("by calls", called), ("directly", SealedDesk::memory())] {
        let SealedDesk { assets, sessions } = desk;
        all_are_refused(outside_of_bucket(&assets).await, way);
        all_are_refused(outside_of_kv(&sessions).await, way);
        let found = vec![
            ("link", kind(assets.signed_url("other/1").await)),
            ("link to write", kind(assets.signed_url("other/1").write().await)),
            (
                "revoke all",
                kind(assets.signed_urls().revoke_before(SystemTime::UNIX_EPOCH, "o").await),
            ),
            ("rotate bucket", kind(assets.rotate().prefix("other/").await)),
            ("rotate namespace", kind(sessions.rotate().prefix("").await)),
        ];
        all_are_refused(found, way);
        let link = assets.signed_url("acme/1").revocable().await.unwrap();
        assets.signed_urls().revoke(&link).await.unwrap();
        assets.signed_urls().revoke_before(SystemTime::UNIX_EPOCH, "").await.unwrap();
        for page in [assets.rotate().await.unwrap(), sessions.rotate().await.unwrap()] {
            // It says that it is not of all keys: an old key may be needed for the others.
            assert_eq!((page.current, page.prefix.as_deref()), (1, Some("acme/")), "{way}");
        }
        inside(&assets, &sessions).await;
    }
}

/// `cargo storage rotate` asks for all keys, and learns from the answer that those were not all.
#[tokio::test]
async fn an_answer_to_the_command_says_which_keys_were_rotated() {
    let held = Held::<Sealed, Tokens>::new();
    let called = SealedDesk::connect(&held.reached(Some(&everything()))).unwrap();
    let whole = held.reached(Some(&everything()));
    let (all, all_tokens) = (whole.assets::<Sealed>(SERVICE), whole.sessions::<Tokens>(SERVICE));
    for key in ["acme/1", "other/1"] {
        all.put(key, "text").await.unwrap();
        all_tokens.put(key, "text").await.unwrap();
    }
    assert_eq!(all.rotate().await.unwrap().prefix, None);
    assert_eq!(all_tokens.rotate().prefix("o").await.unwrap().prefix.as_deref(), Some("o"));
    for (way, desk) in [("by calls", called), ("directly", SealedDesk::memory())] {
        for (asked, prefix) in [("{}", "acme/"), (r#"{"prefix":"acme/1"}"#, "acme/1")] {
            let request = rotation::Signed::new(Resource::Bucket, "user-assets", asked);
            let served = desk.assets.rotate_by(&request, asked).await.unwrap();
            assert_eq!(answered(served).await, (200, json!(prefix)), "{way}");
            let request = rotation::Signed::new(Resource::Kv, "sessions", asked);
            let served = desk.sessions.rotate_by(&request, asked).await.unwrap();
            assert_eq!(answered(served).await, (200, json!(prefix)), "{way}");
        }
    }
}

async fn answered(served: crate::bucket::Served) -> (u16, Value) {
    let status = served.status();
    let body = served.into_body().gather(10_000).await.unwrap();
    let mut page: Value = serde_json::from_slice(&body).unwrap();
    (status, page["prefix"].take())
}

/// Natively the app answers the links that it makes, as the storage Worker does.
#[tokio::test]
async fn a_link_of_the_prefix_is_answered_natively() {
    let desk = SealedDesk::memory();
    desk.assets.put("acme/1", "own").await.unwrap();
    let link = desk.assets.signed_url("acme/1").await.unwrap();
    let request = links::Request { method: "GET", path: link.url().to_owned(), headers: &[] };
    let served = crate::signed::handle(request).bucket(&desk.assets).await;
    assert_eq!(served.status(), 200);
}

/// An app that sees all shares the folder.
#[cfg(feature = "local")]
#[tokio::test]
async fn a_folder_is_narrowed_as_memory_is() {
    #[crate::app(name = "storage")]
    struct Whole {
        assets: Bucket<Assets>,
        sessions: Kv<Sessions>,
    }

    let folder = tempfile::tempdir().unwrap();
    let whole = Whole::local(folder.path()).unwrap();
    whole.assets.put("other/1", "foreign").await.unwrap();
    whole.sessions.put("other/1", "foreign").await.unwrap();
    let Desk { assets, sessions } = Desk::local(folder.path()).unwrap();
    all_are_refused(outside_of_bucket(&assets).await, "in a folder");
    all_are_refused(outside_of_kv(&sessions).await, "in a folder");
    inside(&assets, &sessions).await;
    assert!(whole.assets.head("other/1").await.unwrap().is_some());
    assert!(whole.sessions.head("other/1").await.unwrap().is_some());
}

#[cfg(feature = "archive")]
#[tokio::test]
async fn an_archive_of_the_prefix_is_one_within_it() {
    use futures_util::TryStreamExt;

    use crate::archive::{Archive, at_millis};

    let held = Held::<Assets, Sessions>::new();
    let called = Desk::connect(&held.reached(Some(&everything()))).unwrap();
    for (way, desk) in [("by calls", called), ("directly", Desk::memory())] {
        let record = || [(at_millis(1_795_262_400_000), "a")];
        for refused in [Archive::new(&desk.assets), Archive::new(&desk.assets).prefix("other")] {
            let found = kind(refused.append(record()).await);
            assert_eq!(found, Some(ErrorKind::Forbidden), "{way}");
        }
        let archive = Archive::new(&desk.assets).prefix("acme/logs");
        archive.append(record()).await.unwrap();
        let found: Vec<_> = archive.read::<String>(..).stream().try_collect().await.unwrap();
        assert_eq!(found.len(), 1, "{way}");
        let other = Archive::new(&desk.assets).prefix("other").read::<String>(..).stream();
        assert_eq!(kind(other.try_collect::<Vec<_>>().await), Some(ErrorKind::Forbidden), "{way}");
    }
}
