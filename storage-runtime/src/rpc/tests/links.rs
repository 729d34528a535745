//! Links of a bucket in a storage Worker.

use std::time::{Duration, SystemTime};

use serde_json::json;
use storage_core::ErrorKind;

use super::*;
use crate::bucket::AsRequest;
use crate::signed::LinkRequest;

#[crate::bucket(
    name = "user-assets",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com", max_age_seconds = 600)
)]
struct Linked;

fn granted(verbs: &[&str], prefix: Option<&str>) -> Value {
    match prefix {
        Some(prefix) => {
            json!({ "user-assets": { "kind": "bucket", "verbs": verbs, "prefix": prefix } })
        }
        None => json!({ "user-assets": { "kind": "bucket", "verbs": verbs } }),
    }
}

pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
}

impl AsRequest for Request {
    fn method(&self) -> std::borrow::Cow<'_, str> {
        self.method.into()
    }

    fn header(&self, _: &str) -> Option<std::borrow::Cow<'_, str>> {
        None
    }
}

impl LinkRequest for Request {
    fn path(&self) -> std::borrow::Cow<'_, str> {
        (&*self.path).into()
    }

    fn into_body(self) -> crate::Body {
        "by a link".into()
    }
}

/// What the public gets of the storage Worker.
async fn fetched(held: &Held<Linked, Sessions>, method: &'static str, path: &str) -> u16 {
    struct Public(Held<Linked, Sessions>);
    impl Shelf for Public {
        fn open(&self, wanted: &mut Wanted) -> Result<()> {
            wanted.show(self.0.assets.clone());
            Ok(())
        }
    }
    let request = Request { method, path: path.to_owned() };
    serve::answer_links(&Public(held.clone()), request).await.unwrap().status()
}

#[tokio::test]
async fn a_link_is_made_by_a_call_and_answered_by_the_storage_worker() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["read", "write", "links"], None)));
    let assets = to.assets::<Linked>(SERVICE);
    let write = assets.signed_url("a.txt").write().content_type("text/plain").revocable().await;
    let write = write.unwrap();
    assert_eq!((write.method(), write.headers()["content-type"].as_str()), ("PUT", "text/plain"));
    assert!(write.url().starts_with("https://files.example.com/.storage/"), "{}", write.url());
    let read = assets.signed_url("a.txt").expires_in(Duration::from_secs(60)).await.unwrap();
    held.assets.put("a.txt", "text").await.unwrap();
    assert_eq!(fetched(&held, "GET", read.url()).await, 200);
    assert_eq!(fetched(&held, "PUT", read.url()).await, 403);
    for path in ["/", "/a.txt", "/storageCall", "https://files.example.com/rpc?x=/.storage/a"] {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            assert_eq!(fetched(&held, method, path).await, 404, "{method} {path}");
        }
    }
    // What the declaration there says holds, and is told in its words.
    let long = assets.signed_url("a.txt").expires_in(Duration::from_secs(601)).await.unwrap_err();
    assert_eq!(long.kind(), ErrorKind::InvalidOption);
    assert!(long.message().contains("1 to 600"), "{long}");
}

#[tokio::test]
async fn links_are_revoked_by_a_call() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["read", "links"], None)));
    let assets = to.assets::<Linked>(SERVICE);
    held.assets.put("a.txt", "text").await.unwrap();
    let link = assets.signed_url("a.txt").revocable().await.unwrap();
    assert_eq!(fetched(&held, "GET", link.url()).await, 200);
    assets.signed_urls().revoke(&link).await.unwrap();
    assert_eq!(fetched(&held, "GET", link.url()).await, 403);
    assets.signed_urls().revoke_before(SystemTime::now(), "").await.unwrap();
    let error = assets.signed_urls().revoke("https://files.example.com/x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
}

#[tokio::test]
async fn a_link_takes_the_grant_of_what_it_allows() {
    let held = Held::<Linked, Sessions>::new();
    let cases: [(&[&str], bool, bool, bool); 4] = [
        (&["links"], false, false, true),
        (&["links", "read"], true, false, true),
        (&["links", "write"], false, true, true),
        (&["read", "write"], false, false, false),
    ];
    for (verbs, reads, writes, revokes) in cases {
        let to = held.reached(Some(&granted(verbs, None)));
        let assets = to.assets::<Linked>(SERVICE);
        assert_eq!(assets.signed_url("a").await.is_ok(), reads, "{verbs:?}");
        assert_eq!(assets.signed_url("a").write().await.is_ok(), writes, "{verbs:?}");
        let revoked = assets.signed_urls().revoke_before(SystemTime::UNIX_EPOCH, "").await;
        assert_eq!(revoked.is_ok(), revokes, "{verbs:?}: {revoked:?}");
    }
}

/// It says so, and not that the bucket should be declared otherwise: it can't be helped there.
#[tokio::test]
async fn links_for_parts_are_not_made_by_a_call() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["read", "write", "links"], None)));
    let upload = to.assets::<Linked>(SERVICE).resume_upload("a", "id").unwrap();
    let error = upload.signed_part(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().starts_with("a storage Worker makes no links for parts: "), "{error}");
    assert!(!error.message().contains("s3"), "{error}");
}

#[tokio::test]
async fn links_are_those_of_the_prefix() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["read", "links"], Some("a/"))));
    let assets = to.assets::<Linked>(SERVICE);
    assert_eq!(kind(assets.signed_url("b/1").await), Some(ErrorKind::Forbidden));
    let foreign = held.assets.signed_url("b/1").revocable().await.unwrap();
    assert_eq!(kind(assets.signed_urls().revoke(&foreign).await), Some(ErrorKind::Forbidden));
    let all = assets.signed_urls().revoke_before(SystemTime::now(), "").await;
    assert_eq!(kind(all), Some(ErrorKind::Forbidden));
    let own = assets.signed_url("a/1").revocable().await.unwrap();
    assets.signed_urls().revoke(&own).await.unwrap();
}

/// What was revoked is one list, of all callers.
#[tokio::test]
async fn a_caller_with_a_prefix_has_a_share_of_what_is_revoked() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["read", "links"], Some("a/"))));
    let links = to.assets::<Linked>(SERVICE).signed_urls();
    let now = SystemTime::now();
    for number in 0..100 {
        links.revoke_before(now, format!("a/{number}/")).await.unwrap();
    }
    assert_eq!(kind(links.revoke_before(now, "a/x").await), Some(ErrorKind::InvalidOption));
    held.assets.signed_urls().revoke_before(now, "b/").await.unwrap();
    // All that it reaches takes the place of those.
    links.revoke_before(now, "a/").await.unwrap();
    links.revoke_before(SystemTime::now(), "a/x").await.unwrap();
}

/// It could not open them: it has no keys.
#[tokio::test]
async fn an_application_leaves_links_to_the_storage_worker() {
    let to = Held::<Linked, Sessions>::new().reached(Some(&granted(&["read", "links"], None)));
    let assets = to.assets::<Linked>(SERVICE);
    let request = Request { method: "GET", path: "/.storage/token".to_owned() };
    let served = crate::signed::handle(request).bucket(&assets).await;
    assert_eq!(served.status(), 403);
    let why = crate::signed::nobody(&[assets.raw().clone()]);
    assert_eq!(why, "`user-assets` goes by a storage Worker, which answers its links itself");
    assert_eq!(crate::signed::nobody(&[]), "no bucket was given that has links");
}
