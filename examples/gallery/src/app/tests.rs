//! The routes, natively: who may reach what, and what is refused.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::files::clean;
use super::{App, router};

const ADA: &str = "AdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaA";
const BOB: &str = "BobBobBobBobBobBobBobBobBobBobBobBobBobBobB";

const LONGER: &str = "AdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAA";
const NO_BASE64URL: &str = "Ada/daAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaAdaA";

/// Somebody who has the secret of an album, or of none.
struct Client<'a> {
    router: Router,
    secret: &'a str,
}

impl Client<'_> {
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if !self.secret.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.secret));
        }
        let text = body.map(|body| body.to_string()).unwrap_or_default();
        let request = request.header(CONTENT_TYPE, "application/json").body(Body::from(text));
        let answer = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn send(&self, link: &Value, body: &str) -> StatusCode {
        let path = link["url"].as_str().unwrap().replace("https://gallery.example.com", "");
        let mut request = Request::builder().method(link["method"].as_str().unwrap()).uri(path);
        for (name, value) in link["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    /// Uploads a photo and gives what it is called.
    async fn upload(&self, kind: &str, name: &str, bytes: &str) -> String {
        let file = json!({ "content_type": "image/png", "size": bytes.len() });
        let (status, begun) =
            self.ask("POST", &format!("/api/{kind}/uploads"), Some(file.clone())).await;
        assert_eq!((status, &begun["parts"]), (StatusCode::OK, &Value::Null));
        let photo = begun["photo"].as_str().unwrap().to_owned();
        let upload = format!("/api/{kind}/uploads/{photo}");
        let finished = json!({
            "name": name, "size": bytes.len(), "width": 1, "height": 1, "has_thumbnail": false,
        });
        let early = self.ask("PUT", &upload, Some(finished.clone())).await.0;
        assert_eq!(early, StatusCode::CONFLICT, "nothing was uploaded yet");
        let link = self.ask("POST", &format!("{upload}/original"), Some(file)).await.1;
        assert_eq!(self.send(&link, bytes).await, StatusCode::OK);
        for _ in 0..2 {
            let (status, listed) = self.ask("PUT", &upload, Some(finished.clone())).await;
            assert_eq!((status, &listed["name"]), (StatusCode::OK, &json!(clean(name))));
        }
        photo
    }

    async fn names(&self, kind: &str) -> Vec<Value> {
        let page = self.ask("GET", &format!("/api/{kind}/photos"), None).await.1;
        page["photos"].as_array().unwrap().iter().map(|photo| photo["name"].clone()).collect()
    }
}

#[tokio::test]
async fn an_album_is_reached_by_its_secret_alone() {
    let router = router(App::memory());
    let client = |secret| Client { router: router.clone(), secret };
    for (kind, other) in [("open", "private"), ("private", "open")] {
        let photo = client(ADA).upload(kind, "one.png", "1").await;
        assert_eq!(client(ADA).names(kind).await, ["one.png"]);
        assert_eq!(client(BOB).names(kind).await, [""; 0]);
        let one = format!("/api/{kind}/photos/{photo}");
        assert_eq!(client(ADA).ask("GET", &one, None).await.0, StatusCode::OK);
        assert_eq!(client(BOB).ask("GET", &one, None).await.0, StatusCode::NOT_FOUND);
        let share = format!("{one}/share");
        assert_eq!(client(BOB).ask("POST", &share, None).await.0, StatusCode::NOT_FOUND);
        let crossed = format!("/api/{other}/photos/{photo}");
        assert_eq!(client(ADA).ask("GET", &crossed, None).await.0, StatusCode::NOT_FOUND);
        for nobody in ["", "Ada", LONGER, NO_BASE64URL] {
            assert_eq!(client(nobody).ask("GET", &one, None).await.0, StatusCode::UNAUTHORIZED);
        }

        // What another album deletes is its own: nothing.
        assert_eq!(client(BOB).ask("DELETE", &one, None).await.0, StatusCode::NO_CONTENT);
        assert_eq!(client(ADA).names(kind).await, ["one.png"]);
        assert_eq!(client(ADA).ask("DELETE", &one, None).await.0, StatusCode::NO_CONTENT);
        assert_eq!(client(ADA).ask("GET", &one, None).await.0, StatusCode::NOT_FOUND);
        assert_eq!(client(ADA).names(kind).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_shared_link_works_once() {
    let ada = Client { router: router(App::memory()), secret: ADA };
    for kind in ["open", "private"] {
        let photo = ada.upload(kind, "an \u{fc}\"; filename=x.png", "photo").await;
        let share = format!("/api/{kind}/photos/{photo}/share");
        let link = ada.ask("POST", &share, None).await.1;
        assert_eq!(ada.send(&link, "").await, StatusCode::OK);
        assert_eq!(ada.send(&link, "").await, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn what_is_no_photo_is_refused() {
    let ada = Client { router: router(App::memory()), secret: ADA };
    let begin =
        |content_type: &str, size: u64| json!({ "content_type": content_type, "size": size });
    for (file, status) in [
        (begin("image/svg+xml", 1), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (begin("text/html", 1), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (begin("image/png", u64::MAX), StatusCode::PAYLOAD_TOO_LARGE),
        (begin("image/png", 0), StatusCode::OK),
    ] {
        let text = file.to_string();
        assert_eq!(ada.ask("POST", "/api/open/uploads", Some(file)).await.0, status, "{text}");
    }
    // Keys are made here: what is no name of a photo is none.
    for name in ["..", "..%2f..", "0123", "000000000000000000000000A", "%2e%2e%2fa"] {
        let photo = format!("/api/open/photos/{name}");
        let status = ada.ask("GET", &photo, None).await.0;
        assert!([StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND].contains(&status), "{status}");
    }
}

#[tokio::test]
async fn natively_no_link_leads_to_r2() {
    let ada = Client { router: router(App::memory()), secret: ADA };
    let config = ada.ask("GET", "/api/config", None).await.1;
    assert_eq!((&config["direct"], &config["open_bytes_max"]), (&Value::Null, &json!(100_000_000)));
}

#[tokio::test]
async fn the_page_runs_no_scripts_but_its_own() {
    let page = Request::builder().uri("/").body(Body::empty()).unwrap();
    let answer = router(App::memory()).oneshot(page).await.unwrap();
    let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn a_name_is_any_text_of_a_certain_length() {
    assert_eq!(clean(" a\u{0}\n<b>.png "), "a<b>.png");
    assert_eq!(clean("\t"), "photo");
    assert_eq!(clean(&"\u{1f600}".repeat(100)).len(), 252);
}
