//! Links as an environment has them: other keys, other addresses, and R2 itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use storage_core::ErrorKind;
use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;

use super::{Route, SignUrl};
use crate::Bucket;
use crate::backend::{AnyBucket, AnyKv, Memory};
use crate::bucket::CustomerKey;
use crate::declare::{Connect, DeclareBucket as _, Handle as _};
use crate::error::{Error, Result};
use crate::rpc::{self, Transport};

#[crate::bucket(
    name = "files",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
    s3(
        account_id = "R2_ACCOUNT_ID",
        access_key_id = "R2_ACCESS_KEY_ID",
        secret_access_key = "R2_SECRET_ACCESS_KEY"
    )
)]
struct Both;

#[crate::bucket(
    name = "files",
    s3(
        account_id = "R2_ACCOUNT_ID",
        access_key_id = "R2_ACCESS_KEY_ID",
        secret_access_key = "R2_SECRET_ACCESS_KEY"
    )
)]
struct Direct;

#[crate::bucket(
    name = "files",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
    encryption(secret = "VAULT_KEYS"),
    s3(
        account_id = "R2_ACCOUNT_ID",
        access_key_id = "R2_ACCESS_KEY_ID",
        secret_access_key = "R2_SECRET_ACCESS_KEY"
    )
)]
struct Sealed;

/// Whose objects are deleted after a day.
#[crate::bucket(
    name = "files",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
    delete_after_days = 1
)]
struct Fleeting;

/// The same bucket, as somebody sees it who knows of no links.
#[crate::bucket(name = "files")]
struct Stored;

const OLD: &str = "old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW: &str = "new:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// A Worker's environment, and one bucket, which all handles are to.
struct Account {
    bucket: AnyBucket,
    variables: BTreeMap<&'static str, String>,
}

impl Account {
    fn new() -> Self {
        let Ok(bucket) = Memory.bucket(Stored::SPEC);
        let variables = [
            ("LINK_KEYS", OLD),
            ("R2_ACCOUNT_ID", "9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b"),
            ("R2_ACCESS_KEY_ID", "0123456789abcdef"),
            ("R2_SECRET_ACCESS_KEY", "secret"),
            ("VAULT_KEYS", NEW),
        ];
        let variables = variables.map(|(name, value)| (name, value.to_owned())).into();
        Self { bucket, variables }
    }

    fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.variables.insert(name, value.to_owned()),
            None => self.variables.remove(name),
        };
        self
    }
}

impl Connect for Account {
    const REMOTE: bool = false;

    type Error = Error;

    const ROUTE: crate::observe::Route = crate::observe::Route::Memory;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>, Self::Error> {
        Ok(rpc::nowhere())
    }

    fn key_ring(&self, secret: &'static str) -> Result<KeyRing> {
        crate::encryption::key_ring(secret, self.variable(secret))
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn presigner(
        &self,
        spec: &'static S3Spec,
        jurisdiction: Option<&str>,
    ) -> Result<Option<Presigner>> {
        super::presigner(spec, jurisdiction, |name| self.variable(name)).map(Some)
    }

    fn bucket(&self, _: &'static BucketSpec) -> Result<AnyBucket> {
        Ok(self.bucket.clone())
    }

    fn kv(&self, spec: &'static KvSpec) -> Result<AnyKv> {
        let Ok(kv) = Memory.kv(spec);
        Ok(kv)
    }
}

#[tokio::test]
async fn a_link_leads_to_r2_if_that_keeps_all_it_says() {
    let bucket = Bucket::<Both>::connect(&Account::new()).unwrap();
    let link = bucket.signed_url("a/ü.png");
    let link = link.content_type("image/png").content_disposition("attachment").await.unwrap();
    assert_eq!((link.route(), link.method()), (Route::Direct, "GET"));
    let start = "https://9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b.r2.cloudflarestorage.com/files/\
                 a/%C3%BC.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&";
    assert!(link.url().starts_with(start), "{}", link.url());
    let parts = [
        "X-Amz-Expires=3600",
        "X-Amz-SignedHeaders=host",
        "response-content-disposition=attachment",
        "response-content-type=image%2Fpng",
    ];
    assert!(parts.iter().all(|part| link.url().contains(part)), "{}", link.url());
    assert!(!format!("{link:?}").contains("X-Amz"), "{link:?}");

    let write = bucket.signed_url("a").write().content_type("image/png").exact_size(5);
    let write = write.await.unwrap();
    assert_eq!((write.route(), write.method()), (Route::Direct, "PUT"));
    assert!(write.url().contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost"));
    assert_eq!(write.headers()["content-length"], "5");

    let local = Account::new()
        .with("STORAGE_S3_ENDPOINT", Some("http://127.0.0.1:8787/cdn-cgi/local/r2/s3"))
        .with("R2_ACCOUNT_ID", None);
    let link = Bucket::<Both>::connect(&local).unwrap().signed_url("a").await.unwrap();
    assert!(link.url().starts_with("http://127.0.0.1:8787/cdn-cgi/local/r2/s3/files/a?"));

    // An environment's Worker signs for the bucket of the environment.
    let staging = Account::new().with("STORAGE_S3_BUCKET_FILES", Some("files-staging"));
    let link = Bucket::<Both>::connect(&staging).unwrap().signed_url("a").await.unwrap();
    assert!(link.url().contains(".r2.cloudflarestorage.com/files-staging/a?"), "{}", link.url());

    // A bucket in a jurisdiction is at a host of its own.
    let europe = Account::new().with("STORAGE_S3_JURISDICTION_FILES", Some("eu"));
    let link = Bucket::<Both>::connect(&europe).unwrap().signed_url("a").await.unwrap();
    assert!(link.url().contains(".eu.r2.cloudflarestorage.com/files/a?"), "{}", link.url());
}

#[tokio::test]
async fn a_part_is_uploaded_to_r2_itself_or_by_no_link() {
    let both = Bucket::<Both>::connect(&Account::new()).unwrap();
    let upload = both.upload("a b").await.unwrap();
    let link = upload.signed_part(2).exact_size(5).expires_in(Duration::from_secs(60)).await;
    let link = link.unwrap();
    assert_eq!((link.route(), link.method()), (Route::Direct, "PUT"));
    let id = format!("&partNumber=2&uploadId={}", upload.id());
    let parts =
        ["/files/a%20b?", "X-Amz-Expires=60", "X-Amz-SignedHeaders=content-length%3Bhost", &id];
    assert!(parts.iter().all(|part| link.url().contains(part)), "{}", link.url());
    assert_eq!(link.headers()["content-length"], "5");
    let any = both.resume_upload("a b", upload.id()).unwrap().signed_part(10_000).await.unwrap();
    assert!(any.url().contains("X-Amz-SignedHeaders=host&") && any.headers().is_empty());

    for number in [0, 10_001] {
        let error = upload.signed_part(number).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption, "{number}");
    }
    let late = upload.signed_part(1).expires_in(Duration::from_secs(700_000)).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::InvalidOption);

    let resumed =
        |account: &Account| Bucket::<Sealed>::connect(account).unwrap().resume_upload("a", "1");
    let sealed = resumed(&Account::new()).unwrap();
    let stored =
        Bucket::<Stored>::connect(&Account::new()).unwrap().resume_upload("a", "1").unwrap();
    let memory = Bucket::<Both>::connect(&Memory).unwrap().resume_upload("a", "1").unwrap();
    let with_key = upload.clone().customer_key(CustomerKey::new([0; 32]));
    for (upload, reason) in [
        (sealed, "an encrypted bucket"),
        (stored, "declare `s3(..)`"),
        (memory, "natively there is none"),
        (with_key, "a customer key"),
    ] {
        let error = upload.signed_part(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{reason}");
        assert!(error.message().contains(reason), "{error}");
    }
    let reserved = both.resume_upload(".storage/uses/a", "1").unwrap().signed_part(1).await;
    assert_eq!(reserved.unwrap_err().kind(), ErrorKind::InvalidKey);
}

type Setter = fn(SignUrl) -> SignUrl;

#[tokio::test]
async fn what_r2_could_not_keep_leads_to_the_worker_or_nowhere() {
    let both = Bucket::<Both>::connect(&Account::new()).unwrap();
    let direct = Bucket::<Direct>::connect(&Account::new()).unwrap();
    let cases: [(&str, &str, Setter); 6] = [
        ("a", "the option `max_size`", |link| link.write().max_size(5)),
        ("a", "the option `uses`", SignUrl::one_time),
        ("a", "the option `revocable`", SignUrl::revocable),
        ("a", "the option `origin`", |link| link.origin("https://files.example.com")),
        ("a/../b", "a key with a segment", |link| link),
        (".", "a key with a segment", |link| link),
    ];
    for (key, what, of) in cases {
        assert_eq!(of(both.signed_url(key)).await.unwrap().route(), Route::Worker, "{what}");
        let error = of(direct.signed_url(key)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().starts_with(what), "{error}");
    }
    let sealed = Bucket::<Sealed>::connect(&Account::new()).unwrap();
    assert_eq!(sealed.signed_url("a").await.unwrap().route(), Route::Worker);
    assert_eq!(direct.signed_url("a").await.unwrap().route(), Route::Direct);
}

#[test]
fn an_environment_without_its_access_to_r2_is_told_what_is_missing() {
    let opened = |name, value| Bucket::<Both>::connect(&Account::new().with(name, value));
    for name in ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "LINK_KEYS"] {
        let error = opened(name, None).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SecretMissing, "{name}");
        assert!(error.to_string().contains(&format!("there is no secret `{name}`")), "{error}");
        assert!(error.to_string().contains("`cargo storage generate --dev-vars`"), "{error}");
        let error = opened(name, Some("not one")).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SecretInvalid, "{name}");
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        assert!(!format!("{error:?}").contains("not one"), "{error:?}");
    }
    // What is no secret is not told to be set as one.
    for (name, value, says) in [
        (
            "R2_ACCOUNT_ID",
            None,
            r#"help: add `"vars": { "R2_ACCOUNT_ID": "<the id>" }` to the wrangler"#,
        ),
        (
            "R2_ACCOUNT_ID",
            Some("me"),
            "`R2_ACCOUNT_ID`: the account id is not 32 hexadecimal digits; ",
        ),
        (
            "STORAGE_S3_ENDPOINT",
            Some("127.0.0.1"),
            "`STORAGE_S3_ENDPOINT`: the S3 endpoint does not",
        ),
        (
            "STORAGE_S3_JURISDICTION_FILES",
            Some("E.U"),
            "`STORAGE_S3_JURISDICTION_<binding>`: the juris",
        ),
    ] {
        let error = opened(name, value).map(drop).unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Misconfigured, 500), "{name}");
        assert_eq!(error.message(), "this application is not configured for its access to R2");
        assert!(format!("{error:?}").contains(&says.replace('"', "\\\"")), "{error:?}");
    }
}

#[tokio::test]
async fn an_older_key_stays_good_and_one_that_is_gone_does_not() {
    let link = |keys: &str| {
        let bucket = Bucket::<Both>::connect(&Account::new().with("LINK_KEYS", Some(keys)));
        bucket.unwrap().signed_url("a").one_time()
    };
    let opens = |keys: &str, url: &str| {
        let bucket = Bucket::<Both>::connect(&Account::new().with("LINK_KEYS", Some(keys)));
        let token = url.rsplit('/').next().unwrap();
        let now = super::request::seconds(crate::backend::now());
        let bucket = bucket.unwrap();
        let links = bucket.raw().links().unwrap();
        links.known(token).and_then(|grant| links.check(&grant, now, false)).is_ok()
    };
    let (old, both) = (link(OLD).await.unwrap(), format!("{NEW},{OLD}"));
    assert!(opens(&both, old.url()) && !opens(NEW, old.url()));
    let new = link(&both).await.unwrap();
    assert!(opens(NEW, new.url()) && !opens(OLD, new.url()));
}

/// By a bucket whose rule says less now than when they were made.
#[tokio::test]
async fn a_link_of_which_nothing_is_known_any_more_is_refused() {
    const DAY: u64 = 86_400;
    let kept = Bucket::<Both>::connect(&Account::new()).unwrap();
    let fleeting = Bucket::<Fleeting>::connect(&Account::new()).unwrap();
    let week = Duration::from_secs(7 * DAY);
    let link = || kept.signed_url("a").origin("https://files.example.com").expires_in(week);
    let now = super::request::seconds(crate::backend::now());
    for (link, days) in [(link().one_time(), 1), (link().revocable(), 1), (link(), 7)] {
        let link = link.await.unwrap();
        let token = link.url().rsplit('/').next().unwrap();
        let is_good = |seconds| {
            let links = fleeting.raw().links().unwrap();
            links.known(token).and_then(|grant| links.check(&grant, now + seconds, false)).is_ok()
        };
        assert!(is_good(days * DAY - 60) && !is_good(days * DAY + 60), "{link:?}");
    }
}

#[tokio::test]
async fn what_a_bucket_keeps_for_itself_is_in_no_listing() {
    let account = Account::new();
    let bucket = Bucket::<Both>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    for key in ["!before", ".a", "b/1", "b/2", "c"] {
        stored.put(key, "").await.unwrap();
    }
    for number in 0..25 {
        stored.put(format!(".storage/uses/x/{number}"), "").await.unwrap();
    }
    for limit in [1, 2, 3, 4, 10, 26, 27, 1000] {
        for delimiter in ["", "/"] {
            let (mut keys, mut pages, mut cursor) = (Vec::new(), 0, None);
            loop {
                let mut list = bucket.list().limit(limit).delimiter(delimiter);
                if let Some(cursor) = cursor {
                    list = list.cursor(cursor);
                }
                let page = list.await.unwrap();
                let listed = page.items.iter().map(|object| object.key().to_owned());
                keys.extend(listed.chain(page.prefixes));
                (cursor, pages) = (page.cursor, pages + 1);
                assert!(pages < 10, "a page of {limit} is filled up");
                if cursor.is_none() {
                    break;
                }
            }
            keys.sort();
            let expected: &[&str] = match delimiter {
                "/" => &["!before", ".a", "b/", "c"],
                _ => &["!before", ".a", "b/1", "b/2", "c"],
            };
            assert_eq!(keys, expected, "{limit} {delimiter}");
        }
    }
    for prefix in [".storage/", ".storage/uses/", ".s"] {
        assert!(bucket.list().prefix(prefix).await.unwrap().items.is_empty(), "{prefix}");
    }
    assert_eq!(bucket.delete_prefix(".").await.unwrap(), 1);
    assert_eq!(stored.list().prefix(".storage/").await.unwrap().items.len(), 25);
}
