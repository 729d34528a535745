//! The OpenAPI document. A validator reads it in `tests/api`.

use serde_json::Value;
use storage::rest::{Incoming, Process, User};

use crate::client::{Client, guarded, open, server};

fn paths(document: &Value) -> Vec<&str> {
    document["paths"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn it_has_every_path() {
    let document = Client::new(guarded(server())).get("/open-api.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        paths(&document),
        ["/health", "/open-api.json", "/v1/admin/info", "/v1/kv", "/v1/kv/{key}", "/v1/kv:batch"]
    );
    let entry = &document["paths"]["/v1/kv/{key}"];
    for method in ["get", "put", "delete"] {
        assert!(entry[method]["operationId"].is_string(), "{entry}");
    }
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes.keys().collect::<Vec<_>>(), ["apiKey", "basic", "bearerKey", "jwt"]);
    assert_eq!(document["paths"]["/health"]["get"]["security"], serde_json::json!([]));
    assert_eq!(document["servers"][0]["url"], "./");
}

#[tokio::test]
async fn it_is_of_this_server() {
    let configured = server()
        .base_path("/api")
        .kv_path("/entries")
        .public_path("/docs")
        .admin_path(None)
        .read_only();
    let document = open(configured).get("/api/docs/open-api.json").await.json();
    assert_eq!(
        paths(&document),
        [
            "/api/docs/health",
            "/api/docs/open-api.json",
            "/api/entries",
            "/api/entries/{key}",
            "/api/entries:batch"
        ]
    );
    let entry = document["paths"]["/api/entries/{key}"].as_object().unwrap();
    assert_eq!(entry.keys().collect::<Vec<_>>(), ["get", "parameters"]);
    assert_eq!(document["servers"][0]["url"], "../..");
    assert_eq!(document["security"], serde_json::json!([]));
    let batch = document["components"]["schemas"]["Batch"].to_string();
    assert!(
        batch.contains("get") && !batch.contains("put") && !batch.contains("delete"),
        "{batch}"
    );
}

/// A client that is generated from it has every field, and no other is answered.
#[tokio::test]
async fn it_says_what_is_answered() {
    let client = open(server());
    let document = client.get("/open-api.json").await.json();
    let schema = |name: &str| document["components"]["schemas"][name]["properties"].clone();
    let png = [("content-type", "image/png")];
    client.ask("PUT", "/v1/kv/png?metadata=%7B%22a%22%3A1%7D&ttl=60", &png, "\u{ff}").await.data();
    client.put("/v1/kv/a", r#"{"value":1,"metadata":{"by":"ada"}}"#).await.data();

    let batch = r#"{"get":["png","a","none"],"put":[{"key":"b","value":1}]}"#;
    let batch = client.post("/v1/kv:batch", batch).await.data();
    for entry in batch["get"].as_array().unwrap() {
        are_described(entry, &schema("ReadEntry"));
    }
    are_described(&batch["put"][0], &schema("Outcome"));
    let page = client.get("/v1/kv").await.data();
    are_described(&page["entries"][0], &schema("Entry"));
    let info = client.get("/v1/admin/info").await.data();
    are_described(&info, &schema("Info"));
    let entry = &document["paths"]["/v1/kv/{key}"];
    let got = &entry["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    are_described(&client.get("/v1/kv/a").await.json(), &got["properties"]);

    let put = &entry["put"];
    let parameters = put["parameters"].as_array().unwrap().iter();
    let names: Vec<_> = parameters.map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["if-none-match", "ttl", "expiration", "metadata"]);
    assert!(put["requestBody"]["content"]["application/octet-stream"].is_object(), "{put}");
}

#[track_caller]
fn are_described(answered: &Value, fields: &Value) {
    for field in answered.as_object().unwrap().keys() {
        assert!(fields.get(field).is_some(), "`{field}` is not among {fields}");
    }
}

#[tokio::test]
async fn a_hook_is_somebody_who_asks() {
    let server = server().authorize(|_: &Incoming, _: Option<&User>| async { Ok(None) });
    let client = Client::new(server.start(&Process).unwrap());
    let document = client.get("/open-api.json").await.json();
    assert_eq!(document["security"], serde_json::json!([{ "hook": [] }]));
    assert!(document["components"]["securitySchemes"]["hook"].is_object());
    let refused = client.get("/v1/kv").await;
    refused.is_error(401, "storage_unauthorized");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
}
