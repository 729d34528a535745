//! Reading, writing and deleting entries.

use std::time::{Duration, SystemTime};

use serde_json::json;
use storage::Kv;
use storage::rest::KvServer;

use crate::client::{App, Client, Configs, open, server};

const BYTES: (&str, &str) = ("content-type", "application/octet-stream");

fn in_seconds(seconds: u64) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    (now + Duration::from_secs(seconds)).as_secs()
}

#[tokio::test]
async fn values_come_back_in_the_envelope() {
    let client = open(server());
    for value in
        ["1", "-0.50", "\"text\"", "true", "false", "[1, {\"a\":null}]", "{}", "[]", "\"\""]
    {
        let put = client.put("/v1/kv/a", &format!(r#"{{"value": {value} }}"#)).await;
        assert_eq!(put.data(), serde_json::from_str::<serde_json::Value>(value).unwrap());
        let got = client.get("/v1/kv/a").await;
        let expected = format!(r#"{{"status":200,"success":true,"data":{value}}}"#);
        assert_eq!(String::from_utf8(got.body.clone()).unwrap(), expected);
        assert_eq!(got.header("content-type"), Some("application/json"));
        assert_eq!(got.header("cache-control"), Some("no-store"));

        let head = client.ask("HEAD", "/v1/kv/a", &[], "").await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), Some(&*expected.len().to_string()));
    }
}

#[tokio::test]
async fn numbers_and_texts_are_what_was_sent() {
    let client = open(server());
    let value = r#"[12345678901234567890123, 1.0, 1e400, "\u00fc ü \ud83d\ude00"]"#;
    client.put("/v1/kv/a", &format!(r#"{{"value":{value}}}"#)).await;
    let got = client.get("/v1/kv/a").await;
    assert!(String::from_utf8(got.body).unwrap().contains(value));
}

#[tokio::test]
async fn what_is_not_there_is_no_success() {
    let client = open(server());
    let missing = client.get("/v1/kv/a").await;
    missing.is_error(404, "storage_entry_not_found");
    assert_eq!(missing.json()["data"], json!(null));
    for method in ["DELETE", "DELETE"] {
        assert_eq!(client.ask(method, "/v1/kv/a", &[], "").await.data(), json!(true));
    }
    client.put("/v1/kv/a", r#"{"value":1}"#).await.data();
    client.ask("DELETE", "/v1/kv/a", &[], "").await.data();
    client.get("/v1/kv/a").await.is_error(404, "storage_entry_not_found");
}

#[tokio::test]
async fn keys_are_what_they_say() {
    let client = open(server());
    let keys = [
        ("a/b", "a/b"),
        ("a_b", "a_b"),
        ("a%2Fc", "a/c"),
        ("a/", "a/"),
        ("a//b", "a//b"),
        ("%20+%2B", " ++"),
        ("%C3%BC%F0%9F%98%80", "ü😀"),
        ("%3Fq%23%25", "?q#%"),
        ("%252F", "%2F"),
        (":batch", ":batch"),
        ("..a", "..a"),
        ("a%00b", "a\0b"),
    ];
    for (path, key) in keys {
        let body = json!({ "value": key }).to_string();
        client.put(&format!("/v1/kv/{path}"), &body).await.data();
    }
    for (path, key) in keys {
        assert_eq!(client.get(&format!("/v1/kv/{path}")).await.data(), json!(key), "{path}");
    }
    let page = client.get("/v1/kv").await.data();
    let mut listed: Vec<_> =
        page["entries"].as_array().unwrap().iter().map(|e| e["key"].as_str().unwrap()).collect();
    let mut expected = keys.map(|(_, key)| key);
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn keys_that_can_not_be_are_refused() {
    let client = open(server());
    let too_long = "x".repeat(513);
    for path in ["", "%FF", "%2E", "%2e%2E", &too_long] {
        let target = format!("/v1/kv/{path}");
        client.get(&target).await.is_error(400, "storage_invalid_key");
        client.put(&target, r#"{"value":1}"#).await.is_error(400, "storage_invalid_key");
        client.ask("DELETE", &target, &[], "").await.is_error(400, "storage_invalid_key");
    }
    client.put(&format!("/v1/kv/{}", "x".repeat(512)), r#"{"value":1}"#).await.data();
}

#[tokio::test]
async fn the_base_path_is_no_part_of_a_key() {
    let app = App::memory();
    let server = KvServer::new(app.configs.clone()).base_path("/x").kv_path("/store/");
    let client = open(server);
    client.put("/x/store/a", r#"{"value":1}"#).await.data();
    assert!(app.configs.get("a").await.unwrap().is_some());
    assert_eq!(app.configs.list().await.unwrap().items.len(), 1);
    for path in ["/store/a", "/v1/kv/a", "/health", "/x", "/x/v1/kv/a", "/xx/store/a"] {
        client.get(path).await.is_error(404, "storage_route_not_found");
    }
    client.get("/x/health").await.data();
}

#[tokio::test]
async fn entries_expire_when_they_are_to() {
    let app = App::memory();
    let client = open(KvServer::new(app.configs.clone()));
    client.put("/v1/kv/ttl", r#"{"value":1,"ttl":60}"#).await.data();
    let at = in_seconds(3600);
    client.put("/v1/kv/at", &json!({ "value": 1, "expiration": at }).to_string()).await.data();
    client.put("/v1/kv/float", r#"{"value":1,"ttl":6.0e1}"#).await.data();
    client.put("/v1/kv/never", r#"{"value":1}"#).await.data();
    client.ask("PUT", "/v1/kv/raw?ttl=120", &[BYTES], "x").await.data();
    let raw_at = format!("/v1/kv/raw-at?expiration={at}");
    client.ask("PUT", &raw_at, &[BYTES], "x").await.data();

    let page = client.get("/v1/kv").await.data();
    let expiration = |key: &str| {
        let entries = page["entries"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["key"] == key).unwrap();
        entry["expiration"].as_u64()
    };
    assert_eq!((expiration("at"), expiration("raw-at")), (Some(at), Some(at)));
    assert_eq!(expiration("never"), None);
    for (key, seconds) in [("ttl", 60), ("float", 60), ("raw", 120)] {
        let expected = in_seconds(seconds);
        assert!((expected - 5..=expected).contains(&expiration(key).unwrap()), "{key}");
    }
}

#[tokio::test]
async fn an_expiry_that_can_not_be_is_refused() {
    let client = open(server());
    let past = in_seconds(0) - 1;
    for terms in [
        json!({ "ttl": 59 }),
        json!({ "ttl": 0 }),
        json!({ "ttl": u64::from(u32::MAX) }),
        json!({ "expiration": past }),
        json!({ "expiration": u64::MAX }),
        json!({ "ttl": 60, "expiration": past + 1000 }),
    ] {
        let mut body = terms.clone();
        body["value"] = json!(1);
        let put = client.put("/v1/kv/a", &body.to_string()).await;
        put.is_error(400, "storage_invalid_option");
    }
    let body = json!({ "value": 1, "expiration": past }).to_string();
    let said = client.put("/v1/kv/a", &body).await.is_error(400, "storage_invalid_option");
    assert!(said.contains("expiration is 0 s"), "{said}");
    for json in
        [json!({ "value": 1, "expiration": past * 1000 }), json!({ "value": 1, "expiration": 60 })]
    {
        let put = client.put("/v1/kv/a", &json.to_string()).await;
        let said = put.is_error(400, "storage_invalid_option");
        assert!(said.ends_with("; help: `expiration` is in seconds since 1970"), "{said}");
    }
    let put = client.put("/v1/kv/a?ttl=60", r#"{"value":1}"#).await;
    let said = put.is_error(400, "storage_invalid_option");
    assert!(said.contains("no parameter `ttl` here") && said.contains("into the body"), "{said}");
    for query in ["ttl=59", "ttl=-1", "ttl=", "ttl=60&ttl=60", "tll=60", "expiration=1.5"] {
        let put = client.ask("PUT", &format!("/v1/kv/a?{query}"), &[BYTES], "x").await;
        put.is_error(400, "storage_invalid_option");
    }
    client.get("/v1/kv/a").await.is_error(404, "storage_entry_not_found");
}

#[tokio::test]
async fn metadata_comes_back() {
    let client = open(server());
    client.put("/v1/kv/a", r#"{"value":1,"metadata":{"by":"ada","n":[1]}}"#).await.data();
    assert_eq!(client.get("/v1/kv/a").await.json()["metadata"], json!({ "by": "ada", "n": [1] }));
    let target = "/v1/kv/b?metadata=%7B%22by%22%3A%22bob%22%7D";
    client.ask("PUT", target, &[BYTES], "x").await.data();
    let page = client.get("/v1/kv").await.data();
    assert_eq!(page["entries"][1]["metadata"], json!({ "by": "bob" }));
    assert_eq!(page["entries"][0]["size"], 1);

    for metadata in ["x", "", "%7B"] {
        let target = format!("/v1/kv/c?metadata={metadata}");
        let put = client.ask("PUT", &target, &[BYTES], "x").await;
        let said = put.is_error(400, "storage_invalid_option");
        assert!(said.starts_with("the parameter `metadata` is no JSON; help: "), "{said}");
    }
    for metadata in ["1", "null", "[]", "\"text\""] {
        let body = format!(r#"{{"value":1,"metadata":{metadata}}}"#);
        client.put("/v1/kv/c", &body).await.is_error(400, "storage_invalid_value");
    }
    let body = json!({ "value": 1, "metadata": { "long": "x".repeat(1024) } }).to_string();
    let said = client.put("/v1/kv/c", &body).await.is_error(400, "storage_metadata_too_large");
    assert!(said.contains("of them this library's own"), "{said}");
}

#[tokio::test]
async fn create_only_keeps_what_is_there() {
    let client = open(server());
    let create = [("content-type", "application/json"), ("if-none-match", "*")];
    client.ask("PUT", "/v1/kv/a", &create, r#"{"value":1}"#).await.data();
    let again = client.ask("PUT", "/v1/kv/a", &create, r#"{"value":2}"#).await;
    again.is_error(412, "storage_precondition_failed");
    assert_eq!(client.get("/v1/kv/a").await.data(), json!(1));
    for header in [("if-none-match", "\"etag\""), ("if-match", "*")] {
        let headers = [("content-type", "application/json"), header];
        let put = client.ask("PUT", "/v1/kv/a", &headers, r#"{"value":2}"#).await;
        put.is_error(400, "storage_invalid_option");
    }
}

/// KV can't look after them: whoever sends one relies on it.
#[tokio::test]
async fn a_condition_is_never_ignored_where_something_changes() {
    let client = open(server());
    client.put("/v1/kv/a", r#"{"value":1}"#).await.data();
    let json = ("content-type", "application/json");
    for condition in [
        ("if-match", "\"zzz\""),
        ("if-match", "*"),
        ("if-none-match", "*"),
        ("if-none-match", "\"zzz\""),
        ("if-unmodified-since", "Sun, 22 Nov 2026 06:00:00 GMT"),
    ] {
        let delete = client.ask("DELETE", "/v1/kv/a", &[condition], "").await;
        let said = delete.is_error(400, "storage_invalid_option");
        assert!(said.contains(condition.0) && said.contains("only a `PUT` has one"), "{said}");
        let batch = r#"{"put":[{"key":"a","value":2}]}"#;
        let batch = client.ask("POST", "/v1/kv:batch", &[json, condition], batch).await;
        batch.is_error(400, "storage_invalid_option");
        // Nothing has an etag, so a client that has the value already gets it again.
        assert_eq!(client.ask("GET", "/v1/kv/a", &[condition], "").await.data(), json!(1));
    }
}

#[tokio::test]
async fn what_is_no_media_type_is_not_stored() {
    let client = open(server());
    for content_type in ["nonsense", "text", "/", "text/", "text/a b", "text/html/x", "; a=1"] {
        let put = client.ask("PUT", "/v1/kv/a", &[("content-type", content_type)], "x").await;
        let said = put.is_error(415, "storage_unsupported_media_type");
        assert!(said.contains("is no media type; help: "), "{said}");
    }
    client.get("/v1/kv/a").await.is_error(404, "storage_entry_not_found");
}

#[tokio::test]
async fn a_listing_with_a_slash_too_many_is_told_so() {
    let said = open(server()).get("/v1/kv/?prefix=l/").await.is_error(400, "storage_invalid_key");
    assert_eq!(said, "the key is empty; help: a listing is `/v1/kv`, without a slash at the end");
}

#[tokio::test]
async fn what_is_no_value_is_refused_in_one_form() {
    let client = open(server());
    for (body, code) in [
        ("", "storage_invalid_json"),
        ("{", "storage_invalid_json"),
        ("nonsense", "storage_invalid_json"),
        (r#"{"value":1}x"#, "storage_invalid_json"),
        ("{\"value\":\"\u{1}\"}", "storage_invalid_json"),
        ("{}", "storage_invalid_value"),
        ("1", "storage_invalid_value"),
        (r#"{"value":null}"#, "storage_invalid_value"),
        (r#"{"value":1,"tll":60}"#, "storage_invalid_value"),
        (r#"{"value":1,"value":2}"#, "storage_invalid_value"),
        (r#"{"value":1,"ttl":"60"}"#, "storage_invalid_value"),
        (r#"{"value":1,"ttl":null}"#, "storage_invalid_value"),
        (r#"{"value":1,"ttl":60.5}"#, "storage_invalid_value"),
        (r#"{"value":1,"ttl":-60}"#, "storage_invalid_value"),
        (r#"{"value":1,"ttl":1e300}"#, "storage_invalid_value"),
    ] {
        let refused = client.put("/v1/kv/a", body).await;
        refused.is_error(400, code);
        assert_eq!(refused.json()["data"], json!(null));
    }
    for body in ["[5,60]", " [5]", "[]", "5", "\"5\"", "true", "null"] {
        let said = client.put("/v1/kv/a", body).await.is_error(400, "storage_invalid_value");
        assert_eq!(said, "the body is no JSON object; help: `{\"value\": ...}`");
    }
    let forms = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""];
    for content_type in forms {
        let put = client.ask("PUT", "/v1/kv/a", &[("content-type", content_type)], "a=1").await;
        put.is_error(415, "storage_unsupported_media_type");
    }
    for encoding in ["gzip", "br", "identity, gzip"] {
        let put =
            client.ask("PUT", "/v1/kv/a", &[BYTES, ("content-encoding", encoding)], "a").await;
        put.is_error(415, "storage_unsupported_media_type");
    }
    let two = [BYTES, ("content-type", "text/plain")];
    let put = client.ask("PUT", "/v1/kv/a", &two, "a").await;
    put.is_error(400, "storage_invalid_option");
    let none = client.ask("PUT", "/v1/kv/a", &[], "a").await;
    none.is_error(415, "storage_unsupported_media_type");
    client.get("/v1/kv/a").await.is_error(404, "storage_entry_not_found");

    let plain = [("content-encoding", "identity"), ("content-type", "text/x; a=\"b,c\"")];
    client.ask("PUT", "/v1/kv/a", &plain, "a").await.data();
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let client = open(server().max_body_bytes(20));
    client.put("/v1/kv/a", r#"{"value":12345678}  "#).await.data();
    client.put("/v1/kv/b", r#"{"value":123456789} "#).await.data();
    client
        .put("/v1/kv/c", r#"{"value":1234567890} "#)
        .await
        .is_error(413, "storage_value_too_large");
    let put = client.ask("PUT", "/v1/kv/c", &[BYTES], "x".repeat(21)).await;
    put.is_error(413, "storage_value_too_large");
    client.get("/v1/kv/c").await.is_error(404, "storage_entry_not_found");
}

#[tokio::test]
async fn bytes_come_back_as_they_are() {
    let client = open(server());
    let bytes: Vec<u8> = (0..=255).collect();
    let png = [("content-type", "image/png")];
    client.ask("PUT", "/v1/kv/a", &png, bytes.clone()).await.data();
    for accept in [None, Some("*/*"), Some("image/*"), Some("image/png, application/json;q=0.1")] {
        let headers: Vec<_> = accept.map(|accept| ("accept", accept)).into_iter().collect();
        let got = client.ask("GET", "/v1/kv/a", &headers, "").await;
        assert_eq!(got.header("content-type"), Some("image/png"), "{accept:?}");
        assert_eq!(got.body, bytes);
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(got.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    }
    let got = client.ask("GET", "/v1/kv/a", &[("accept", "application/octet-stream")], "").await;
    assert_eq!(got.header("content-type"), Some("application/octet-stream"));
    let got = client.ask("GET", "/v1/kv/a", &[("accept", "application/json")], "").await;
    got.is_error(406, "storage_not_acceptable");
}

#[tokio::test]
async fn a_client_says_which_form_it_takes() {
    let client = open(server());
    client.put("/v1/kv/json", r#"{"value":[1]}"#).await;
    client.ask("PUT", "/v1/kv/text", &[("content-type", "text/plain")], "[2]").await.data();
    let get = |path: &'static str, accept: &'static str| {
        let client = client.with(&[("accept", accept)]);
        async move { client.get(path).await }
    };
    for accept in ["application/json", "application/*", "*/*", "text/html, */*;q=0.8"] {
        assert_eq!(get("/v1/kv/json", accept).await.data(), json!([1]), "{accept}");
    }
    let raw = get("/v1/kv/json", "application/octet-stream").await;
    assert_eq!(raw.body, b"[1]");
    get("/v1/kv/json", "text/plain").await.is_error(406, "storage_not_acceptable");
    // Text that happens to be JSON is text, unless JSON is what is asked for.
    assert_eq!(get("/v1/kv/text", "*/*").await.body, b"[2]");
    assert_eq!(get("/v1/kv/text", "application/json").await.data(), json!([2]));
    assert_eq!(get("/v1/kv/text", "text/*").await.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn what_others_wrote_is_read() {
    let app = App::memory();
    let client = open(KvServer::new(app.configs.clone()));
    app.configs.put("json", storage::Body::json(&[1]).unwrap()).await.unwrap();
    app.configs.put("bytes", vec![0xff]).await.unwrap();
    assert_eq!(client.get("/v1/kv/json").await.data(), json!([1]));
    let got = client.get("/v1/kv/bytes").await;
    assert_eq!(got.header("content-type"), Some("application/octet-stream"));
    assert_eq!(got.body, [0xff]);
    client.put("/v1/kv/rest", r#"{"value":{"a":1}}"#).await.data();
    let entry = app.configs.get("rest").await.unwrap().unwrap();
    assert_eq!(entry.json::<serde_json::Value>().await.unwrap(), json!({ "a": 1 }));
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Session {
    user: u64,
}

#[storage::kv(name = "sessions", ttl_seconds = 3600, value = Session)]
struct Sessions;

#[storage::app(name = "shop")]
struct Shop {
    sessions: Kv<Sessions>,
}

#[tokio::test]
async fn a_declared_type_is_kept() {
    let app = Shop::memory();
    let client = open(KvServer::new(app.sessions.clone()));
    client.put("/v1/kv/a", r#"{"value":{"user":7}}"#).await.data();
    assert_eq!(app.sessions.get("a").await.unwrap().unwrap().user, 7);
    for body in [r#"{"value":{"user":"7"}}"#, r#"{"value":1}"#] {
        client.put("/v1/kv/a", body).await.is_error(400, "storage_invalid_value");
    }
    let raw = client.ask("PUT", "/v1/kv/a", &[BYTES], "bytes").await;
    raw.is_error(400, "storage_invalid_value");
    let put = r#"{"put":[{"key":"b","value":{"user":1}},{"key":"c","value":{}}]}"#;
    client.post("/v1/kv:batch", put).await.is_error(400, "storage_invalid_value");
    let page = client.get("/v1/kv").await.data();
    assert_eq!(page["entries"].as_array().unwrap().len(), 1);
    // The declaration's time to live holds here too.
    assert!(page["entries"][0]["expiration"].is_u64());
}

#[tokio::test]
async fn a_read_only_server_has_no_way_to_write() {
    let app = App::memory();
    app.configs.put("a", storage::Body::json(&1).unwrap()).await.unwrap();
    let client = open(KvServer::new(app.configs.clone()).read_only());
    assert_eq!(client.get("/v1/kv/a").await.data(), json!(1));
    let put = client.put("/v1/kv/a", r#"{"value":2}"#).await;
    put.is_error(405, "storage_method_not_allowed");
    assert_eq!(put.header("allow"), Some("GET, HEAD, OPTIONS"));
    client.ask("DELETE", "/v1/kv/a", &[], "").await.is_error(405, "storage_method_not_allowed");
    client.post("/v1/kv:batch", r#"{"get":["a"]}"#).await.data();
    let delete = client.post("/v1/kv:batch", r#"{"delete":["a"]}"#).await;
    delete.is_error(403, "storage_forbidden");
}

#[tokio::test]
async fn a_server_does_what_its_handle_may() {
    #[storage::app(name = "reading")]
    struct Reading {
        configs: storage::KvReader<Configs>,
    }
    let client = open(KvServer::new(Reading::memory().configs));
    client.get("/v1/kv/a").await.is_error(404, "storage_entry_not_found");
    client.get("/v1/kv").await.is_error(404, "storage_route_not_found");
    let put = client.put("/v1/kv/a", r#"{"value":2}"#).await;
    put.is_error(405, "storage_method_not_allowed");
    assert_eq!(put.header("allow"), Some("GET, HEAD, OPTIONS"));
    client.post("/v1/kv:batch", r#"{"get":["a"]}"#).await.data();
    for batch in [r#"{"put":[{"key":"a","value":1}]}"#, r#"{"delete":["a"]}"#] {
        client.post("/v1/kv:batch", batch).await.is_error(403, "storage_forbidden");
    }
    let document = client.get("/open-api.json").await.json();
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    assert!(!paths.contains(&&"/v1/kv".to_owned()), "{paths:?}");
}

#[tokio::test]
async fn a_method_that_is_not_there_says_which_are() {
    let client = open(server());
    for (method, path, allow) in [
        ("POST", "/v1/kv/a", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("PUT", "/v1/kv", "GET, HEAD, OPTIONS"),
        ("GET", "/v1/kv:batch", "POST, OPTIONS"),
        ("DELETE", "/health", "GET, HEAD, OPTIONS"),
    ] {
        let refused = client.ask(method, path, &[], "").await;
        refused.is_error(405, "storage_method_not_allowed");
        assert_eq!(refused.header("allow"), Some(allow));
        let options = client.ask("OPTIONS", path, &[], "").await;
        assert_eq!((options.status, options.header("allow")), (204, Some(allow)));
    }
}

#[tokio::test]
async fn it_can_be_nested_in_another_app() {
    let service = server().public().start(&storage::rest::Process).unwrap();
    let router = axum::Router::new()
        .route("/", axum::routing::get(|| async { "mine" }))
        .nest_service("/storage", service);
    let client = Client::of(router);
    client.put("/storage/v1/kv/a%2Fb", r#"{"value":1}"#).await.data();
    assert_eq!(client.get("/storage/v1/kv/a/b").await.data(), json!(1));
    assert_eq!(client.get("/").await.body, b"mine");
}
