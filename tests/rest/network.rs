//! Pages of other origins, addresses, and how often they ask.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Extension;
use storage::rest::{Cors, Process, RateLimiter};

use crate::client::{Client, guarded, open, server};

const ORIGIN: &str = "https://app.example";

#[tokio::test]
async fn a_browser_may_write_from_another_origin() {
    let cors = Cors::origins([ORIGIN]).max_age_seconds(600).expose(["retry-after"]);
    let client = Client::new(guarded(server().cors(cors)));
    let asks = [("origin", ORIGIN), ("access-control-request-method", "PUT")];
    let preflight = client.ask("OPTIONS", "/v1/kv/a", &asks, "").await;
    assert_eq!(preflight.status, 204);
    for (name, value) in [
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-methods", "GET, HEAD, PUT, DELETE, OPTIONS"),
        (
            "access-control-allow-headers",
            "accept, authorization, content-type, if-none-match, x-api-key",
        ),
        ("access-control-max-age", "600"),
        ("vary", "accept, origin"),
    ] {
        assert_eq!(preflight.header(name), Some(value), "{name}");
    }
    // Errors too, or a page could not tell what is wrong.
    let refused = client.ask("PUT", "/v1/kv/a", &[("origin", ORIGIN)], "").await;
    refused.is_error(401, "storage_unauthorized");
    assert_eq!(refused.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(refused.header("access-control-expose-headers"), Some("retry-after"));
    assert_eq!(refused.header("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn other_origins_are_told_nothing() {
    let client = Client::new(guarded(server().cors(Cors::origins([ORIGIN]))));
    for origin in
        ["https://evil.example", "https://app.example.evil", "null", "HTTPS://APP.EXAMPLE"]
    {
        let asks = [("origin", origin), ("access-control-request-method", "PUT")];
        let preflight = client.ask("OPTIONS", "/v1/kv/a", &asks, "").await;
        assert!(preflight.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
        assert_eq!(preflight.header("vary"), Some("accept, origin"));
    }
    let client = Client::new(guarded(server()));
    let asks = [("origin", ORIGIN), ("access-control-request-method", "PUT")];
    let preflight = client.ask("OPTIONS", "/v1/kv/a", &asks, "").await;
    assert_eq!(preflight.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn any_origin_is_a_star_and_credentials_are_said() {
    let client = open(server().cors(Cors::any_origin()));
    let answered = client.ask("GET", "/health", &[("origin", ORIGIN)], "").await;
    assert_eq!(answered.header("access-control-allow-origin"), Some("*"));
    let client = open(server().cors(Cors::origins([ORIGIN]).credentials()));
    let answered = client.ask("GET", "/health", &[("origin", ORIGIN)], "").await;
    assert_eq!(answered.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answered.header("access-control-allow-credentials"), Some("true"));
}

/// A server that finds the address where a layer put it.
fn from(ip: Option<&str>, server: storage::rest::KvServer) -> Client {
    let service = server.public().start(&BTreeMap::new()).unwrap();
    let service = service.peer_address(|extensions| extensions.get::<IpAddr>().copied());
    let router = Router::new().fallback_service(service);
    Client::of(match ip {
        Some(ip) => router.layer(Extension(ip.parse::<IpAddr>().unwrap())),
        None => router,
    })
}

#[tokio::test]
async fn only_listed_addresses_are_answered() {
    let server = || server().allow_addresses(["192.0.2.0/24", "2001:db8::1"]);
    for (ip, status) in [
        (Some("192.0.2.77"), 200),
        (Some("2001:db8::1"), 200),
        (Some("192.0.3.1"), 403),
        (Some("2001:db8::10"), 403),
        (None, 403),
    ] {
        let client = from(ip, server());
        // What a client says of itself does not count.
        let headers = [("cf-connecting-ip", "192.0.2.1"), ("x-forwarded-for", "192.0.2.1")];
        let answered = client.ask("GET", "/health", &headers, "").await;
        assert_eq!(answered.status, status, "{ip:?}");
        if status == 403 {
            answered.is_error(403, "storage_forbidden");
        }
    }
    let nobody_finds = open(server());
    nobody_finds.get("/health").await.is_error(403, "storage_forbidden");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let counts: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
    let limiter = RateLimiter::new(move |key: String| {
        let mut counts = counts.lock().unwrap();
        let count = counts.entry(key).or_default();
        *count += 1;
        let has_room = *count <= 2;
        async move { Ok(has_room) }
    });
    let server = || server().rate_limiter(limiter.clone(), 60);
    let client = from(Some("192.0.2.1"), server());
    for _ in 0..2 {
        client.get("/v1/kv").await.data();
    }
    let refused = client.get("/v1/kv").await;
    refused.is_error(429, "storage_rate_limited");
    assert_eq!(refused.header("retry-after"), Some("60"));
    // An address that begins alike is another.
    from(Some("192.0.2.10"), server()).get("/v1/kv").await.data();
    // Before anybody is asked who they are: nobody can try all keys.
    let guarded = Client::new(guarded(server()));
    for status in [401, 401, 429] {
        assert_eq!(guarded.get("/v1/kv").await.status, status);
    }
}

#[test]
fn natively_there_is_no_binding_for_a_limit() {
    let error = server().public().rate_limit("LIMIT", 60).start(&Process).unwrap_err();
    assert!(error.to_string().contains("rate_limiter"), "{error}");
}
