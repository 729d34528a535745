//! How much a server takes and answers at once.

use serde_json::json;
use storage::rest::KvServer;

use crate::client::{App, Client, open, server};

/// What JSON has at most, in either direction.
const JSON_MAX: usize = 8 * 1024 * 1024;
const BYTES: (&str, &str) = ("content-type", "application/octet-stream");
const AS_JSON: (&str, &str) = ("accept", "application/json");
const AS_BYTES: (&str, &str) = ("accept", "application/octet-stream");

async fn put(client: &Client, path: &str, headers: &[(&str, &str)], len: usize) {
    client.ask("PUT", path, headers, vec![b'x'; len]).await.data();
}

#[tokio::test]
async fn what_a_batch_reads_has_a_limit() {
    let client = open(server());
    for (path, len) in [("/v1/kv/a", 3 << 20), ("/v1/kv/b", 5 << 20), ("/v1/kv/c", 1)] {
        put(&client, path, &[BYTES], len).await;
    }
    put(&client, "/v1/kv/long", &[BYTES], JSON_MAX + 1).await;
    let batch = |keys: &[&str]| json!({ "get": keys, "delete": ["d"] }).to_string();

    let most = client.post("/v1/kv:batch", &batch(&["a", "none", "b"])).await.data();
    let sizes: Vec<_> = most["get"].as_array().unwrap().iter().map(|e| &e["size"]).collect();
    assert_eq!(sizes, [&json!(3 << 20), &json!(null), &json!(5 << 20)]);

    client.put("/v1/kv/d", r#"{"value":1}"#).await.data();
    for (keys, at) in [(&["a", "b", "none", "c"][..], "`c`"), (&["c", "long", "a"], "`long`")] {
        let refused = client.post("/v1/kv:batch", &batch(keys)).await;
        let said = refused.is_error(413, "storage_value_too_large");
        assert!(said.contains(at) && said.contains("8388608 bytes; help: "), "{said}");
    }
    // Nothing is done of a batch that is refused.
    assert_eq!(client.get("/v1/kv/d").await.data(), json!(1));
}

#[tokio::test]
async fn a_key_is_read_once() {
    let client = open(server());
    let twice = client.post("/v1/kv:batch", r#"{"get":["a","b","a"]}"#).await;
    let said = twice.is_error(400, "storage_invalid_option");
    assert!(said.contains("read twice: `a`"), "{said}");
}

#[tokio::test]
async fn what_is_sent_as_json_has_a_limit() {
    let client = open(server());
    let value = |len: usize| format!(r#"{{"value":"{}"}}"#, "x".repeat(len - 12));
    client.put("/v1/kv/a", &value(JSON_MAX)).await.data();
    let long = client.put("/v1/kv/b", &value(JSON_MAX + 1)).await;
    let said = long.is_error(413, "storage_value_too_large");
    assert!(said.contains("application/octet-stream"), "{said}");
    let batch = format!(r#"{{"put":[{{"key":"b",{}]}}"#, &value(JSON_MAX)[1..]);
    client.post("/v1/kv:batch", &batch).await.is_error(413, "storage_value_too_large");
    client.get("/v1/kv/b").await.is_error(404, "storage_entry_not_found");
}

#[tokio::test]
async fn a_long_value_comes_as_bytes() {
    let app = App::memory();
    let client = open(KvServer::new(app.configs.clone()));
    let len = JSON_MAX + 1;
    put(&client, "/v1/kv/text", &[("content-type", "text/plain")], len).await;
    app.configs.put("json", storage::Body::json(&"x".repeat(len)).unwrap()).await.unwrap();

    for (path, headers, content_type) in [
        ("/v1/kv/text", &[][..], "text/plain"),
        ("/v1/kv/text", &[AS_BYTES], "application/octet-stream"),
        ("/v1/kv/json", &[AS_BYTES], "application/octet-stream"),
    ] {
        let got = client.ask("GET", path, headers, "").await;
        assert_eq!((got.status, got.header("content-type")), (200, Some(content_type)), "{path}");
        assert_eq!(got.header("content-length"), Some(&*got.body.len().to_string()));
        assert!(got.body.len() >= len);
        let head = client.ask("HEAD", path, headers, "").await;
        assert_eq!((head.status, head.body.len()), (200, 0));
    }
    for (path, headers) in [("/v1/kv/text", &[AS_JSON][..]), ("/v1/kv/json", &[])] {
        let refused = client.ask("GET", path, headers, "").await;
        let said = refused.is_error(406, "storage_not_acceptable");
        assert!(said.contains("`Accept: application/octet-stream`"), "{said}");
    }
}
