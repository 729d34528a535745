//! Several entries in one request.

use serde_json::json;

use crate::client::{open, server};

#[tokio::test]
async fn it_reads_then_writes_then_deletes() {
    let client = open(server());
    client.put("/v1/kv/a", r#"{"value":1,"metadata":{"by":"ada"}}"#).await.data();
    let bytes = [("content-type", "application/octet-stream")];
    client.ask("PUT", "/v1/kv/bytes", &bytes, vec![0xff, 0]).await.data();
    let batch = json!({
        "get": ["a", "none", "bytes", "c"],
        "put": [{ "key": "c", "value": [1], "ttl": 60 }, { "key": "d/e", "value": "x" }],
        "delete": ["a", "none", "a"],
    });
    let data = client.post("/v1/kv:batch", &batch.to_string()).await.data();
    let got = data["get"].as_array().unwrap();
    assert_eq!(got.len(), 4);
    assert_eq!((&got[0]["value"], &got[0]["found"]), (&json!(1), &json!(true)));
    assert_eq!(got[0]["metadata"], json!({ "by": "ada" }));
    assert_eq!(got[1], json!({ "key": "none", "found": false, "value": null }));
    assert_eq!((&got[2]["value"], &got[2]["base64"]), (&json!(null), &json!("/wA=")));
    assert_eq!((&got[0]["size"], &got[3]["found"]), (&json!(1), &json!(false)));
    let done = |key: &str| json!({ "key": key, "success": true });
    assert_eq!(data["put"], json!([done("c"), done("d/e")]));
    assert_eq!(data["delete"], json!([done("a"), done("none")]));
    assert_eq!(client.get("/v1/kv/c").await.data(), json!([1]));
    client.get("/v1/kv/a").await.is_error(404, "storage_entry_not_found");
}

#[tokio::test]
async fn nothing_is_done_if_any_of_it_is_wrong() {
    let client = open(server());
    client.put("/v1/kv/kept", r#"{"value":1}"#).await.data();
    let fine = json!({ "key": "a", "value": 1 });
    for (batch, code) in [
        (json!({ "put": [fine, { "key": "", "value": 1 }] }), "storage_invalid_key"),
        (json!({ "put": [fine, { "key": "b", "value": 1, "ttl": 1 }] }), "storage_invalid_option"),
        (json!({ "put": [fine, { "key": "b", "value": null }] }), "storage_invalid_value"),
        (json!({ "put": [fine, { "key": "b" }] }), "storage_invalid_value"),
        (json!({ "put": [fine, fine] }), "storage_invalid_option"),
        (json!({ "put": [fine], "delete": ["kept", "a"] }), "storage_invalid_option"),
        (json!({ "put": [fine], "delete": ["kept", ".."] }), "storage_invalid_key"),
        (json!({ "put": [fine], "get": [".."] }), "storage_invalid_key"),
        (json!({ "put": [fine], "get": vec!["x"; 100] }), "storage_invalid_option"),
        (json!({ "put": [fine], "remove": ["kept"] }), "storage_invalid_value"),
        (json!({ "put": [fine], "delete": "kept" }), "storage_invalid_value"),
    ] {
        client.post("/v1/kv:batch", &batch.to_string()).await.is_error(400, code);
    }
    for (batch, said) in [
        ("[[\"kept\"]]", "the body is no JSON object; help: `{\"get\": [\"a\"]}`"),
        ("1", "the body is no JSON object; help: `{\"get\": [\"a\"]}`"),
        ("{\"put\":[[\"a\",1]]}", "invalid type: sequence, expected a JSON object"),
        ("{\"put\":[1]}", "invalid type: integer `1`, expected a JSON object"),
    ] {
        let refused = client.post("/v1/kv:batch", batch).await;
        let message = refused.is_error(400, "storage_invalid_value");
        assert!(message.starts_with(said), "{message}");
    }
    client.post("/v1/kv:batch", "{").await.is_error(400, "storage_invalid_json");
    for (batch, said) in [
        (
            json!({ "put": [fine, { "key": "b", "value": 1, "ttl": 5 }] }),
            "`put[1]`: the time to live is 5 s",
        ),
        (json!({ "put": [fine, { "key": "", "value": 1 }] }), "`put[1]`: the key is empty"),
        (json!({ "put": [{ "key": "b", "value": null }] }), "`put[0]`: the value is `null`"),
        (json!({ "get": ["a", "b", ".."] }), "`get[2]`: "),
        (json!({ "delete": ["kept", "kept", ""] }), "`delete[2]`: the key is empty"),
    ] {
        let refused = client.post("/v1/kv:batch", &batch.to_string()).await.json();
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(message.starts_with(said), "{message}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let form = client.ask("POST", "/v1/kv:batch", &form, "{}").await;
    let said = form.is_error(415, "storage_unsupported_media_type");
    assert_eq!(said, "a form is not taken; help: `Content-Type: application/json`");
    let text = client.ask("POST", "/v1/kv:batch", &[("content-type", "text/plain")], "{}").await;
    text.is_error(415, "storage_unsupported_media_type");
    let page = client.get("/v1/kv").await.data();
    assert_eq!(page["entries"].as_array().unwrap().len(), 1);
    assert_eq!(page["entries"][0]["key"], "kept");
}

/// A body has room for millions of them, which take more memory than the body.
#[tokio::test]
async fn however_many_there_are_they_are_counted_and_not_kept() {
    let client = open(server());
    let (many, few) = ("\"\",".repeat(1_000_000), "\"a\",".repeat(99));
    let long = format!(r#"{{"get":[{many}""],"delete":["a"]}}"#);
    let said = client.post("/v1/kv:batch", &long).await.is_error(400, "storage_invalid_option");
    assert!(said.contains("1000002 entries"), "{said}");
    let wrong = format!(r#"{{"get":[{few}1]}}"#);
    client.post("/v1/kv:batch", &wrong).await.is_error(400, "storage_invalid_value");
}

#[tokio::test]
async fn an_empty_batch_does_nothing() {
    let data = open(server()).post("/v1/kv:batch", "{}").await.data();
    assert_eq!(data, json!({ "get": [], "put": [], "delete": [] }));
}
