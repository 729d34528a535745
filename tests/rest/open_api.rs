//! The OpenAPI document. A validator reads it in `tests/api`.

use serde_json::Value;

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
}
