//! Writing an object.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use storage_core::checksum::Checksum;
use storage_core::key::BucketKey;
use storage_core::{ErrorKind, limits};

use super::setters::object_setters;
use super::{
    Conditions, CustomerKey, Etags, HttpMetadata, Object, ObjectInfo, RawBucket, StorageClass,
};
use crate::backend::{Payload, PutObject};
use crate::body::{Body, Source};
use crate::error::{Error, Result};
use crate::write;

/// A metadata name that R2 drops without a word: there it is the prototype of an object.
const UNKEEPABLE: &str = "__proto__";

/// A write to a bucket. Made by [`Bucket::put`](super::Bucket::put).
#[must_use = "nothing is written until the request is awaited"]
#[derive(Debug)]
pub struct Put {
    bucket: RawBucket,
    key: Result<String>,
    body: Body,
    options: PutOptions,
    /// Whether the HTTP metadata is that of an object that is there, which R2 has taken already: whoever
    /// wrote it may have known other rules.
    is_copy: bool,
}

/// How to write an object.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PutOptions {
    /// How it is to be served. Its content type is that of the body if it is left out.
    pub http: HttpMetadata,
    /// The user's metadata: at most 8,192 bytes, names and values together.
    pub metadata: BTreeMap<String, String>,
    /// A checksum of the body: see [`Put::checksum`].
    pub checksum: Option<String>,
    /// What has to hold of the object that is there.
    pub conditions: Conditions,
    /// How it is kept: as the bucket says if it is left out.
    pub storage_class: Option<StorageClass>,
    /// What R2 is to encrypt it with.
    pub customer_key: Option<CustomerKey>,
}

impl Put {
    object_setters!();

    pub(crate) fn new(bucket: RawBucket, key: Result<String>, body: Body) -> Self {
        Self { bucket, key, body, options: PutOptions::default(), is_copy: false }
    }

    /// A write of an object that is there, with all that was written with it.
    pub(super) fn copy(bucket: RawBucket, key: Result<String>, object: Object) -> Self {
        let options = PutOptions {
            http: object.http_metadata().clone(),
            metadata: object.metadata().clone(),
            storage_class: Some(object.storage_class()),
            ..PutOptions::default()
        };
        Self { bucket, key, body: object.into_body(), options, is_copy: true }
    }

    /// Keeps a checksum with the object, as metadata under `checksum`, exactly as given.
    ///
    /// If it names `md5`, `sha1`, `sha256`, `sha384` or `sha512` (`sha256:` and 64 hexadecimal
    /// digits), the body is verified before anything is written. What begins like one of these names but
    /// is no such digest is refused; any other text is kept unverified. A digest as bytes:
    /// [`Checksum::new`](crate::checksum::Checksum::new).
    pub fn checksum(mut self, checksum: impl Into<String>) -> Self {
        self.options.checksum = Some(checksum.into());
        self
    }

    /// Fails with [`AlreadyExists`](ErrorKind::AlreadyExists) if the key is taken. Atomic: of any
    /// number of concurrent writes exactly one succeeds.
    ///
    /// A body of unknown length that turns out to have more than 8 MiB is refused
    /// ([`Unsupported`](ErrorKind::Unsupported)): R2 has no condition for uploads in parts.
    pub fn if_not_exists(mut self) -> Self {
        self.options.conditions.etag_does_not_match = Some(Etags::Any);
        self
    }

    /// Fails with [`PreconditionFailed`](ErrorKind::PreconditionFailed) unless the object that is
    /// there has this etag, given without quotes. Atomic: of any number of concurrent writes exactly one
    /// succeeds.
    ///
    /// A body of unknown length that turns out to have more than 8 MiB is refused
    /// ([`Unsupported`](ErrorKind::Unsupported)): R2 has no condition for uploads in parts.
    pub fn if_etag_matches(mut self, etag: impl Into<String>) -> Self {
        self.options.conditions.etag_matches = Some(Etags::OneOf(vec![etag.into()]));
        self
    }

    /// Fails with [`PreconditionFailed`](ErrorKind::PreconditionFailed) if the object that is there
    /// was written at this time or later.
    ///
    /// A body of unknown length that turns out to have more than 8 MiB is refused
    /// ([`Unsupported`](ErrorKind::Unsupported)): R2 has no condition for uploads in parts.
    pub fn if_uploaded_before(mut self, time: SystemTime) -> Self {
        self.options.conditions.uploaded_before = Some(time);
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: PutOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<ObjectInfo> {
        let Self { bucket, key, body, options, is_copy } = self;
        let PutOptions { mut http, metadata, checksum, conditions, storage_class, customer_key } =
            options;
        let key = conditions.check_with(key)?;
        http.content_type = http.content_type.or_else(|| body.content_type().map(str::to_owned));
        if !is_copy {
            http.check()?;
        }
        let (metadata, checksum) = write::metadata(metadata, checksum)?;
        check_metadata(&metadata)?;
        let object = Box::new(NewObject {
            bucket,
            key,
            http,
            metadata,
            checksum,
            conditions,
            storage_class,
            customer_key,
        });
        match body.into_source() {
            Source::Short(payload) => object.put(payload).await,
            Source::Long(long) => long.put(object).await,
        }
    }
}

impl IntoFuture for Put {
    type Output = Result<ObjectInfo>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("put");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

/// An object to write, checked, but for its body. Boxed, because it is handed through several futures.
pub(crate) struct NewObject {
    pub(crate) bucket: RawBucket,
    pub(crate) key: BucketKey,
    pub(crate) http: HttpMetadata,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) checksum: Option<Checksum>,
    pub(crate) conditions: Conditions,
    pub(crate) storage_class: Option<StorageClass>,
    pub(crate) customer_key: Option<CustomerKey>,
}

impl NewObject {
    /// Writes it in one step.
    pub(super) async fn put(self: Box<Self>, body: Payload) -> Result<ObjectInfo> {
        let Self { bucket, key, http, metadata, checksum, conditions, storage_class, customer_key } =
            *self;
        let creates = conditions.is_create();
        let put = PutObject {
            key,
            body,
            http,
            metadata,
            checksum,
            conditions,
            storage_class,
            customer_key,
        };
        let written = bucket.backend.put(put).await?;
        written.ok_or_else(|| unmet(creates))
    }
}

/// What is said of a write whose conditions do not hold.
pub(crate) fn unmet(creates: bool) -> Error {
    if creates {
        Error::new(ErrorKind::AlreadyExists, "the key is taken")
    } else {
        super::precondition_failed()
    }
}

/// Checks metadata by R2's rules.
pub(crate) fn check_metadata(metadata: &BTreeMap<String, String>) -> Result<()> {
    if metadata.contains_key(UNKEEPABLE) {
        let message = format!("R2 can't keep metadata of the name `{UNKEEPABLE}`");
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    let bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > limits::r2::METADATA_BYTES_MAX {
        return Err(write::metadata_too_large(bytes, limits::r2::METADATA_BYTES_MAX));
    }
    Ok(())
}
