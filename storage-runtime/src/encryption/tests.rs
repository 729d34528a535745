//! What is stored of what is encrypted, and what comes back of it.

mod bare;
mod changes;
mod ranges;

mod many;
mod streamed;
mod told;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use futures_util::{StreamExt, stream};
use storage_core::ErrorKind;
use storage_core::checksum::Algorithm;
use storage_core::crypto::{Context, KeyRing, Resource, open_all};
use storage_core::key::BucketKey;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;

use crate::backend::{
    AnyBucket, AnyKv, BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject,
    ListObjects, Memory, PutObject, UploadPart,
};
use crate::bucket::{Conditions, ObjectInfo, Part};
use crate::declare::{Connect, DeclareBucket as _, DeclareKv as _, Handle as _};
use crate::error::{Error, Result};
use crate::observe::Route;
use crate::page::Page;
use crate::rpc::{self, Transport};
use crate::{Body, Bucket, Kv};

#[crate::bucket(name = "vault", encryption(secret = "VAULT_KEYS"))]
pub(super) struct Vault;

#[crate::bucket(name = "vault", encryption(secret = "VAULT_KEYS", metadata = "encrypted"))]
pub(super) struct Secretive;

#[crate::bucket(name = "attic", encryption(secret = "VAULT_KEYS"))]
struct Attic;

/// The same bucket, as somebody sees it who has no key.
#[crate::bucket(name = "vault")]
pub(super) struct Stored;

#[crate::kv(name = "notes", encryption(secret = "VAULT_KEYS", metadata = "encrypted"))]
pub(super) struct Notes;

/// With metadata in plaintext.
#[crate::kv(name = "notes", encryption(secret = "VAULT_KEYS"))]
pub(super) struct OpenNotes;

#[crate::kv(name = "notes")]
pub(super) struct StoredNotes;

pub(super) const OLD: &str = "old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub(super) const NEW: &str = "new:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// One bucket and one namespace, which all handles are to, and the secret.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) bucket: AnyBucket,
    pub(super) kv: AnyKv,
    pub(super) secret: Option<String>,
}

impl Account {
    pub(super) fn new(secret: &str) -> Self {
        let Ok(bucket) = Memory.bucket(Stored::SPEC);
        let Ok(kv) = Memory.kv(StoredNotes::SPEC);
        Self { bucket, kv, secret: Some(secret.to_owned()) }
    }

    pub(super) fn with_secret(&self, secret: Option<&str>) -> Self {
        Self { secret: secret.map(str::to_owned), ..self.clone() }
    }
}

impl Connect for Account {
    const REMOTE: bool = false;

    type Error = Error;

    const ROUTE: Route = Route::Memory;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>, Self::Error> {
        Ok(rpc::nowhere())
    }

    fn key_ring(&self, secret: &'static str) -> Result<KeyRing> {
        super::key_ring(secret, self.secret.clone())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn presigner(&self, _: &'static S3Spec, _: Option<&str>) -> Result<Option<Presigner>> {
        Ok(None)
    }

    fn bucket(&self, _: &'static BucketSpec) -> Result<AnyBucket> {
        Ok(self.bucket.clone())
    }

    fn kv(&self, _: &'static KvSpec) -> Result<AnyKv> {
        Ok(self.kv.clone())
    }
}

fn failed<T>(read: Result<T>, what: &str) {
    match read {
        Err(error) => assert_eq!(error.kind(), ErrorKind::DecryptionFailed, "{what}"),
        Ok(_) => panic!("{what} was read"),
    }
}

pub(super) async fn read<D>(bucket: &Bucket<D>, key: &str) -> Result<Bytes> {
    bucket.get(key).await?.expect("it is there").bytes().await
}

#[tokio::test]
async fn what_is_stored_is_a_message_of_the_format() {
    let account = Account::new(OLD);
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    let ring = KeyRing::parse(OLD).unwrap();
    for len in [0, 1, 16_383, 16_384, 16_385, 3 * 16_384] {
        let plain: Vec<u8> = (0..len).map(|at: u32| at.to_le_bytes()[0]).collect();
        let pieces = || {
            let pieces: Vec<_> = plain.chunks(1000).map(Bytes::copy_from_slice).collect();
            stream::iter(pieces).map(Ok::<_, Error>)
        };
        let whole = plain.len() as u64;
        for body in
            [Body::from(&plain), Body::sized_stream(pieces(), whole), Body::stream(pieces())]
        {
            let written = vault.put("a", body).metadata("by", "me").await.unwrap();
            assert_eq!(written.size(), whole);
            let sealed = read(&stored, "a").await.unwrap();
            let context = Context::body(Resource::Bucket, "vault", "a");
            assert_eq!(open_all(&ring, &context, None, &sealed).unwrap(), plain);
            assert_eq!(read(&vault, "a").await.unwrap(), plain);
        }
    }
    let raw = stored.head("a").await.unwrap().unwrap();
    let metadata: Vec<_> = raw.metadata().iter().collect();
    assert_eq!(
        metadata,
        [(&"by".to_owned(), &"me".to_owned()), (&"storage-key-id".into(), &"old".into())]
    );
    let seen = vault.head("a").await.unwrap().unwrap();
    assert_eq!(seen.metadata().len(), 1);
    assert_eq!(vault.list().await.unwrap().items, [seen]);
}

#[tokio::test]
async fn an_object_is_bound_to_its_key_and_its_bucket() {
    let account = Account::new(OLD);
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let attic = Bucket::<Attic>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    vault.put("a", "text").await.unwrap();
    stored.copy("a", "b").await.unwrap();
    failed(read(&vault, "b").await, "another key");
    failed(read(&attic, "a").await, "another bucket");
    // A copy through the handle is encrypted anew.
    vault.copy("a", "c").await.unwrap().unwrap();
    assert_eq!(read(&vault, "c").await.unwrap(), "text");
    vault.copy("a", "d").to_bucket(&attic).await.unwrap().unwrap();
    assert_eq!(read(&attic, "d").await.unwrap(), "text");
    failed(read(&vault, "d").await, "the bucket it came from");
}

#[tokio::test]
async fn keys_are_changed_without_a_pause() {
    let account = Account::new(OLD);
    let before = Bucket::<Vault>::connect(&account).unwrap();
    before.put("a", "old").await.unwrap();
    let both = account.with_secret(Some(&format!("{NEW},{OLD}")));
    let during = Bucket::<Vault>::connect(&both).unwrap();
    assert_eq!(read(&during, "a").await.unwrap(), "old");
    during.put("b", "new").await.unwrap();
    failed(read(&before, "b").await, "a key that the ring lacks");
    let after = Bucket::<Vault>::connect(&account.with_secret(Some(NEW))).unwrap();
    assert_eq!(read(&after, "b").await.unwrap(), "new");
    failed(read(&after, "a").await, "a key that is gone");

    // The noted id is a hint: without it, or with a wrong one, the right key is found.
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    let sealed = read(&stored, "a").await.unwrap();
    stored.put("a", sealed.clone()).await.unwrap();
    assert_eq!(read(&during, "a").await.unwrap(), "old");
    stored.put("a", sealed).metadata("storage-key-id", "new").await.unwrap();
    assert_eq!(read(&during, "a").await.unwrap(), "old");
}

#[tokio::test]
async fn metadata_is_encrypted_where_that_is_declared() {
    let account = Account::new(OLD);
    let bucket = Bucket::<Secretive>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    bucket.put("a", "text").metadata("diagnosis", "flu").await.unwrap();
    let raw = stored.head("a").await.unwrap().unwrap();
    let names: Vec<_> = raw.metadata().keys().map(String::as_str).collect();
    assert_eq!(names, ["storage-key-id", "storage-sealed"]);
    assert!(!format!("{raw:?}").contains("flu"));
    let seen = bucket.head("a").await.unwrap().unwrap();
    assert_eq!(seen.metadata()["diagnosis"], "flu");

    let sealed = raw.metadata().clone();
    let object = read(&stored, "a").await.unwrap();
    let mut put = stored.put("b", object);
    for (name, value) in sealed {
        put = put.metadata(name, value);
    }
    put.await.unwrap();
    failed(bucket.head("b").await, "metadata of another key");
    let taken = bucket.put("c", "").metadata("storage-key-id", "mine").await.unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::InvalidOption);
}

#[tokio::test]
async fn entries_are_encrypted_alike() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    let written = notes.put("a", "flu").metadata("kind", "diagnosis").await.unwrap();
    notes.put("b", "flu").await.unwrap();
    let raw = stored.get("a").await.unwrap().unwrap().bytes().await.unwrap();
    let ring = KeyRing::parse(OLD).unwrap();
    let context = Context::body(Resource::Kv, "notes", "a");
    assert_eq!(open_all(&ring, &context, None, &raw).unwrap(), b"flu");
    let raw = stored.head("a").await.unwrap().unwrap();
    assert!(!format!("{raw:?}").contains("diagnosis"), "{raw:?}");
    let (same, found) = (notes.head("b").await.unwrap().unwrap(), notes.get("a").await.unwrap());
    let found = found.unwrap();
    assert_eq!(found.metadata()["kind"], "diagnosis");
    assert_eq!((found.size(), found.etag()), (Some(3), written.etag()));
    assert_ne!(found.etag(), same.etag(), "an etag tells that two values are the same");
    assert_eq!(found.text().await.unwrap(), "flu");

    let sealed = stored.get("a").await.unwrap().unwrap().bytes().await.unwrap();
    stored.put("c", sealed).await.unwrap();
    failed(notes.get("c").await, "a value of another key");
    stored.put("d", "plain").await.unwrap();
    failed(notes.get("d").await, "plaintext");
    failed(notes.get_many(["a", "d"]).await, "plaintext among others");
}

#[tokio::test]
async fn checksums_are_those_of_the_plaintext() {
    let account = Account::new(OLD);
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let right = "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";
    let written = vault.put("a", "hello").checksum(right).await.unwrap();
    assert!(written.checksums().get(Algorithm::Sha1).is_some());
    assert!(written.checksums().get(Algorithm::Md5).is_none(), "that would be of the ciphertext");
    for body in [Body::from("hullo"), Body::stream(stream::iter([Ok::<_, Error>("hullo")]))] {
        let wrong = vault.put("a", body).checksum(right).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::ChecksumMismatch);
    }
    assert_eq!(read(&vault, "a").await.unwrap(), "hello");
}

#[tokio::test]
async fn what_can_not_be_is_refused() {
    let account = Account::new(OLD);
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let upload = vault.upload("a").await.unwrap_err();
    assert_eq!(upload.kind(), ErrorKind::Unsupported);

    let missing = Bucket::<Vault>::connect(&account.with_secret(None)).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::SecretMissing);
    assert!(missing.to_string().contains("`VAULT_KEYS`"), "{missing}");
    assert!(!missing.message().contains("VAULT_KEYS"), "for clients: {}", missing.message());
    let key = OLD.split_once(':').unwrap().1;
    let twice = format!("{OLD},other:{key}");
    let invalid = Kv::<Notes>::connect(&account.with_secret(Some(&twice))).unwrap_err();
    assert_eq!(invalid.kind(), ErrorKind::SecretInvalid);
    assert!(!format!("{invalid:?} {invalid}").contains(key.get(..8).unwrap()));
    assert!(Bucket::<Stored>::connect(&account.with_secret(None)).is_ok(), "it needs no key");
}

#[tokio::test]
async fn no_two_writes_are_alike() {
    let account = Account::new(OLD);
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        vault.put("a", "the same").await.unwrap();
        let sealed = read(&stored, "a").await.unwrap();
        assert!(seen.insert(sealed.get(..24).unwrap().to_vec()), "a salt was used twice");
    }
}

/// A bucket that is read as a function says, and not written.
struct ReadOnly<F>(F);

impl<F> BucketBackend for ReadOnly<F>
where
    F: Fn(GetObject) -> Result<Option<FoundObject>> + Send + Sync,
{
    fn put(&self, _: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        only_read()
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(ready((self.0)(get)))
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let get =
            GetObject { key, range: None, conditions: Conditions::default(), customer_key: None };
        Box::pin(ready((self.0)(get).map(|found| found.map(|found| found.info))))
    }

    fn delete(&self, _: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        only_read()
    }

    fn list(&self, _: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        only_read()
    }

    fn create_upload(&self, _: CreateUpload) -> BoxFuture<'_, Result<String>> {
        only_read()
    }

    fn upload_part(&self, _: UploadPart) -> BoxFuture<'_, Result<Part>> {
        only_read()
    }

    fn complete_upload(&self, _: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        only_read()
    }

    fn abort_upload(&self, _: BucketKey, _: String) -> BoxFuture<'_, Result<()>> {
        only_read()
    }
}

fn only_read<T: Send + 'static>() -> BoxFuture<'static, Result<T>> {
    Box::pin(ready(Err(Error::new(ErrorKind::Unsupported, "it is only read"))))
}
