//! Requests of `cargo storage rotate`.

use std::borrow::Cow;
use std::time::SystemTime;

use serde_json::{Value, json};
use storage_core::ErrorKind;
use storage_core::crypto::{KeyRing, Resource};
use storage_core::rotation::issue_token;

use super::rings;
use crate::bucket::AsRequest;
use crate::declare::Handle as _;
use crate::encryption::tests::{NEW, Notes, OLD, Vault};
use crate::{Bucket, Kv};

struct Request {
    method: &'static str,
    authorization: Option<String>,
}

impl AsRequest for Request {
    fn method(&self) -> Cow<'_, str> {
        self.method.into()
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.authorization.as_deref().filter(|_| name == "authorization");
        value.map(Cow::Borrowed)
    }
}

fn token(secret: &str, resource: Resource, name: &str, body: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    issue_token(&KeyRing::parse(secret).unwrap(), resource, name, body.as_bytes(), now)
}

async fn post(vault: &Bucket<Vault>, authorization: Option<String>, body: &str) -> (u16, Value) {
    let request = Request { method: "POST", authorization };
    let served = vault.rotate_by(&request, body).await.unwrap();
    let status = served.status();
    assert_eq!(served.header("cache-control"), Some("no-store"));
    let body = served.into_body().gather(10_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_page_is_rotated_for_whoever_has_the_keys() {
    let [before, during, _] = rings();
    let old = Bucket::<Vault>::connect(&before).unwrap();
    for key in ["a", "b"] {
        old.put(key, "text").await.unwrap();
    }
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let bearer = |body| Some(format!("Bearer {}", token(NEW, Resource::Bucket, "vault", body)));
    let asked = r#"{"limit":1}"#;
    let (status, page) = post(&vault, bearer(asked), asked).await;
    assert_eq!((status, &page["rotated"], &page["keys"]), (200, &json!(1), &json!({"new": 1})));
    let asked = json!({ "limit": 1, "cursor": page["cursor"] }).to_string();
    let (status, page) = post(&vault, bearer(&asked), &asked).await;
    assert_eq!((status, &page["rotated"], &page["cursor"]), (200, &json!(1), &Value::Null));

    let notes = Kv::<Notes>::connect(&during).unwrap();
    let bearer = format!("Bearer {}", token(NEW, Resource::Kv, "notes", "{}"));
    let request = Request { method: "POST", authorization: Some(bearer) };
    assert_eq!(notes.rotate_by(&request, "{}").await.unwrap().status(), 200);
}

#[tokio::test]
async fn nobody_else_gets_more_than_a_plain_no() {
    let [_, during, _] = rings();
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let plain = r#"{"encrypt_plain":true}"#;
    let good = token(NEW, Resource::Bucket, "vault", plain);
    let refused = [
        None,
        Some(String::new()),
        Some(good.clone()),
        Some(format!("Basic {good}")),
        Some(format!("Bearer {good}, Bearer {good}")),
        Some(format!("Bearer {}", token(OLD, Resource::Bucket, "vault", plain))),
        Some(format!("Bearer {}", token(NEW, Resource::Kv, "vault", plain))),
        Some(format!("Bearer {}", token(NEW, Resource::Bucket, "attic", plain))),
        // Of another request that somebody saw.
        Some(format!("Bearer {}", token(NEW, Resource::Bucket, "vault", "{}"))),
    ];
    for authorization in refused {
        let (status, body) = post(&vault, authorization.clone(), plain).await;
        assert_eq!((status, body), (403, forbidden()), "{authorization:?}");
    }
    // Longer than what is read before it is known who asks.
    let long = " ".repeat(64 * 1024 + 1);
    let bearer = Some(format!("Bearer {}", token(NEW, Resource::Bucket, "vault", &long)));
    assert_eq!(post(&vault, bearer, &long).await, (403, forbidden()));

    let request = Request { method: "GET", authorization: Some(format!("Bearer {good}")) };
    let served = vault.rotate_by(&request, "").await.unwrap();
    assert_eq!((served.status(), served.header("allow")), (405, Some("POST")));
    assert!(!format!("{:?}", vault.rotate_by(&request, "")).contains(&good));
}

fn forbidden() -> Value {
    json!({ "error": { "code": "storage_forbidden", "message": "this request is not allowed" } })
}

#[tokio::test]
async fn a_request_that_is_none_is_refused() {
    let [_, during, _] = rings();
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let longest = " ".repeat(64 * 1024);
    for body in ["", r#"{"limit":0}"#, r#"{"cursor":""}"#, r#"{"prefix":1}"#, &longest] {
        let bearer = format!("Bearer {}", token(NEW, Resource::Bucket, "vault", body));
        let request = Request { method: "POST", authorization: Some(bearer) };
        let error = vault.rotate_by(&request, body.to_owned()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
    }
}
