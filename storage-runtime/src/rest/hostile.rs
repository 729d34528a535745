//! Clients that mean no good.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;
use storage_core::ErrorKind;
use storage_core::key::KvKey;

use super::{ApiKey, Grant, Incoming, KvServer, KvService, Scope};
use crate::backend::{EntryExpiry, Memory, PutEntry};
use crate::bucket::AsRequest;
use crate::declare::{DeclareKv, Handle};
use crate::error::Error;
use crate::{Body, Kv};

#[crate::kv(name = "sessions")]
struct Sessions;

#[crate::kv(name = "numbers", value = u32)]
struct Numbers;

struct Request(&'static str, &'static str);

impl AsRequest for Request {
    fn method(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "content-type" => Some(Cow::Borrowed(self.1)),
            "x-api-key" => Some(Cow::Borrowed("a key of tests")),
            _ => None,
        }
    }
}

/// What somebody is answered who was granted that: the status, the code, and all of it.
struct Client(KvService);

impl Client {
    fn of<D: DeclareKv>(scopes: impl IntoIterator<Item = Scope>) -> Self
    where
        Kv<D>: Handle,
    {
        let Ok(kv) = Kv::<D>::connect(&Memory);
        Self::with(kv, scopes)
    }

    fn with<D: DeclareKv>(kv: Kv<D>, scopes: impl IntoIterator<Item = Scope>) -> Self {
        let key = ApiKey::new("client").variable("KEY").grant(Grant::of(scopes));
        let environment = BTreeMap::from([("KEY", "a key of tests")]);
        Self(KvServer::new(kv).api_key(key).start(&environment).unwrap())
    }

    async fn ask(&self, method: &'static str, target: &str, body: impl Into<Body>) -> (u16, Value) {
        let json = Request(method, "application/json");
        self.send(Incoming::new(target, json).body(body)).await
    }

    async fn send(&self, request: Incoming) -> (u16, Value) {
        let answer = self.0.answer(request).await;
        let status = answer.status();
        let body = answer.into_body().gather(u64::MAX).await.unwrap();
        assert!(body.len() < 2000, "{} bytes", body.len());
        (status, serde_json::from_slice(&body).unwrap())
    }
}

#[tokio::test]
async fn a_refusal_is_short_whatever_was_sent() {
    let long = "\u{300}".repeat(500_000);
    let client = Client::of::<Sessions>([Scope::Read, Scope::Write]);
    for body in [
        format!(r#"{{"get":"{long}"}}"#),
        format!(r#"{{"get":["{long}"]}}"#),
        format!(r#"{{"{long}":1}}"#),
        format!(r#"{{"put":[{{"key":"a","value":1,"ttl":"{long}"}}]}}"#),
        format!(r#""{long}""#),
    ] {
        let (status, answer) = client.ask("POST", "/v1/kv:batch", body).await;
        assert_eq!(status, 400, "{answer}");
    }
    let client = Client::of::<Numbers>([Scope::Write]);
    for value in [format!(r#""{long}""#), format!(r#"{{"{long}":1}}"#)] {
        let (status, answer) =
            client.ask("PUT", "/v1/kv/a", format!(r#"{{"value":{value}}}"#)).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &"storage_invalid_value".into()));
        let bytes = Incoming::new("/v1/kv/a", Request("PUT", "application/octet-stream"));
        assert_eq!(client.send(bytes.body(value)).await.0, 400);
    }
}

#[tokio::test]
async fn nothing_is_read_of_somebody_who_may_do_nothing() {
    let client = Client::of::<Sessions>([Scope::Admin]);
    let unread = stream::iter([Err::<Bytes, _>(Error::new(ErrorKind::Internal, "it is read"))]);
    let (status, answer) = client.ask("POST", "/v1/kv:batch", Body::stream(unread)).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &"storage_forbidden".into()));
    for scope in [Scope::Read, Scope::Write] {
        let client = Client::of::<Sessions>([scope]);
        assert_eq!(client.ask("POST", "/v1/kv:batch", "{}").await.0, 200);
    }
}

#[tokio::test]
async fn what_would_break_the_readers_of_others_is_not_kept() {
    let client = Client::of::<Sessions>([Scope::Read, Scope::Write]);
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let deep = format!(r#"{{"n":1.0,"a":{}}}"#, nested(400));
    for metadata in [deep.as_str(), r#"{"a":"\ud800","n":1.0}"#, r#"{"n":1e999}"#] {
        let body = format!(r#"{{"value":1,"metadata":{metadata}}}"#);
        let (status, answer) = client.ask("PUT", "/v1/kv/a", body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &"storage_invalid_value".into()));
        let body = format!(r#"{{"put":[{{"key":"a","value":1,"metadata":{metadata}}}]}}"#);
        assert_eq!(client.ask("POST", "/v1/kv:batch", body).await.0, 400);
    }
    for (levels, expected) in [(127, 200), (128, 400)] {
        let body = format!(r#"{{"value":{}}}"#, nested(levels));
        let answer = client
            .0
            .answer(Incoming::new("/v1/kv/deep", Request("PUT", "application/json")).body(body));
        assert_eq!(answer.await.status(), expected);
        let body = format!(r#"{{"put":[{{"key":"b","value":{}}}]}}"#, nested(levels));
        assert_eq!(client.ask("POST", "/v1/kv:batch", body).await.0, expected);
    }
    let (_, page) = client.ask("GET", "/v1/kv", "").await;
    assert_eq!(page["data"]["entries"].as_array().unwrap().len(), 2, "{page}");
}

/// What is there already, by whatever program.
#[tokio::test]
async fn metadata_that_is_no_json_for_everybody_is_left_out() {
    let Ok(kv) = Kv::<Sessions>::connect(&Memory);
    for (key, metadata) in
        [("a", r#"{"n":1e999}"#), ("b", r#"{"a":"\ud800"}"#), ("c", r#"{"a":1.0}"#)]
    {
        let (key, expiry) = (KvKey::new(key).unwrap(), EntryExpiry::Never);
        let (value, metadata) = (Bytes::from_static(b"1"), metadata.to_owned());
        kv.backend().put(PutEntry { key, value, metadata, expiry }).await.unwrap();
    }
    let (_, page) = Client::with(kv, [Scope::Read]).ask("GET", "/v1/kv", "").await;
    let entries = page["data"]["entries"].as_array().unwrap();
    let with_metadata = |entry: &&Value| entry.get("metadata").is_some();
    assert_eq!((entries.len(), entries.iter().filter(with_metadata).count()), (3, 1), "{page}");
}
