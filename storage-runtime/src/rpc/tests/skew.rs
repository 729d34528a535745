//! One side was built before the other.

use serde_json::json;
use storage_core::ErrorKind;

use super::*;

#[crate::bucket(name = "user-assets", encryption(secret = "VAULT_KEYS"))]
struct SealedAssets;

#[crate::kv(name = "sessions", encryption(secret = "VAULT_KEYS"))]
struct SealedSessions;

#[crate::bucket(name = "reports")]
struct Reports;

fn all() -> Value {
    json!({
        "user-assets": { "kind": "bucket", "verbs": ["read", "write", "list"] },
        "sessions": { "kind": "kv", "verbs": ["read", "write", "list"] },
        "reports": { "kind": "bucket", "verbs": ["read"] },
    })
}

#[tokio::test]
async fn what_relies_on_encryption_is_not_stored_without() {
    let to = Held::<Assets, Sessions>::new().reached(Some(&all()));
    let error = to.assets::<SealedAssets>(SERVICE).put("a", "text").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeclarationMismatch);
    assert_eq!(error.code(), "storage_declaration_mismatch");
    assert_eq!((error.http_status(), error.is_retryable()), (500, false));
    let log = error.to_string();
    assert!(log.contains("`1 bucket user-assets encrypted`"), "{log}");
    assert!(log.contains("`1 bucket user-assets`"), "{log}");
    let sessions = to.sessions::<SealedSessions>(SERVICE);
    assert_eq!(kind(sessions.put("a", "text").await), Some(ErrorKind::DeclarationMismatch));
    assert_eq!(kind(sessions.get("a").await), Some(ErrorKind::DeclarationMismatch));
}

#[tokio::test]
async fn a_storage_worker_that_encrypts_by_now_is_no_matter_to_older_applications() {
    let held = Held::<SealedAssets, SealedSessions>::new();
    let to = held.reached(Some(&all()));
    let assets = to.assets::<Assets>(SERVICE);
    assets.put("a", "text").await.unwrap();
    assert_eq!(assets.get("a").await.unwrap().unwrap().text().await.unwrap(), "text");
    let sessions = to.sessions::<Sessions>(SERVICE);
    sessions.put("a", "text").metadata("by", "me").await.unwrap();
    let found = sessions.get("a").await.unwrap().unwrap();
    assert_eq!((found.size(), found.metadata()["by"].as_str()), (Some(4), "me"));
    assert_eq!(found.content_type(), Some("text/plain; charset=utf-8"));
    assert_eq!(found.text().await.unwrap(), "text");
    // What is stored beside the value tells nothing of it: an older application does not know of that.
    let etag = held.sessions.head("a").await.unwrap().unwrap().etag().map(str::to_owned);
    sessions.put("a", "text").await.unwrap();
    let again = held.sessions.head("a").await.unwrap().unwrap().etag().map(str::to_owned);
    assert!(etag.is_some() && etag != again, "{etag:?}");
}

#[tokio::test]
async fn what_is_not_declared_there_is_told_apart_from_what_is_missing() {
    let to = Held::<Assets, Sessions>::new().reached(Some(&all()));
    let error = to.assets::<Reports>(SERVICE).get("a").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeclarationMismatch);
    assert!(error.to_string().contains("`1 bucket reports`, and here is no such"), "{error}");
}

#[tokio::test]
async fn another_protocol_is_refused_whatever_it_says() {
    let held = Held::<Assets, Sessions>::new();
    let grants = serve::grants(Some(&all().to_string()));
    for head in [
        r#"[{"on":"2 bucket user-assets","ask":{"list":{"limit":10}}}]"#,
        r#"[{"on":"0 bucket user-assets","ask":{"list":{"limit":10}}}]"#,
        r#"[{"on":"bucket user-assets","ask":{"list":{"limit":10}}}]"#,
        r#"[{"on":"1 bucket user-assets replicated","ask":{"list":{"limit":10}}}]"#,
        r#"[{"on":"2 bucket user-assets","ask":["anything"],"more":1}]"#,
    ] {
        let Answered { head: answered, bodies } =
            serve::answer(&held, &grants, head.to_owned(), CallBody::Nothing).await;
        assert!(answered.contains("storage_declaration_mismatch"), "{head}: {answered}");
        assert!(bodies.iter().all(|body| matches!(body, CallBody::Nothing)));
    }
}

#[tokio::test]
async fn a_newer_storage_worker_may_have_errors_that_are_not_known_here() {
    struct Newer(&'static str);
    impl Counting for Newer {
        fn heads(&self) -> Vec<String> {
            Vec::new()
        }
    }
    impl Transport for Newer {
        fn call(&self, _: String, _: CallBody) -> BoxFuture<'_, Result<Answered>> {
            let head = self.0.to_owned();
            Box::pin(async { Ok(Answered { head, bodies: Vec::new() }) })
        }
    }
    for (head, says) in [
        (r#"[{"error":{"code":"storage_on_strike","message":"not today"}}]"#, "storage_on_strike"),
        (r#"[{"ok":{"size":"large"}}]"#, "can't be read"),
        ("[]", "did not answer"),
        ("[{},{}]", "did not answer"),
        ("no JSON", "can't be read"),
    ] {
        let to = To(Arc::new(Newer(head)));
        let error = to.assets::<Assets>(SERVICE).head("a").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal, "{head}");
        assert!(error.to_string().contains(says), "{error}");
    }
}
