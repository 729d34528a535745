//! What browsers ask and look for.

use super::support::{App, Request};

const APP: &str = "https://app.example.com";

fn question(url: &str, origin: &str, method: &str, headers: &str) -> Request {
    let request = Request::new("OPTIONS", url).header("origin", origin);
    request
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
}

#[tokio::test]
async fn a_browser_is_told_what_its_page_may() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().await.unwrap();
    let served = app.answer(question(link.url(), APP, "PUT", "Content-Type")).await;
    assert_eq!(served.status(), 204);
    let headers = [
        ("access-control-allow-origin", APP),
        ("access-control-allow-methods", "GET, PUT"),
        ("access-control-allow-headers", "Content-Type"),
        ("access-control-max-age", "60"),
    ];
    for (name, value) in headers {
        assert_eq!(served.header(name), Some(value), "{name}");
    }
    for (origin, method, headers) in [
        ("https://other.example.com", "PUT", ""),
        ("null", "PUT", ""),
        ("https://app.example.com.evil.example", "PUT", ""),
        (APP, "DELETE", ""),
        (APP, "PUT", "x-other"),
        (APP, "PUT", "content-type, x-other"),
    ] {
        let served = app.answer(question(link.url(), origin, method, headers)).await;
        assert_eq!(served.status(), 403, "{origin} {method} {headers}");
        assert_eq!(served.header("access-control-allow-origin"), None);
    }
    let vault = app.vault.signed_url("a").await.unwrap();
    let served = app.answer(question(vault.url(), APP, "GET", "")).await;
    assert_eq!(served.status(), 403, "a bucket without CORS");
}

#[tokio::test]
async fn a_page_may_read_every_answer_or_none() {
    let app = App::memory();
    let link = app.files.signed_url("a").write().max_size(1).await.unwrap();
    for (body, status) in [("1", 200), ("12", 413)] {
        let request = Request::new("PUT", link.url()).header("origin", APP).body(body);
        let served = app.answer(request).await;
        assert_eq!(served.status(), status);
        assert_eq!(served.header("access-control-allow-origin"), Some(APP));
        assert_eq!(served.header("access-control-expose-headers"), Some("etag"));
        assert_eq!(served.header("vary"), Some("Origin"));
    }
    let request = Request::new("GET", link.url()).header("origin", APP);
    let refused = app.answer(request).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.header("access-control-allow-origin"), Some(APP));
    let other = Request::new("GET", link.url()).header("origin", "https://other.example.com");
    assert_eq!(app.answer(other).await.header("access-control-allow-origin"), None);
}
