//! Rotation of keys that a storage Worker has.

use std::time::SystemTime;

use serde_json::json;
use storage_core::ErrorKind;
use storage_core::crypto::Resource;
use storage_core::rotation::issue_token;

use super::*;
use crate::bucket::AsRequest;

#[crate::bucket(name = "user-assets", encryption(secret = "VAULT_KEYS"))]
struct Vault;

#[crate::kv(name = "sessions", encryption(secret = "VAULT_KEYS"))]
struct Tokens;

struct Post;

impl AsRequest for Post {
    fn method(&self) -> std::borrow::Cow<'_, str> {
        "POST".into()
    }

    fn header(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        (name == "authorization").then(|| "Bearer AXIEZmYAAAAA".into())
    }
}

/// A request of somebody who has the keys of memory, which those have that are in this process.
pub(super) struct Signed(String);

impl Signed {
    pub(super) fn new(resource: Resource, name: &str, body: &str) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let Ok(ring) = Memory.key_ring("VAULT_KEYS");
        Self(format!("Bearer {}", issue_token(&ring, resource, name, body.as_bytes(), now)))
    }
}

impl AsRequest for Signed {
    fn method(&self) -> std::borrow::Cow<'_, str> {
        "POST".into()
    }

    fn header(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        (name == "authorization").then(|| self.0.as_str().into())
    }
}

fn granted(verb: &str) -> Value {
    json!({
        "user-assets": { "kind": "bucket", "verbs": [verb] },
        "sessions": { "kind": "kv", "verbs": [verb] },
    })
}

#[tokio::test]
async fn pages_are_rotated_where_the_keys_are() {
    let held = Held::<Vault, Tokens>::new();
    for key in ["a", "b", "c"] {
        held.assets.put(key, "text").await.unwrap();
        held.sessions.put(key, "text").await.unwrap();
    }
    let to = held.reached(Some(&granted("rotate")));
    let (assets, sessions) = (to.assets::<Vault>(SERVICE), to.sessions::<Tokens>(SERVICE));
    let mut done = assets.rotate().limit(2).await.unwrap();
    assert!(done.cursor.is_some());
    done.append(assets.rotate().limit(2).cursor(done.cursor.clone()).await.unwrap());
    assert_eq!((done.current, done.cursor.as_deref()), (3, None));
    assert_eq!(sessions.rotate().await.unwrap().current, 3);
    assert_eq!(kind(assets.rotate().limit(0).await), Some(ErrorKind::InvalidOption));
    // Whether a request of the CLI may is decided there too.
    assert_eq!(assets.rotate_by(&Post, "{}").await.unwrap().status(), 403);
    assert_eq!(sessions.rotate_by(&Post, "{}").await.unwrap().status(), 403);
}

#[tokio::test]
async fn who_may_not_rotate_does_not() {
    let held = Held::<Vault, Tokens>::new();
    let to = held.reached(Some(&granted("write")));
    let (assets, sessions) = (to.assets::<Vault>(SERVICE), to.sessions::<Tokens>(SERVICE));
    assert_eq!(kind(assets.rotate().await), Some(ErrorKind::Forbidden));
    assert_eq!(kind(sessions.rotate().await), Some(ErrorKind::Forbidden));
    assert_eq!(kind(assets.rotate_by(&Post, "{}").await), Some(ErrorKind::Forbidden));
}
