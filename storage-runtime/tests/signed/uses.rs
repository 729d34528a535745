//! Links whose uses are counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use storage::signed::SignedUrl;
use storage::{Body, ErrorKind};

use super::support::{App, Request, assert_refused, read, slow_body};

/// How many of so many requests at once are answered with each status.
async fn crowd(
    app: &App,
    link: &SignedUrl,
    requests: usize,
    body: Option<&'static str>,
) -> [usize; 3] {
    let answers = (0..requests).map(|_| {
        let (app, link) = (app.clone(), link.clone());
        // On threads of their own, as far as there are.
        tokio::spawn(async move {
            match body {
                None => app.get(&link).await.0,
                Some(body) => app.put(&link, body).await.status(),
            }
        })
    });
    let statuses: Vec<_> = join_all(answers).await.into_iter().map(Result::unwrap).collect();
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    [count(200), count(403), count(429)]
}

async fn many_readers(app: App) {
    app.files.put("a", "a").await.unwrap();
    app.vault.put("a", "a").await.unwrap();
    let link = app.files.signed_url("a").one_time().await.unwrap();
    assert_eq!(crowd(&app, &link, 200, None).await, [1, 199, 0]);
    let link = app.files.signed_url("a").uses(7).await.unwrap();
    assert_eq!(crowd(&app, &link, 200, None).await, [7, 193, 0]);
    assert_eq!(crowd(&app, &link, 1, None).await, [0, 1, 0]);
    let link = app.vault.signed_url("a").uses(7).await.unwrap();
    assert_eq!(crowd(&app, &link, 50, None).await, [7, 43, 0]);
}

/// All write the same, so who comes when all is over is taken for one that comes again: what all others
/// are told is to wait.
async fn many_writers(app: App) {
    let link = app.files.signed_url("a").write().uses(7).await.unwrap();
    let bodies = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let crowds = bodies.map(|body| crowd(&app, &link, 20, Some(body)));
    let answered = join_all(crowds).await;
    let written: usize = answered.iter().map(|[written, ..]| written).sum();
    let others: usize = answered.iter().map(|[_, refused, told]| refused + told).sum();
    // Seven wrote, and those who said the same as the last of them are answered as it was.
    assert!(written >= 7 && written + others == 200, "{answered:?}");
    let last = app.files.get("a").await.unwrap().unwrap().text().await.unwrap();
    for (body, [written, ..]) in bodies.iter().zip(&answered) {
        assert!(*body == last || *written <= 7, "{answered:?}");
    }
    assert_eq!(app.put(&link, "other").await.status(), 403);
    let now = app.files.get("a").await.unwrap().unwrap().text().await.unwrap();
    assert_eq!(now, last);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_readers_than_uses_in_memory() {
    many_readers(App::memory()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_writers_than_uses_in_memory() {
    many_writers(App::memory()).await;
}

#[tokio::test]
async fn what_gives_no_object_is_no_use() {
    let app = App::memory();
    let link = app.files.signed_url("a").one_time().await.unwrap();
    assert_eq!(app.get(&link).await.0, 404);
    app.files.put("a", "a").await.unwrap();
    let ask = |method: &str| Request::new(method, link.url());
    assert_eq!(app.answer(ask("HEAD")).await.status(), 200);
    assert_eq!(app.answer(ask("GET").header("if-match", "\"b\"")).await.status(), 412);
    let whole = app.answer(ask("GET")).await;
    assert_eq!(whole.header("cache-control"), Some("private, no-store"));
    assert_eq!(read(whole).await, (200, "a".to_owned()));
    assert_refused(app.answer(ask("GET")).await).await;
    assert_eq!(app.answer(ask("HEAD")).await.status(), 403);
    assert_refused(app.answer(ask("GET").header("range", "bytes=0-0")).await).await;
}

/// Who asks for a part would have used the link up, and not have the object.
#[tokio::test]
async fn a_use_is_the_whole_object() {
    let app = App::memory();
    app.files.put("a", "0123456789").await.unwrap();
    let link = app.files.signed_url("a").uses(4).await.unwrap();
    let head = app.answer(Request::new("HEAD", link.url())).await;
    assert_eq!(head.header("accept-ranges"), Some("none"));
    for range in ["bytes=0-0", "bytes=5-", "bytes=50-", "bytes=-1"] {
        let served = app.answer(Request::new("GET", link.url()).header("range", range)).await;
        assert_eq!(served.header("accept-ranges"), Some("none"));
        assert_eq!(served.header("content-range"), None);
        assert_eq!(read(served).await, (200, "0123456789".to_owned()), "{range}");
    }
    assert_eq!(app.get(&link).await.0, 403);
    // A link that nobody counts has parts.
    let link = app.files.signed_url("a").revocable().await.unwrap();
    let part = app.answer(Request::new("GET", link.url()).header("range", "bytes=5-")).await;
    assert_eq!(part.header("accept-ranges"), Some("bytes"));
    assert_eq!(read(part).await, (206, "56789".to_owned()));
}

#[tokio::test]
async fn an_upload_that_failed_can_be_tried_again() {
    let app = App::memory();
    for link in [
        app.files.signed_url("a").write().one_time().max_size(3).await.unwrap(),
        app.vault.signed_url("a").write().one_time().max_size(3).await.unwrap(),
    ] {
        let broken = [Ok("1"), Err(std::io::Error::other("the client is gone"))];
        assert_eq!(app.put(&link, Body::stream(stream::iter(broken))).await.status(), 400);
        let long = stream::iter([Ok::<_, storage::Error>("1234")]);
        assert_eq!(app.put(&link, Body::stream(long)).await.status(), 413);
        assert_eq!(app.put(&link, "1234").await.status(), 413);
        let first = app.put(&link, "123").await;
        assert_eq!(first.status(), 200);

        // The answer was lost: the same again is answered alike, and nothing else is.
        let again =
            app.put(&link, Body::stream(stream::iter([Ok::<_, storage::Error>("12"), Ok("3")])));
        let again = again.await;
        assert_eq!((again.status(), again.header("etag")), (200, first.header("etag")));
        for other in ["12", "124", "12\u{0}", ""] {
            assert_refused(app.put(&link, other).await).await;
        }
    }
    // Of another object than was written nobody knows whether it is the same.
    let link = app.files.signed_url("b").write().one_time().await.unwrap();
    assert_eq!(app.put(&link, "1").await.status(), 200);
    app.files.put("b", "2").await.unwrap();
    assert_refused(app.put(&link, "1").await).await;
    assert_refused(app.put(&link, "2").await).await;
    app.files.delete("b").await.unwrap();
    assert_refused(app.put(&link, "1").await).await;
}

#[tokio::test]
async fn nobody_writes_beside_who_has_the_last_use() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().one_time().await.unwrap();
    let is_sent = Arc::new(AtomicBool::new(false));
    let mut slow = Box::pin(app.put(&link, slow_body(Arc::clone(&is_sent))));
    assert!(futures_util::poll!(&mut slow).is_pending());
    let error = app.put(&link, "fast").await;
    let (status, body) = read(error).await;
    assert_eq!(status, 429);
    assert!(body.contains(ErrorKind::RateLimited.code()), "{body}");
    is_sent.store(true, Ordering::SeqCst);
    assert_eq!(slow.await.status(), 200);
    let object = app.files.get("a").await.unwrap().unwrap();
    assert_eq!(object.text().await.unwrap(), "slow");
}

#[tokio::test]
async fn who_goes_away_gives_the_use_back() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().one_time().await.unwrap();
    let never = Body::stream(stream::pending::<Result<&str, storage::Error>>());
    let request = Request::new("PUT", link.url()).body(never);
    let mut waiting = Box::pin(app.answer(request));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    assert_eq!(app.put(&link, "1").await.status(), 429);
    drop(waiting);
    // Given back on a thread of its own.
    while app.put(&link, "1").await.status() == 429 {
        std::thread::yield_now();
    }
    assert_eq!(app.files.head("a").await.unwrap().unwrap().size(), 1);
}

/// Who is told at the first byte that differs learns what is stored, byte by byte, by a link that only writes.
#[tokio::test]
async fn nobody_learns_by_a_link_that_writes_what_is_stored() {
    let app = App::memory();
    let link = app.vault.signed_url("a").write().one_time().await.unwrap();
    assert_eq!(app.put(&link, "secret").await.status(), 200);
    for guess in ["s", "x", "longer than it is"] {
        let start = stream::iter([Ok::<_, storage::Error>(guess)]);
        let endless = Body::stream(start.chain(stream::pending()));
        let mut asked = Box::pin(app.put(&link, endless));
        assert!(futures_util::poll!(&mut asked).is_pending(), "{guess}");
    }
    let guess = |pieces: &[&'static str]| {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok::<_, storage::Error>(*piece)).collect();
        app.put(&link, Body::stream(stream::iter(pieces)))
    };
    assert_refused(guess(&["s", "ecre"]).await).await;
    assert_refused(guess(&["secret", "s"]).await).await;
    assert_refused(guess(&["xecret"]).await).await;
    assert_refused(guess(&[]).await).await;
    assert_eq!(guess(&["s", "", "ecret"]).await.status(), 200);
}
