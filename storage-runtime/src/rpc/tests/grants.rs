//! Each verb with its grant, and with all others.

use std::time::SystemTime;

use serde_json::{Value, json};
use storage_core::ErrorKind;
use storage_core::manifest::Verb;

use super::*;
use crate::bucket::{ObjectInfo, Part};

type Store = Held<Assets, Sessions>;

fn of_assets(verbs: &[&str], prefix: Option<&str>) -> Value {
    let mut grant = json!({ "kind": "bucket", "verbs": verbs });
    if let Some(prefix) = prefix {
        grant["prefix"] = prefix.into();
    }
    json!({ "user-assets": grant })
}

fn of_sessions(verbs: &[&str]) -> Value {
    json!({ "sessions": { "kind": "kv", "verbs": verbs } })
}

/// What each request comes to, and the verbs of which it takes one.
async fn asked_of_bucket(
    bucket: &Bucket<Assets>,
) -> Vec<(&'static str, &'static [Verb], Option<ErrorKind>)> {
    const WRITE: &[Verb] = &[Verb::Write];
    let upload = bucket.resume_upload("a", "none").unwrap();
    vec![
        ("put", WRITE, kind(bucket.put("a", "text").await)),
        ("put long", WRITE, kind(bucket.put("a", long()).await)),
        ("upload", WRITE, kind(bucket.upload("a").await)),
        ("upload part", WRITE, kind(upload.part(1, "text").await)),
        ("complete", WRITE, kind(upload.clone().complete([Part::new(1, "x")]).await)),
        ("abort", WRITE, kind(upload.abort().await)),
        ("get", &[Verb::Read], kind(bucket.get("a").await)),
        ("head", &[Verb::Read, Verb::List], kind(bucket.head("a").await)),
        ("list", &[Verb::List], kind(bucket.list().await)),
        ("delete", &[Verb::Delete], kind(bucket.delete("a").await)),
        ("delete many", &[Verb::Delete], kind(bucket.delete_many(["a", "b"]).await)),
    ]
}

async fn asked_of_kv(kv: &Kv<Sessions>) -> Vec<(&'static str, &'static [Verb], Option<ErrorKind>)> {
    vec![
        ("put", &[Verb::Write], kind(kv.put("a", "text").await)),
        ("create", &[Verb::Write], kind(kv.put("new", "text").if_not_exists().await)),
        ("get", &[Verb::Read], kind(kv.get("a").await)),
        ("get many", &[Verb::Read], kind(kv.get_many(["a", "b"]).await)),
        ("list", &[Verb::List], kind(kv.list().await)),
        ("delete", &[Verb::Delete], kind(kv.delete_many(["a", "new"]).await)),
    ]
}

fn long() -> crate::Body {
    let pieces = [Ok::<_, Error>("a".repeat(100_000)), Ok("b".repeat(100_000))];
    crate::Body::stream(futures_util::stream::iter(pieces))
}

#[tokio::test]
async fn each_verb_takes_its_grant_and_no_other() {
    for granted in Verb::ALL {
        let held = Store::new();
        let verbs = [granted.name()];
        let assets = held.reached(Some(&of_assets(&verbs, None))).assets(SERVICE);
        for (what, needed, found) in asked_of_bucket(&assets).await {
            let is_refused = found == Some(ErrorKind::Forbidden);
            assert_eq!(is_refused, !needed.contains(granted), "{what} with {granted:?}: {found:?}");
        }
        let sessions = held.reached(Some(&of_sessions(&verbs))).sessions(SERVICE);
        for (what, needed, found) in asked_of_kv(&sessions).await {
            // To create only if there is none, it is looked first.
            let is_refused = found == Some(ErrorKind::Forbidden);
            assert_eq!(is_refused, !needed.contains(granted), "{what} with {granted:?}: {found:?}");
        }
    }
}

#[tokio::test]
async fn without_grants_nothing_is_allowed() {
    let held = Store::new();
    let unreadable = json!({ "user-assets": { "kind": "bucket", "verbs": ["read"], "since": 1 } });
    let of_the_other_kind = json!({ "user-assets": { "kind": "kv", "verbs": ["read"] } });
    for props in [
        None,
        Some(json!({})),
        Some(json!([])),
        Some(json!("all")),
        Some(of_sessions(&["read"])),
        Some(of_assets(&[], None)),
        Some(of_assets(&["all", "*", "Read"], None)),
        Some(unreadable),
        Some(of_the_other_kind),
    ] {
        let assets = held.reached(props.as_ref()).assets(SERVICE);
        for (what, _, found) in asked_of_bucket(&assets).await {
            assert_eq!(found, Some(ErrorKind::Forbidden), "{what} with {props:?}");
        }
    }
}

#[tokio::test]
async fn the_log_says_what_is_missing_and_the_client_does_not() {
    let held = Store::new();
    let assets = held.reached(Some(&of_assets(&["read"], None))).assets::<Assets>(SERVICE);
    let error = assets.put("a", "text").await.unwrap_err();
    assert_eq!(error.message(), "this application may not do that with its storage");
    assert!(error.to_string().starts_with("put in bucket user-assets: "), "{error}");
    assert!(error.to_string().contains("`write` on `user-assets` was not granted"), "{error}");
    assert_eq!(error.http_status(), 403);
}

#[tokio::test]
async fn who_may_only_write_an_entry_does_not_learn_what_is_there() {
    let held = Store::new();
    held.sessions.put("a", "text").metadata("secret", "x").await.unwrap();
    let to = held.reached(Some(&of_sessions(&["write"])));
    let sessions = to.sessions::<Sessions>(SERVICE);
    let taken = sessions.put("a", "other").if_not_exists().await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
    let found = sessions.head("a").await.unwrap().unwrap();
    assert!(found.metadata().is_empty() && found.size().is_none(), "{found:?}");
}

#[tokio::test]
async fn a_prefix_is_kept_on_both_sides() {
    const HERE: ServiceSpec = SERVICE.prefix("a/");
    let all: Vec<_> = Verb::ALL.iter().map(|verb| verb.name()).collect();
    let held = Store::new();
    held.assets.put("b/1", "foreign").await.unwrap();
    let granted = of_assets(&all, Some("a/"));
    // An application that says so itself is told before anything is sent.
    let to = held.reached(Some(&granted));
    let assets = to.assets::<Assets>(HERE);
    assets.put("a/1", "own").await.unwrap();
    let sent = to.0.heads().len();
    for key in ["b/1", "a", "A/1", "../a/1"] {
        let error = assets.get(key).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{key}");
        assert!(error.to_string().contains("`a/`"), "{error}");
    }
    assert_eq!(kind(assets.delete_many(["a/1", "b/1"]).await), Some(ErrorKind::Forbidden));
    assert_eq!(kind(assets.list().prefix("b/").await), Some(ErrorKind::Forbidden));
    assert_eq!(kind(assets.copy("b/1", "a/2").await), Some(ErrorKind::Forbidden));
    assert_eq!(to.0.heads().len(), sent, "something was sent");
    let listed = assets.list().await.unwrap();
    assert_eq!(listed.items.iter().map(ObjectInfo::key).collect::<Vec<_>>(), ["a/1"]);
    // One that does not is refused there.
    let assets = held.reached(Some(&granted)).assets::<Assets>(SERVICE);
    for key in ["b/1", "a", "A/1"] {
        assert_eq!(kind(assets.get(key).await), Some(ErrorKind::Forbidden), "{key}");
        assert_eq!(kind(assets.put(key, "x").await), Some(ErrorKind::Forbidden), "{key}");
    }
    for prefix in ["", "a", "b/"] {
        let listed = assets.list().prefix(prefix).await;
        assert_eq!(kind(listed), Some(ErrorKind::Forbidden), "{prefix}");
    }
    assert_eq!(kind(assets.list().await), Some(ErrorKind::Forbidden));
    assert_eq!(kind(assets.delete_many(["a/1", "b/1"]).await), Some(ErrorKind::Forbidden));
    assert!(held.assets.head("a/1").await.unwrap().is_some());
    assert_eq!(assets.list().prefix("a/").await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn the_time_of_a_condition_gets_there() {
    let held = Store::new();
    let to = held.reached(Some(&of_assets(&["read", "write"], None)));
    let assets = to.assets::<Assets>(SERVICE);
    let written = assets.put("a", "text").await.unwrap();
    let direct = held.assets.head("a").await.unwrap().unwrap();
    assert_eq!(written, direct);
    let before = assets.put("a", "other").if_uploaded_before(SystemTime::UNIX_EPOCH).await;
    assert_eq!(kind(before), Some(ErrorKind::PreconditionFailed));
    let unmet = assets.get("a").if_etag_does_not_match(written.etag()).await;
    assert_eq!(kind(unmet), Some(ErrorKind::PreconditionFailed));
}

#[cfg(feature = "archive")]
#[tokio::test]
async fn an_archive_asks_for_what_it_does_and_no_more() {
    use futures_util::TryStreamExt;

    use crate::archive::{Archive, at_millis};

    let held = Store::new();
    let noon = at_millis(1_795_262_400_000);
    let with = |verbs| {
        let assets = held.reached(Some(&of_assets(verbs, None))).assets::<Assets>(SERVICE);
        Archive::new(&assets)
    };
    assert_eq!(with(&["write"]).append([(noon, "a")]).await.unwrap().records(), 1);
    let mut writer = with(&["write"]).writer();
    writer.push(noon, "b").await.unwrap();
    assert_eq!(writer.finish().await.unwrap().records(), 1);
    let read = |verbs| with(verbs).read::<String>(..).stream().try_collect::<Vec<_>>();
    assert_eq!(read(&["read", "list"]).await.unwrap().len(), 2);
    assert_eq!(kind(read(&["list"]).await), Some(ErrorKind::Forbidden));
    assert_eq!(kind(read(&["read"]).await), Some(ErrorKind::Forbidden));
    let segments: Vec<_> = with(&["list"]).segments(..).try_collect().await.unwrap();
    assert_eq!(segments.len(), 2);
}
