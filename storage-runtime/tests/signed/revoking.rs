//! Links that are good no more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use storage::{Body, ErrorKind};

use super::support::{App, Request, assert_refused, slow_body};

#[tokio::test]
async fn a_link_is_revoked() {
    let app = App::memory();
    app.files.put("a", "a").await.unwrap();
    let link = app.files.signed_url("a").revocable().await.unwrap();
    let other = app.files.signed_url("a").revocable().await.unwrap();
    let write = app.files.signed_url("a").write().uses(2).await.unwrap();
    assert_eq!((app.get(&link).await.0, app.put(&write, "b").await.status()), (200, 200));

    app.files.signed_urls().revoke(&link).await.unwrap();
    app.files.signed_urls().revoke(write.url()).await.unwrap();
    assert_eq!((app.get(&link).await.0, app.put(&write, "c").await.status()), (403, 403));
    assert_eq!(app.get(&other).await.0, 200);
    app.files.signed_urls().revoke(&link).await.unwrap();
}

#[tokio::test]
async fn only_links_that_can_be_are_revoked() {
    let app = App::memory();
    let plain = app.files.signed_url("a").await.unwrap();
    let elsewhere = app.vault.signed_url("a").revocable().await.unwrap();
    for (link, said) in [
        (plain.url(), "revocable()"),
        (elsewhere.url(), "no link of this bucket"),
        ("https://files.example.com/.storage/AAAA", "no link of this bucket"),
        ("", "no link of this bucket"),
    ] {
        let error = app.files.signed_urls().revoke(link).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.message().contains(said), "{error}");
    }
}

#[tokio::test]
async fn links_of_a_time_and_a_prefix_are_revoked() {
    let app = App::memory();
    for key in ["a/1", "b/1"] {
        app.files.put(key, "x").await.unwrap();
    }
    let before = app.files.signed_url("a/1").revocable().await.unwrap();
    let plain = app.files.signed_url("a/1").await.unwrap();
    let elsewhere = app.files.signed_url("b/1").revocable().await.unwrap();
    let links = app.files.signed_urls();
    // The second before has none of them.
    links.revoke_before(SystemTime::now() - Duration::from_secs(60), "a/").await.unwrap();
    assert_eq!(app.get(&before).await.0, 200);
    // However short the time is that a link was made before.
    let now = SystemTime::now();
    links.revoke_before(now, "a/").await.unwrap();
    std::thread::sleep(until_the_second_is_over(now));
    let after = app.files.signed_url("a/1").revocable().await.unwrap();
    let statuses = [&before, &plain, &elsewhere, &after].map(async |link| app.get(link).await.0);
    assert_eq!(futures_util::future::join_all(statuses).await, [403, 200, 200, 200]);

    // An earlier time takes nothing back, and an empty prefix is all keys.
    links.revoke_before(SystemTime::UNIX_EPOCH, "a/").await.unwrap();
    assert_eq!(app.get(&before).await.0, 403);
    links.revoke_before(SystemTime::now(), "").await.unwrap();
    assert_eq!(app.get(&elsewhere).await.0, 403);

    let later = SystemTime::now() + Duration::from_secs(60);
    let error = links.revoke_before(later, "").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
}

fn until_the_second_is_over(time: SystemTime) -> Duration {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Duration::from_nanos(1_001_000_000 - u64::from(since_1970.subsec_nanos()))
}

/// Whoever sends a body decides how long that takes.
#[tokio::test]
async fn an_upload_that_is_under_way_is_revoked_too() {
    let app = App::memory();
    let (files, vault) = (&app.files, &app.vault);
    for length in [None, Some(4)] {
        for (link, links) in [
            (files.signed_url("a").write().revocable(), files.signed_urls()),
            (files.signed_url("a").write().one_time(), files.signed_urls()),
            (vault.signed_url("a").write().revocable().max_size(9), vault.signed_urls()),
        ] {
            let link = link.await.unwrap();
            let is_sent = Arc::new(AtomicBool::new(false));
            let body = slow_body(Arc::clone(&is_sent));
            let body = match length {
                Some(length) => Body::sized_stream(body.into_stream(), length),
                None => body,
            };
            let mut slow = Box::pin(app.answer(Request::new("PUT", link.url()).body(body)));
            assert!(futures_util::poll!(&mut slow).is_pending());
            links.revoke(&link).await.unwrap();
            is_sent.store(true, Ordering::SeqCst);
            assert_refused(slow.await).await;
            let written = (files.head("a").await.unwrap(), vault.head("a").await.unwrap());
            assert_eq!(written, (None, None));
        }
    }
}
