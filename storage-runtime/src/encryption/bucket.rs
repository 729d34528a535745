//! A bucket with everything in it encrypted.

use std::ops::Range;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::crypto::{PREFIX_LEN, Window, plain_len, sealed_len};
use storage_core::key::BucketKey;

use super::body::{Opened, verified, verified_stream, whole};
use super::metadata::{Bare, KEY_ID};
use super::{Cipher, Sealed, decryption_failed, listing};
use crate::backend::{
    AnyBucket, BucketBackend, CompleteUpload, CreateUpload, FoundBody, FoundObject, GetObject,
    ListObjects, PutObject, ReadBody as _, UploadPart, cipher,
};
use crate::bucket::{
    ByteRange, Conditions, Etags, Long, LongBody as _, NewObject, ObjectInfo, Part, Pieces,
};
use crate::error::{Error, Result};
use crate::page::Page;
use crate::{observe, write};

/// How often a range is begun anew if the object changes between the two reads that it takes.
const ATTEMPTS: usize = 3;

#[derive(Clone)]
pub(super) struct EncryptedBucket {
    stored: AnyBucket,
    cipher: Arc<Cipher>,
}

impl EncryptedBucket {
    pub(super) fn new(stored: AnyBucket, cipher: Cipher) -> Self {
        Self { stored, cipher: Arc::new(cipher) }
    }

    /// What is known of an object, as whoever wrote it knows it.
    async fn present(&self, mut info: ObjectInfo) -> Result<ObjectInfo> {
        let stored = std::mem::take(&mut info.metadata);
        let opened = self.cipher.open_metadata(&info.key, stored, Bare::Refused).await;
        info.metadata = opened.map_err(|error| self.cipher.named(&info.key).told(error))?;
        Ok(of_plaintext(info))
    }

    async fn find(&self, get: GetObject) -> Result<Option<FoundObject>> {
        let Some(range) = get.range else {
            return self.get_whole(get).await;
        };
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                observe::retried();
            }
            if let Some(found) = self.get_range(&get, range).await? {
                return Ok(found);
            }
        }
        Err(Error::new(ErrorKind::Unavailable, "the object changes while it is read"))
    }

    /// A whole object: one read.
    async fn get_whole(&self, get: GetObject) -> Result<Option<FoundObject>> {
        let Some(found) = self.stored.get(get).await? else {
            return Ok(None);
        };
        let FoundObject { info, body } = found;
        let Some(FoundBody { body, .. }) = body else {
            return Ok(Some(FoundObject::unmet(self.present(info).await?)));
        };
        let window = whole(info.size)?;
        let (prefix, sealed) = cipher::split(body.payload()).await?;
        let context = self.cipher.value(&info.key);
        let hint = info.metadata.get(KEY_ID).map(String::as_str);
        let keys = self.cipher.open(&context, &prefix, hint)?;
        let info = self.present(info).await?;
        let range = 0..info.size;
        let of = self.cipher.named(&info.key);
        let body = Box::new(Opened { keys, window, sealed, of });
        Ok(Some(FoundObject::new(info, range, body)))
    }

    /// Bytes of an object: two reads, of the prefix and of the chunks that have them. `None` in the
    /// inner one if the object was another at the second.
    async fn get_range(
        &self,
        get: &GetObject,
        range: ByteRange,
    ) -> Result<Option<Option<FoundObject>>> {
        let GetObject { key, conditions, customer_key, .. } = get;
        let read = |range: Range<u64>, conditions: Conditions| GetObject {
            key: key.clone(),
            range: Some(ByteRange::new(range)),
            conditions,
            customer_key: customer_key.clone(),
        };
        let prefix = self.stored.get(read(0..PREFIX_LEN as u64, conditions.clone())).await;
        let prefix = prefix.map_err(|error| match error.kind() {
            ErrorKind::RangeNotSatisfiable => decryption_failed(), // an empty object
            _ => error,
        })?;
        let Some(FoundObject { info, body }) = prefix else {
            return Ok(Some(None));
        };
        let Some(FoundBody { body, .. }) = body else {
            return Ok(Some(Some(FoundObject::unmet(self.present(info).await?))));
        };
        let plain = plain_len(info.size).ok_or_else(decryption_failed)?;
        let prefix = body.bytes().await?;
        let prefix = prefix.first_chunk().ok_or_else(decryption_failed)?;
        let context = self.cipher.value(&info.key);
        let hint = info.metadata.get(KEY_ID).map(String::as_str);
        let keys = self.cipher.open(&context, prefix, hint)?;
        let range = range.of(plain);
        let needed = range.clone().unwrap_or(plain..plain);
        let window = Window::of(needed, plain).ok_or_else(decryption_failed)?;
        let same = Conditions {
            etag_matches: Some(Etags::OneOf(vec![info.etag.clone()])),
            ..Conditions::default()
        };
        let chunks = self.stored.get(read(window.sealed(), same)).await?;
        let Some(FoundBody { body, .. }) = chunks.and_then(|chunks| chunks.body) else {
            return Ok(None);
        };
        let of = self.cipher.named(&info.key);
        let body = Box::new(Opened { keys, window, sealed: body.payload(), of });
        let Some(range) = range else {
            // A client that has all bytes up to there takes this for the end. Of an object that was cut
            // off it is not, so the last chunk has to prove it first.
            body.bytes().await?;
            return Err(write::range_not_satisfiable());
        };
        Ok(Some(Some(FoundObject::new(self.present(info).await?, range, body))))
    }
}

impl BucketBackend for EncryptedBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            let PutObject { key, body, http, metadata, checksum, .. } = put;
            let body = verified(body, checksum).await?;
            let keys = self.cipher.seal(&self.cipher.value(key.as_str()))?;
            let stored = PutObject {
                body: cipher::seal(keys, body).await?,
                metadata: self.cipher.seal_metadata(key.as_str(), metadata).await?,
                checksum: None,
                key,
                http,
                conditions: put.conditions,
                storage_class: put.storage_class,
                customer_key: put.customer_key,
            };
            match self.stored.put(stored).await? {
                Some(info) => self.present(info).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(async move {
            let of = self.cipher.named(get.key.as_str());
            self.find(get).await.map_err(|error| of.told(error))
        })
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            match self.stored.head(key).await? {
                Some(info) => self.present(info).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        self.stored.delete(keys)
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        Box::pin(async move {
            let wants_metadata = list.include.metadata;
            let page = self.stored.list(list).await?;
            let present = |mut info: ObjectInfo| async move {
                let key = info.key.clone();
                if wants_metadata {
                    return (key, self.present(info).await);
                }
                // A place may tell more than it was asked for. What nobody wants need not open.
                info.metadata.clear();
                (key, Ok(of_plaintext(info)))
            };
            listing::open(page, present).await
        })
    }

    fn create_upload(&self, _: CreateUpload) -> BoxFuture<'_, Result<String>> {
        Box::pin(async { Err(no_explicit_uploads()) })
    }

    fn upload_part(&self, _: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(async { Err(no_explicit_uploads()) })
    }

    fn complete_upload(&self, _: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(async { Err(no_explicit_uploads()) })
    }

    fn abort_upload(&self, _: BucketKey, _: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Err(no_explicit_uploads()) })
    }
}

/// What is known of an object, in terms of its plaintext.
fn of_plaintext(mut info: ObjectInfo) -> ObjectInfo {
    // What is no ciphertext has the size it has; reading it fails.
    info.size = plain_len(info.size).unwrap_or(info.size);
    // The digests that the place keeps are those of the ciphertext.
    info.checksums = write::kept_checksum(&info.metadata).into_iter().collect();
    info
}

fn no_explicit_uploads() -> Error {
    let message = "an encrypted bucket takes no parts one by one: a part that is uploaded again with \
                   other bytes would be encrypted under the same nonce, which gives both away";
    Error::new(ErrorKind::Unsupported, message)
        .with_detail("help: `put` takes a stream of any length, and uploads it in parts by itself")
}

/// What writes a body that is uploaded in parts.
///
/// Handles carry it behind the pointer of a trait, so that a Worker without encryption does not link it.
pub(crate) trait Sealer: Send + Sync {
    /// Writes the body as an object.
    fn put(
        self: Arc<Self>,
        object: Box<NewObject>,
        body: Long,
    ) -> BoxFuture<'static, Result<ObjectInfo>>;

    /// What rotation takes.
    fn parts(&self) -> Sealed<AnyBucket>;
}

impl Sealer for EncryptedBucket {
    fn put(
        self: Arc<Self>,
        mut object: Box<NewObject>,
        body: Long,
    ) -> BoxFuture<'static, Result<ObjectInfo>> {
        Box::pin(async move {
            let Long { pieces, len } = body;
            let mut stream = pieces.into_stream();
            if let Some(checksum) = object.checksum.take() {
                stream = verified_stream(stream, checksum)?;
            }
            let key = object.key.as_str();
            let keys = self.cipher.seal(&self.cipher.value(key))?;
            let metadata = std::mem::take(&mut object.metadata);
            object.metadata = self.cipher.seal_metadata(key, metadata).await?;
            object.bucket.store_directly(self.stored.clone());
            let stream = cipher::seal_stream(keys, stream);
            let pieces = Pieces::Stream(stream);
            let sealed = Long { pieces, len: len.and_then(sealed_len) };
            let stored = Box::new(sealed).put(object).await?;
            self.present(stored).await
        })
    }

    fn parts(&self) -> Sealed<AnyBucket> {
        Sealed::Here { stored: self.stored.clone(), cipher: Arc::clone(&self.cipher) }
    }
}
