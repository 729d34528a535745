//! What a server does not start with.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};
use storage::ErrorKind;
use storage::rest::{Answer, ApiKey, Basic, Grant, Jwt, KvServer, Scope};

use crate::client::server;

#[track_caller]
fn does_not_start(server: KvServer, environment: &BTreeMap<&str, &str>, said: &str) {
    let error = server.start(environment).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert!(error.to_string().contains(said), "{error}");
}

#[test]
fn an_empty_list_of_addresses_is_nobody() {
    let server = server().public().allow_addresses(Vec::<String>::new());
    does_not_start(server, &BTreeMap::new(), "the list of addresses is empty");
}

#[test]
fn an_empty_prefix_is_not_all_keys() {
    let empty = || Grant::of([Scope::Read]).key_prefix("");
    assert!(!empty().allows(Scope::Read, Some("a")) && !empty().allows(Scope::Read, None));
    for server in [
        server().api_key(ApiKey::new("ci").text("key").grant(empty())),
        server().basic(Basic::new().text("ada", "password").grant(empty())),
        server().jwt(Jwt::secret().text("x".repeat(32)).any_issuer().any_audience().grant(empty())),
    ] {
        does_not_start(server, &BTreeMap::new(), "a key prefix is empty");
    }
}

#[test]
fn a_credential_is_one_that_can_be_sent() {
    let long = "x".repeat(256);
    for (key, said) in [
        ("key\n", "the variable `KV_API_KEY` begins or ends with white space"),
        (" key", "the variable `KV_API_KEY` begins or ends with white space"),
        ("k\0y", "the variable `KV_API_KEY` has a control character"),
        ("", "the variable `KV_API_KEY` is empty"),
        (&long, "the variable `KV_API_KEY` has more than 255 bytes"),
    ] {
        let environment = BTreeMap::from([("KV_API_KEY", key)]);
        does_not_start(server().api_key(ApiKey::default()), &environment, said);
    }
    let text = ApiKey::new("ci").text("key\t");
    does_not_start(server().api_key(text), &BTreeMap::new(), "a credential begins or ends");
    let password = Basic::new().text("ada", "password\n");
    does_not_start(server().basic(password), &BTreeMap::new(), "a credential begins or ends");
}

#[tokio::test]
async fn its_clients_are_told_in_the_form_of_all_answers() {
    let error = server().start(&BTreeMap::new()).unwrap_err();
    let response = Answer::from(error).into_response();
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let expected = json!({
        "status": 500, "success": false, "data": null,
        "error": { "code": "storage_misconfigured", "message": "this server is not configured" },
    });
    assert_eq!(body, expected);
}
