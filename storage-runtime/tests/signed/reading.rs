//! Links that read.

use std::time::Duration;

use storage::ErrorKind;

use super::support::{App, Request, assert_refused, read};

#[tokio::test]
async fn a_link_reads_one_object_and_nothing_else() {
    let app = App::memory();
    app.files.put("a.txt", "0123456789").await.unwrap();
    app.vault.put("a.txt", "a secret").await.unwrap();
    let link = app.files.signed_url("a.txt").await.unwrap();
    assert_eq!(app.get(&link).await, (200, "0123456789".to_owned()));
    let sealed = app.vault.signed_url("a.txt").await.unwrap();
    assert_eq!(app.get(&sealed).await, (200, "a secret".to_owned()));

    let head = app.answer(Request::new("HEAD", link.url())).await;
    assert_eq!((head.status(), head.header("content-length")), (200, Some("10")));
    assert_eq!(head.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(head.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(head.header("cache-control"), Some("private, no-cache"));
    let etag = head.header("etag").unwrap().to_owned();

    let part = Request::new("GET", link.url()).header("range", "bytes=2-4");
    assert_eq!(read(app.answer(part).await).await, (206, "234".to_owned()));
    let same = Request::new("GET", link.url()).header("if-none-match", &etag);
    assert_eq!(app.answer(same).await.status(), 304);

    for method in ["PUT", "POST", "DELETE", "PATCH", "OPTIONS", "get", ""] {
        assert_refused(app.answer(Request::new(method, link.url()).body("new")).await).await;
    }
    assert_eq!(app.get(&link).await, (200, "0123456789".to_owned()));
    let missing = app.files.signed_url("b.txt").await.unwrap();
    assert_eq!(app.get(&missing).await.0, 404);
}

#[tokio::test]
async fn what_is_no_link_is_refused() {
    let app = App::memory();
    app.files.put("a.txt", "a").await.unwrap();
    let link = app.files.signed_url("a.txt").await.unwrap();
    let (origin, token) = link.url().rsplit_once('/').unwrap();
    for url in [
        String::new(),
        "/".to_owned(),
        origin.to_owned(),
        format!("{origin}/"),
        format!("{origin}/{token}/"),
        format!("{origin}/{token}A"),
        format!("{origin}/%{token}"),
        format!("{origin}/x/{token}"),
        format!("{origin}/../{token}"),
        format!("{origin}%2f{token}"),
        token.to_owned(),
        format!("/storage/{token}"),
    ] {
        assert_refused(app.answer(Request::new("GET", &url)).await).await;
    }
    // What stands around the path is none of it.
    for url in [format!("/.storage/{token}"), format!("{}?a=/.storage/b#c", link.url())] {
        assert_eq!(read(app.answer(Request::new("GET", &url)).await).await.0, 200, "{url}");
    }
}

#[tokio::test]
async fn a_link_is_one_of_its_bucket() {
    let app = App::memory();
    app.files.put("a.txt", "a").await.unwrap();
    app.vault.put("a.txt", "v").await.unwrap();
    let link = app.files.signed_url("a.txt").await.unwrap();
    let request = || Request::new("GET", link.url());
    assert_refused(storage::signed::handle(request()).bucket(&app.vault).await).await;
    assert_refused(storage::signed::handle(request()).await).await;
    let both = storage::signed::handle(request()).bucket(&app.vault).bucket(&app.files);
    assert_eq!(read(both.await).await, (200, "a".to_owned()));
}

#[tokio::test]
async fn a_link_expires() {
    let app = App::memory();
    app.files.put("a.txt", "a").await.unwrap();
    let link = app.files.signed_url("a.txt").expires_in(Duration::from_secs(1)).await.unwrap();
    std::thread::sleep(Duration::from_millis(1100));
    assert_refused(app.answer(Request::new("GET", link.url())).await).await;
}

#[tokio::test]
async fn keys_are_exact_whatever_they_look_like() {
    let app = App::memory();
    let keys = [
        "a/../b",
        "b",
        "../b",
        "./b",
        "a//b",
        "a/b",
        "/b",
        "b/",
        "a%2fb",
        "a%2Fb",
        "a+b",
        "a b",
        "a?b#c",
        "\u{e9}",
        "e\u{301}",
        "a\\b",
        "\u{0}",
        "..",
        "a\r\nb",
        ".storage",
        ".storagex/b",
    ];
    for key in keys {
        app.files.put(key, key).await.unwrap();
    }
    for key in keys {
        let link = app.files.signed_url(key).await.unwrap();
        assert_eq!(app.get(&link).await, (200, key.to_owned()), "{key:?}");
        let write = app.files.signed_url(key).write().await.unwrap();
        assert_eq!(app.put(&write, key).await.status(), 200, "{key:?}");
    }
    let page = app.files.list().await.unwrap();
    assert_eq!(page.items.len(), keys.len());
}

#[tokio::test]
async fn a_download_has_the_name_that_the_link_says() {
    let app = App::memory();
    app.files.put("a", "a").content_disposition("inline").await.unwrap();
    let link = app.files.signed_url("a").download_as("\u{dc}bersicht.pdf").await.unwrap();
    let served = app.answer(Request::new("GET", link.url())).await;
    let said = "attachment; filename=\"_bersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf";
    assert_eq!(served.header("content-disposition"), Some(said));
    let link = app.files.signed_url("a").show_as("\u{dc}bersicht.pdf").await.unwrap();
    let served = app.answer(Request::new("GET", link.url())).await;
    assert_eq!(
        served.header("content-disposition"),
        Some(said.replace("attachment", "inline").as_str())
    );
    let control = "has the control character U+000A: it is ";
    for (link, says) in [
        (app.files.signed_url("a").download_as("a\nb"), control),
        (app.files.signed_url("a").content_disposition("attachment\n"), control),
        (app.files.signed_url("a").download_as(""), "is empty"),
        (app.files.signed_url("a").download_as("x".repeat(1024)), "1 to 1,024 bytes"),
        (app.files.signed_url("a").write().download_as("a"), "that is for `read()`"),
    ] {
        let error = link.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.message().contains(says), "{error}");
    }
}

#[tokio::test]
async fn what_a_browser_would_run_is_saved() {
    let app = App::memory();
    let disposition = async |content_type: &str, written: Option<&str>, said: Option<&str>| {
        let mut put = app.files.put("a", "a").content_type(content_type);
        if let Some(written) = written {
            put = put.content_disposition(written);
        }
        put.await.unwrap();
        let mut link = app.files.signed_url("a");
        if let Some(said) = said {
            link = link.content_disposition(said);
        }
        let served = app.answer(Request::new("GET", link.await.unwrap().url())).await;
        served.header("content-disposition").map(str::to_owned)
    };
    let attachment = Some("attachment".to_owned());
    assert_eq!(disposition("image/png", None, None).await, None);
    assert_eq!(disposition("text/html", None, None).await, attachment);
    assert_eq!(disposition("text/html", Some("inline"), None).await, attachment);
    let named = "Attachment; filename=\"a.html\"";
    assert_eq!(disposition("text/html", Some(named), None).await.as_deref(), Some(named));
    let inline = "inline; filename=\"a.html\"";
    assert_eq!(disposition("text/html", None, Some(inline)).await.as_deref(), Some(inline));

    // The type that the link says is the one that counts.
    let link = app.files.signed_url("a").content_type("image/svg+xml").await.unwrap();
    let served = app.answer(Request::new("GET", link.url())).await;
    assert_eq!(served.header("content-type"), Some("image/svg+xml"));
    assert_eq!(served.header("content-disposition"), Some("attachment"));
}
