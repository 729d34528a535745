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

fn token(secret: &str, resource: Resource, name: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    issue_token(&KeyRing::parse(secret).unwrap(), resource, name, now)
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
    let bearer = || Some(format!("Bearer {}", token(NEW, Resource::Bucket, "vault")));
    let (status, page) = post(&vault, bearer(), r#"{"limit":1}"#).await;
    assert_eq!((status, &page["rotated"], &page["keys"]), (200, &json!(1), &json!({"new": 1})));
    let asked = json!({ "limit": 1, "cursor": page["cursor"] }).to_string();
    let (status, page) = post(&vault, bearer(), &asked).await;
    assert_eq!((status, &page["rotated"], &page["cursor"]), (200, &json!(1), &Value::Null));

    let notes = Kv::<Notes>::connect(&during).unwrap();
    let bearer = format!("Bearer {}", token(NEW, Resource::Kv, "notes"));
    let request = Request { method: "POST", authorization: Some(bearer) };
    assert_eq!(notes.rotate_by(&request, "{}").await.unwrap().status(), 200);
}

#[tokio::test]
async fn nobody_else_gets_more_than_a_plain_no() {
    let [_, during, _] = rings();
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let good = token(NEW, Resource::Bucket, "vault");
    let refused = [
        None,
        Some(String::new()),
        Some(good.clone()),
        Some(format!("Basic {good}")),
        Some(format!("Bearer {good}, Bearer {good}")),
        Some(format!("Bearer {}", token(OLD, Resource::Bucket, "vault"))),
        Some(format!("Bearer {}", token(NEW, Resource::Kv, "vault"))),
        Some(format!("Bearer {}", token(NEW, Resource::Bucket, "attic"))),
    ];
    for authorization in refused {
        // The body is not looked at.
        let (status, body) = post(&vault, authorization.clone(), "no json").await;
        let plain = json!({ "error": { "code": "storage_forbidden", "message": "this request is not allowed" } });
        assert_eq!((status, body), (403, plain), "{authorization:?}");
    }
    let request = Request { method: "GET", authorization: Some(format!("Bearer {good}")) };
    let served = vault.rotate_by(&request, "").await.unwrap();
    assert_eq!((served.status(), served.header("allow")), (405, Some("POST")));
    assert!(!format!("{:?}", vault.rotate_by(&request, "")).contains(&good));
}

#[tokio::test]
async fn a_request_that_is_none_is_refused() {
    let [_, during, _] = rings();
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let bearer = format!("Bearer {}", token(NEW, Resource::Bucket, "vault"));
    let request = Request { method: "POST", authorization: Some(bearer) };
    for (body, kind) in [
        (String::new(), ErrorKind::InvalidOption),
        (r#"{"limit":0}"#.to_owned(), ErrorKind::InvalidOption),
        (r#"{"cursor":""}"#.to_owned(), ErrorKind::InvalidOption),
        (r#"{"prefix":1}"#.to_owned(), ErrorKind::InvalidOption),
        (" ".repeat(70_000), ErrorKind::ValueTooLarge),
    ] {
        assert_eq!(vault.rotate_by(&request, body).await.unwrap_err().kind(), kind);
    }
}
