//! Listing entries.

use crate::client::{Client, open, server};

async fn keys(client: &Client, target: &str) -> (Vec<String>, Option<String>) {
    let data = client.get(target).await.data();
    let entries = data["entries"].as_array().unwrap();
    let keys = entries.iter().map(|entry| entry["key"].as_str().unwrap().to_owned()).collect();
    (keys, data["cursor"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn all_pages_have_everything_once() {
    let client = open(server());
    for number in 0..7 {
        client.put(&format!("/v1/kv/a/{number}"), r#"{"value":1}"#).await.data();
    }
    client.put("/v1/kv/b", r#"{"value":1}"#).await.data();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let (page, next) = keys(&client, &format!("/v1/kv?prefix=a%2F&limit=3{after}")).await;
        assert!(page.len() <= 3);
        found.extend(page);
        let Some(next) = next else { break };
        cursor = Some(next.replace('%', "%25").replace('+', "%2B").replace('=', "%3D"));
    }
    assert_eq!(found, (0..7).map(|number| format!("a/{number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let client = open(server());
    for query in
        ["limit=0", "limit=1001", "limit=x", "limit=", "cursor=", "prefx=a", "limit=1&limit=2"]
    {
        client.get(&format!("/v1/kv?{query}")).await.is_error(400, "storage_invalid_option");
    }
    client.get("/v1/kv/a?limit=1").await.is_error(400, "storage_invalid_option");
}
