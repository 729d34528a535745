//! Links that write.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use storage::Body;
use storage::signed::SignUrl;

use super::support::{App, Request, assert_refused, read};

#[tokio::test]
async fn a_link_writes_one_object() {
    let app = App::memory();
    let link = app.files.signed_url("a.txt").write().await.unwrap();
    let served = app.put(&link, Body::from("new").with_content_type("text/plain")).await;
    assert_eq!((served.status(), served.header("content-length")), (200, Some("0")));
    let written = app.files.head("a.txt").await.unwrap().unwrap();
    assert_eq!(served.header("etag"), Some(format!("\"{}\"", written.etag()).as_str()));
    assert_eq!((written.size(), written.content_type()), (3, Some("text/plain")));

    let sealed = app.vault.signed_url("a.txt").write().await.unwrap();
    assert_eq!(app.put(&sealed, "sealed").await.status(), 200);
    let object = app.vault.get("a.txt").await.unwrap().unwrap();
    assert_eq!(object.text().await.unwrap(), "sealed");

    for method in ["GET", "HEAD", "POST", "DELETE"] {
        let served = app.answer(Request::new(method, link.url()).body("newer")).await;
        assert_eq!(served.status(), 403, "{method}");
    }
    assert_eq!(app.files.head("a.txt").await.unwrap().unwrap().size(), 3);
}

/// A body of unknown length.
fn pieces(pieces: usize, len: usize) -> Body {
    let piece = move |_| Ok::<_, io::Error>(Bytes::from(vec![b'x'; len]));
    Body::stream(stream::iter((0..pieces).map(piece)))
}

/// What is written by a link, if anything, in each of two buckets, and the status.
async fn write(
    body: impl Fn() -> Body,
    limit: impl Fn(SignUrl) -> SignUrl,
) -> Vec<(u16, Option<u64>)> {
    let app = App::memory();
    let mut results = Vec::new();
    let link = limit(app.files.signed_url("a").write()).await.unwrap();
    let status = app.put(&link, body()).await.status();
    results.push((status, app.files.head("a").await.unwrap().map(|object| object.size())));
    let link = limit(app.vault.signed_url("a").write()).await.unwrap();
    let status = app.put(&link, body()).await.status();
    results.push((status, app.vault.head("a").await.unwrap().map(|object| object.size())));
    results
}

#[tokio::test]
async fn no_more_is_written_than_the_link_allows() {
    const MIB: usize = 1024 * 1024;
    let at_most = |most| move |link: SignUrl| link.max_size(most);
    for body in [|| Body::from("12345"), || pieces(5, 1)] {
        assert_eq!(write(body, at_most(5)).await, [(200, Some(5)); 2]);
        assert_eq!(write(body, at_most(4)).await, [(413, None); 2]);
        assert_eq!(write(body, at_most(0)).await, [(413, None); 2]);
    }
    // Long ones are uploaded in parts, and the last piece is too much.
    let (len, long) = (20 * MIB as u64, || pieces(20, MIB));
    assert_eq!(write(long, at_most(len)).await, [(200, Some(len)); 2]);
    assert_eq!(write(long, at_most(len - 1)).await, [(413, None); 2]);
}

#[tokio::test]
async fn of_a_body_without_a_length_is_said_that_it_is_longer() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().max_size(4).await.unwrap();
    for (body, says) in [
        (pieces(5, 1), "the body has more than 4 bytes, which is the limit"),
        (pieces(1, 100), "the body has more than 4 bytes, which is the limit"),
        (Body::from("12345"), "the body has 5 bytes, the limit is 4"),
    ] {
        let (status, answer) = read(app.put(&link, body).await).await;
        assert_eq!(status, 413);
        assert!(answer.contains(says), "{answer}");
    }
}

#[tokio::test]
async fn exactly_so_much_is_said_beforehand() {
    let exactly = |size| move |link: SignUrl| link.exact_size(size);
    assert_eq!(write(|| Body::from("12345"), exactly(5)).await, [(200, Some(5)); 2]);
    for size in [0, 4, 6] {
        assert_eq!(write(|| Body::from("12345"), exactly(size)).await, [(403, None); 2]);
    }
    assert_eq!(write(|| pieces(5, 1), exactly(5)).await, [(403, None); 2]);
    let short = || Body::sized_stream(stream::iter([Ok::<_, io::Error>("1234")]), 5);
    assert_eq!(write(short, exactly(5)).await, [(400, None); 2]);
}

#[tokio::test]
async fn what_breaks_off_leaves_nothing() {
    for long in [1_usize, 20] {
        let broken = || {
            let piece = |_| Ok(Bytes::from(vec![b'x'; 1024 * 1024]));
            let end = [Err(io::Error::other("the client is gone"))];
            Body::stream(stream::iter((0..long).map(piece).chain(end)))
        };
        assert_eq!(write(broken, |link| link).await, [(400, None); 2]);
        assert_eq!(write(broken, |link| link.max_size(1 << 40)).await, [(400, None); 2]);
    }
}

#[tokio::test]
async fn the_type_is_that_of_the_link() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().content_type("image/png").await.unwrap();
    for sent in [None, Some("text/html"), Some("image/png; a=b"), Some("")] {
        let request = Request::new("PUT", link.url()).body("x");
        let request = sent.into_iter().fold(request, |r, sent| r.header("content-type", sent));
        assert_refused(app.answer(request).await).await;
    }
    assert!(app.files.head("a").await.unwrap().is_none());
    assert_eq!(app.put(&link, "x").await.status(), 200);
    let written = app.files.head("a").await.unwrap().unwrap();
    assert_eq!(written.content_type(), Some("image/png"));
    // Types have no case: kept is the one that the link says.
    let request = Request::new("PUT", link.url()).body("xy").header("content-type", "Image/PNG");
    assert_eq!(app.answer(request).await.status(), 200);
    let written = app.files.head("a").await.unwrap().unwrap();
    assert_eq!((written.size(), written.content_type()), (2, Some("image/png")));
}

#[tokio::test]
async fn the_encoding_is_kept() {
    let app = App::memory();
    let (files, vault) = (&app.files, &app.vault);
    for (sent, kept) in [
        (Some("gzip"), Some("gzip")),
        (Some(" gzip, br"), Some("gzip, br")),
        (Some("identity"), None),
        (Some(""), None),
        (None, None),
    ] {
        for link in [
            files.signed_url("a").write(),
            files.signed_url("a").write().revocable().max_size(9),
            vault.signed_url("a").write().one_time(),
        ] {
            let request = Request::new("PUT", link.await.unwrap().url()).body("as it is");
            let request =
                sent.into_iter().fold(request, |r, sent| r.header("content-encoding", sent));
            let request =
                request.header("content-language", "en").header("cache-control", "public");
            assert_eq!(app.answer(request).await.status(), 200, "{sent:?}");
        }
        for link in [files.signed_url("a"), vault.signed_url("a")] {
            let request = Request::new("GET", link.await.unwrap().url());
            let served = app.answer(request).await;
            assert_eq!(served.header("content-encoding"), kept, "{sent:?}");
            assert_eq!(served.header("content-language"), None);
            assert_eq!(served.header("cache-control"), Some("private, no-cache"));
            assert_eq!(read(served).await, (200, "as it is".to_owned()));
        }
    }
    let link = files.signed_url("b").write().await.unwrap();
    let request = Request::new("PUT", link.url()).body("x").header("content-encoding", "gz\u{ef}p");
    assert_eq!(read(app.answer(request).await).await.0, 400);
    assert!(files.head("b").await.unwrap().is_none());
}

#[tokio::test]
async fn a_refused_body_is_not_read() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().exact_size(3).await.unwrap();
    let never = stream::poll_fn(|_| -> std::task::Poll<Option<io::Result<Bytes>>> {
        std::panic::panic_any("it is read")
    });
    let served = app.put(&link, Body::stream(never)).await;
    assert_eq!(read(served).await.0, 403);
}

#[tokio::test]
async fn a_part_or_a_condition_is_refused() {
    let app = App::memory();
    app.files.put("a", "what is there").await.unwrap();
    let link = app.files.signed_url("a").write().await.unwrap();
    for (name, value) in [
        ("content-range", "bytes 0-0/13"),
        ("if-match", "\"other\""),
        ("if-none-match", "*"),
        ("if-unmodified-since", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ] {
        let request = Request::new("PUT", link.url()).body("x").header(name, value);
        let (status, body) = read(app.answer(request).await).await;
        assert_eq!(status, 400, "{name}: {body}");
        assert!(body.contains("storage_invalid_option"), "{name}: {body}");
    }
    assert_eq!(app.files.head("a").await.unwrap().unwrap().size(), 13);
}
