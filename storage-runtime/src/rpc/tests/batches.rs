//! Several requests in one message.

use bytes::Bytes;
use futures_util::stream;
use serde_json::json;
use storage_core::ErrorKind;

use super::*;
use crate::{Body, batch};

fn all() -> Value {
    json!({
        "user-assets": { "kind": "bucket", "verbs": ["read", "write", "delete"] },
        "sessions": { "kind": "kv", "verbs": ["read", "write"] },
    })
}

#[tokio::test]
async fn requests_travel_together_and_come_back_in_their_order() {
    let held = Held::<Assets, Sessions>::new();
    let to = held.reached(Some(&all()));
    let (assets, sessions) = (to.assets::<Assets>(SERVICE), to.sessions::<Sessions>(SERVICE));
    let puts: Vec<_> = (0..100).map(|n| assets.put(format!("{n}"), "x".repeat(n))).collect();
    for (n, put) in batch(puts).await.into_iter().enumerate() {
        assert_eq!(put.unwrap().size(), n as u64);
    }
    assert_eq!(to.0.heads().len(), 1);
    let (put, get, missing, forbidden) =
        batch((sessions.put("a", "text"), assets.get("7"), assets.head("none"), assets.list()))
            .await;
    assert_eq!(put.unwrap().size(), Some(4));
    assert_eq!(get.unwrap().unwrap().text().await.unwrap(), "xxxxxxx");
    assert!(missing.unwrap().is_none());
    assert_eq!(kind(forbidden), Some(ErrorKind::Forbidden));
    assert_eq!(to.0.heads().len(), 2);
}

#[tokio::test]
async fn requests_of_several_steps_go_on_together() {
    let held = Held::<Assets, Sessions>::new();
    let to = held.reached(Some(&all()));
    let assets = to.assets::<Assets>(SERVICE);
    for key in ["a", "b", "c"] {
        held.assets.put(key, key).await.unwrap();
    }
    let copies: Vec<_> = ["a", "b", "c"].map(|key| assets.rename(key, format!("new/{key}"))).into();
    for copied in batch(copies).await {
        assert!(copied.unwrap().is_some());
    }
    assert_eq!(to.0.heads().len(), 3, "reads, writes, and deletions");
    assert_eq!(held.assets.list().await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn long_bodies_go_by_themselves() {
    let held = Held::<Assets, Sessions>::new();
    let to = held.reached(Some(&all()));
    let assets = to.assets::<Assets>(SERVICE);
    let pieces = stream::iter([Ok::<_, Error>(Bytes::from_static(b"in pieces"))]);
    let (short, long, streamed) = batch((
        assets.put("short", "text"),
        assets.put("long", vec![0; 100_000]),
        assets.put("streamed", Body::stream(pieces)),
    ))
    .await;
    assert_eq!((short.unwrap().size(), long.unwrap().size()), (4, 100_000));
    assert_eq!(streamed.unwrap().size(), 9);
    assert_eq!(to.0.heads().len(), 3);
}

#[tokio::test]
async fn direct_handles_are_asked_at_the_same_time() {
    let held = Held::<Assets, Sessions>::new();
    let (one, other) = batch((held.assets.put("a", "text"), async { 7 })).await;
    assert_eq!((one.unwrap().size(), other), (4, 7));
    assert!(batch(Vec::<std::future::Ready<u8>>::new()).await.is_empty());
}

#[tokio::test]
async fn a_batch_in_a_batch_has_a_message_of_its_own() {
    let held = Held::<Assets, Sessions>::new();
    let to = held.reached(Some(&all()));
    let assets = to.assets::<Assets>(SERVICE);
    let inner = batch(vec![assets.put("a", "1"), assets.put("b", "2")]);
    let (put, inner) = batch((assets.put("c", "3"), inner)).await;
    assert!(put.is_ok() && inner.iter().all(Result::is_ok));
    assert_eq!(to.0.heads().len(), 2);
    // Outside, calls go as before.
    assets.get("a").await.unwrap().unwrap();
    assert_eq!(to.0.heads().len(), 3);
}

#[tokio::test]
async fn what_fails_as_a_whole_fails_for_all() {
    struct Gone;
    impl Counting for Gone {
        fn heads(&self) -> Vec<String> {
            Vec::new()
        }
    }
    impl Transport for Gone {
        fn call(&self, _: String, _: CallBody) -> BoxFuture<'_, Result<Answered>> {
            let error = Error::new(ErrorKind::Unavailable, "gone").with_detail("network");
            Box::pin(async { Err(error) })
        }
    }
    let assets = To(Arc::new(Gone)).assets::<Assets>(SERVICE);
    for put in batch(vec![assets.put("a", "1"), assets.put("b", "2")]).await {
        let error = put.unwrap_err();
        assert!(error.is_retryable() && error.to_string().contains("network"), "{error}");
    }
}
