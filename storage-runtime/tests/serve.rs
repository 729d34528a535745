//! Objects as answers to the requests of axum.
#![cfg(feature = "axum")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{any, get};
use storage::Bucket;
use storage::bucket::{AsRequest as _, Served};
use tower::ServiceExt as _;

#[storage::bucket(name = "files")]
struct Files;

#[storage::app(name = "files")]
#[derive(Clone)]
struct App {
    files: Bucket<Files>,
}

async fn by_request(
    State(app): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> storage::Result<Served> {
    app.files.serve(name, &request).await
}

async fn by_parts(
    State(app): State<App>,
    Path(name): Path<String>,
    request: Parts,
) -> storage::Result<Served> {
    app.files.serve(name, &request).await
}

async fn router() -> Router {
    let app = App::memory();
    app.files.put("a.txt", "0123456789").await.unwrap();
    Router::new()
        .route("/{name}", get(by_request))
        .route("/parts/{name}", any(by_parts))
        .with_state(app)
}

async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> (Response, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = router().await.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(to_bytes(body, 1024).await.unwrap().to_vec()).unwrap();
    (Response::from_parts(parts, Body::empty()), text)
}

#[tokio::test]
async fn both_forms_of_a_request_are_answered() {
    for path in ["/a.txt", "/parts/a.txt"] {
        let (response, body) = ask("GET", path, &[]).await;
        assert_eq!((response.status().as_u16(), body.as_str()), (200, "0123456789"));
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(response.headers()["content-length"], "10");

        let (response, body) = ask("GET", path, &[("range", "bytes=2-4")]).await;
        assert_eq!((response.status().as_u16(), body.as_str()), (206, "234"));
        assert_eq!(response.headers()["content-length"], "3");
        assert_eq!(response.headers()["content-range"], "bytes 2-4/10");
    }
}

#[tokio::test]
async fn head_tells_the_length_and_has_no_body() {
    for path in ["/a.txt", "/parts/a.txt"] {
        let (response, body) = ask("HEAD", path, &[]).await;
        assert_eq!((response.status().as_u16(), body.as_str()), (200, ""));
        assert_eq!(response.headers()["content-length"], "10");
    }
}

#[tokio::test]
async fn what_is_not_modified_has_no_length() {
    let (response, body) = ask("GET", "/a.txt", &[("if-none-match", "*")]).await;
    assert_eq!((response.status().as_u16(), body.as_str()), (304, ""));
    assert_eq!(response.headers().get("content-length"), None);
    assert_eq!(response.headers().get("content-type"), None);
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let (response, body) = ask("DELETE", "/parts/a.txt", &[]).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
    assert!(body.contains("storage_method_not_allowed"), "{body}");
}

#[tokio::test]
async fn several_headers_of_one_name_are_one_list() {
    let etag = ask("GET", "/a.txt", &[]).await.0.headers()["etag"].to_str().unwrap().to_owned();
    let one_of_two = [("if-none-match", "\"other\""), ("if-none-match", etag.as_str())];
    assert_eq!(ask("GET", "/a.txt", &one_of_two).await.0.status(), 304);
    let ranges = [("range", "bytes=0-1"), ("range", "bytes=3-4")];
    assert_eq!(ask("GET", "/a.txt", &ranges).await.0.status(), 200);
}

#[test]
fn bytes_that_are_no_text_are_in_no_etag() {
    let mut request = Request::new(());
    let value = HeaderValue::from_bytes(b"\"\xff\"").unwrap();
    request.headers_mut().insert("if-match", value);
    assert_eq!(request.header("if-match").unwrap(), "\"\u{fffd}\"");
    assert_eq!(request.header("if-range"), None);
}
