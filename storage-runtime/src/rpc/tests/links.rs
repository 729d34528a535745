//! Links of a bucket in a storage Worker.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use serde_json::json;
use storage_core::ErrorKind;

use super::*;
use crate::bucket::{AsRequest, Served};
use crate::signed::LinkRequest;

#[crate::bucket(
    name = "user-assets",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com", max_age_seconds = 600),
    cors(
        origins = ["https://app.example.com"],
        methods = ["GET", "PUT"],
        headers = ["content-type"],
        expose = ["etag"],
        max_age_seconds = 60
    )
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
    pub(super) headers: &'static [(&'static str, &'static str)],
}

impl AsRequest for Request {
    fn method(&self) -> std::borrow::Cow<'_, str> {
        self.method.into()
    }

    fn header(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        let found = self.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| (*value).into())
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
async fn served(held: &Held<Linked, Sessions>, request: Request) -> Served {
    struct Public(Held<Linked, Sessions>);
    impl Shelf for Public {
        fn open(&self, wanted: &mut Wanted) -> Result<()> {
            wanted.show(self.0.assets.clone());
            Ok(())
        }
    }
    serve::answer_links(&Public(held.clone()), request).await.unwrap()
}

async fn fetched(held: &Held<Linked, Sessions>, method: &'static str, path: &str) -> u16 {
    served(held, Request { method, path: path.to_owned(), headers: &[] }).await.status()
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

/// It has no keys, and passes on what it is asked: the answers are those of the storage Worker.
#[tokio::test]
async fn an_application_answers_as_the_storage_worker_does() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["links"], None)));
    let assets = to.assets::<Linked>(SERVICE);
    let put = held.assets.put("a.txt", "by a link").content_type("text/html");
    put.cache_control("private").content_language("en").await.unwrap();
    held.assets.put("empty", "").content_encoding("gzip").await.unwrap();
    let link = |key: &'static str| held.assets.signed_url(key);
    let urls = [
        link("a.txt").await.unwrap(),
        link("empty").await.unwrap(),
        link("a.txt").uses(9).await.unwrap(),
        link("none").await.unwrap(),
        link("b.txt").write().await.unwrap(),
        link("b.txt").write().exact_size(3).await.unwrap(),
    ];
    let urls = urls.iter().map(|url| url.url().to_owned());
    let requests: [(&str, &[(&str, &str)]); 9] = [
        ("GET", &[]),
        ("GET", &[("range", "bytes=3-5"), ("origin", "https://app.example.com")]),
        ("GET", &[("range", "bytes=99-")]),
        ("GET", &[("if-none-match", "*")]),
        ("HEAD", &[]),
        ("PUT", &[("content-type", "text/plain")]),
        ("DELETE", &[]),
        (
            "OPTIONS",
            &[("origin", "https://app.example.com"), ("access-control-request-method", "PUT")],
        ),
        ("OPTIONS", &[("origin", "https://other.example.com")]),
    ];
    for url in urls.chain(["/.storage/token".to_owned(), "/.storage/".to_owned()]) {
        for (method, headers) in requests {
            let request = || Request { method, path: url.clone(), headers };
            let direct = served(&held, request()).await;
            let passed_on = crate::signed::handle(request()).bucket(&assets).await;
            let what = format!("{method} {headers:?} {direct:?}");
            assert_eq!(passed_on.status(), direct.status(), "{what}");
            let sorted =
                |served: &Served| served.headers().iter().cloned().collect::<BTreeSet<_>>();
            let differs = ["etag", "last-modified", "content-security-policy"];
            let is_same = |(name, _): &(&str, String)| !differs.contains(name);
            let alike = |served| sorted(served).into_iter().filter(is_same).collect::<Vec<_>>();
            assert_eq!(alike(&passed_on), alike(&direct), "{what}");
            // It would run as a page of the app.
            let may_run = direct.header("content-type") == Some("text/html");
            let policy = passed_on.header("content-security-policy");
            assert_eq!(policy, may_run.then_some("sandbox"), "{what}");
            let body = async |served: Served| served.into_body().gather(1000).await.unwrap();
            assert_eq!(body(passed_on).await, body(direct).await, "{what}");
        }
    }
    assert_eq!(
        held.assets.get("b.txt").await.unwrap().unwrap().bytes().await.unwrap(),
        "by a link"
    );
}

#[tokio::test]
async fn an_application_passes_on_what_it_was_granted() {
    let held = Held::<Linked, Sessions>::new();
    for key in ["a/1", "b/1"] {
        held.assets.put(key, "text").await.unwrap();
    }
    for (verbs, prefix, statuses) in [
        (&["links"][..], None, [200, 200]),
        (&["links"], Some("a/"), [200, 403]),
        (&["read", "write", "delete", "list"], None, [403, 403]),
    ] {
        let to = held.reached(Some(&granted(verbs, prefix)));
        let assets = to.assets::<Linked>(SERVICE);
        for (key, status) in ["a/1", "b/1"].into_iter().zip(statuses) {
            let path = held.assets.signed_url(key).await.unwrap().url().to_owned();
            let request = || Request { method: "GET", path: path.clone(), headers: &[] };
            let sent = to.0.bodies();
            // It makes links, and that is enough.
            let links = assets.with_grants::<crate::grant::Links>();
            let served = crate::signed::handle(request()).bucket(&links).await;
            assert_eq!(served.status(), status, "{verbs:?} {prefix:?} {key}");
            assert_eq!(to.0.bodies(), sent, "only what writes has a body");
            if status == 403 {
                assert_eq!(code(served).await, "storage_link_refused");
            }
            // Of several buckets the one that knows the link, wherever it is among them.
            let refused = held.reached(None);
            let other = held.reached(Some(&granted(&["links"], Some("z/"))));
            let other = other.assets::<Linked>(SERVICE);
            let refused = refused.assets::<Linked>(SERVICE);
            let handle = crate::signed::handle(request()).bucket(&refused).bucket(&other);
            let served = handle.bucket(&assets).bucket(&other).await;
            assert_eq!(served.status(), status, "{verbs:?} {prefix:?} {key}");
        }
    }
}

async fn code(served: Served) -> String {
    let body = served.into_body().gather(1000).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    body["error"]["code"].as_str().unwrap().to_owned()
}

/// Opened directly, the field keeps to its prefix as the storage Worker does.
#[tokio::test]
async fn a_link_beyond_the_prefix_is_refused_natively() {
    let held = Held::<Linked, Sessions>::new();
    let within = |prefix| {
        let prefix = crate::rpc::within::Within::of(&SERVICE.prefix(prefix));
        held.assets.raw().clone().within(prefix)
    };
    for (key, status) in [("a/1", 200), ("b/1", 403)] {
        held.assets.put(key, "text").await.unwrap();
        let path = held.assets.signed_url(key).await.unwrap().url().to_owned();
        let request = || Request { method: "GET", path: path.clone(), headers: &[] };
        let handle = || crate::signed::handle(request()).raw_bucket(within("a/"));
        assert_eq!(handle().await.status(), status, "{key}");
        assert_eq!(handle().raw_bucket(within("z/")).await.status(), status, "{key}");
    }
}

/// Whoever has the keys knows what is wrong with a link, and nobody else is asked.
#[tokio::test]
async fn a_link_of_this_worker_is_not_passed_on() {
    let held = Held::<Linked, Sessions>::new();
    held.assets.put("a", "text").await.unwrap();
    let to = held.reached(Some(&granted(&["links"], None)));
    let elsewhere = to.assets::<Linked>(SERVICE);
    let link = held.assets.signed_url("a").expires_in(Duration::from_secs(1)).await.unwrap();
    let ask = async || {
        let request = Request { method: "GET", path: link.url().to_owned(), headers: &[] };
        crate::signed::handle(request).bucket(&elsewhere).bucket(&held.assets).await
    };
    assert_eq!(ask().await.status(), 200);
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(code(ask().await).await, "storage_link_refused");
    assert_eq!(to.0.heads().len(), 0);
}

/// It may have been the one that knows the link.
#[tokio::test]
async fn a_storage_worker_that_does_not_answer_is_told() {
    struct Down;
    impl Transport for Down {
        fn call(&self, _: String, _: CallBody) -> BoxFuture<'_, Result<Answered>> {
            let error = Error::new(ErrorKind::Unavailable, "the storage Worker is gone");
            Box::pin(std::future::ready(Err(error)))
        }
    }
    impl Counting for Down {
        fn heads(&self) -> Vec<String> {
            Vec::new()
        }
    }
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["links"], None)));
    let (known, down) =
        (to.assets::<Linked>(SERVICE), To(Arc::new(Down)).assets::<Linked>(SERVICE));
    held.assets.put("a", "text").await.unwrap();
    let link = held.assets.signed_url("a").await.unwrap().url().to_owned();
    for (path, status) in [(&*link, 200), ("/.storage/token", 503)] {
        let headers: &[_] = &[("origin", "https://app.example.com")];
        let request = || Request { method: "GET", path: path.to_owned(), headers };
        let handle = || crate::signed::handle(request());
        assert_eq!(handle().bucket(&down).bucket(&known).await.status(), status);
        assert_eq!(handle().bucket(&known).bucket(&down).await.status(), status);
        // A page reads why.
        let served = handle().bucket(&down).await;
        assert_eq!(served.status(), 503);
        assert!(served.header("access-control-allow-origin").is_some());
    }
}

#[tokio::test]
async fn headers_that_no_call_has_room_for_are_refused_by_their_name() {
    let held = Held::<Linked, Sessions>::new();
    let to = held.reached(Some(&granted(&["links"], None)));
    let assets = to.assets::<Linked>(SERVICE);
    let long: &'static str = "x".repeat(storage_core::rpc::TEXT_BYTES_MAX + 1).leak();
    let headers: &'static [_] = vec![("if-none-match", long)].leak();
    let request = Request { method: "GET", path: "/.storage/token".to_owned(), headers };
    let served = crate::signed::handle(request).bucket(&assets).await;
    assert_eq!(served.status(), 400);
    let body = served.into_body().gather(1000).await.unwrap();
    assert!(str::from_utf8(&body).unwrap().contains("the headers are longer"), "{body:?}");
}
