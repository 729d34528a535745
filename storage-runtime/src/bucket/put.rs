//! Writing an object.

use std::collections::BTreeMap;
use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use storage_core::{ErrorKind, limits};

use super::{ObjectInfo, PutMode, RawBucket, check_key};
use crate::backend::PutObject;
use crate::body::Body;
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
}

/// How to write an object.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PutOptions {
    /// The content type to keep with the object.
    pub content_type: Option<String>,
    /// The user's metadata: at most 8,192 bytes, names and values together.
    pub metadata: BTreeMap<String, String>,
    /// A checksum of the body: see [`Put::checksum`].
    pub checksum: Option<String>,
    /// Whether the write may replace an object.
    pub mode: PutMode,
}

impl Put {
    pub(super) fn new(bucket: RawBucket, key: Result<String>, body: Body) -> Self {
        Self { bucket, key, body, options: PutOptions::default() }
    }

    /// Keeps a content type with the object.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.options.content_type = Some(content_type.into());
        self
    }

    /// Keeps a name and a value with the object. The last value of a name counts.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.metadata.insert(name.into(), value.into());
        self
    }

    /// Keeps a checksum with the object, as metadata under `checksum`, exactly as given.
    ///
    /// If it names `md5`, `sha1`, `sha256`, `sha384` or `sha512` (`sha256:` and 64 hexadecimal
    /// digits), the body is verified before anything is written.
    pub fn checksum(mut self, checksum: impl Into<String>) -> Self {
        self.options.checksum = Some(checksum.into());
        self
    }

    /// Fails with [`AlreadyExists`](ErrorKind::AlreadyExists) if the key is taken. Atomic: of any
    /// number of concurrent writes exactly one succeeds.
    pub fn if_not_exists(mut self) -> Self {
        self.options.mode = PutMode::Create;
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: PutOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<ObjectInfo> {
        let Self { bucket, key, body, options } = self;
        let PutOptions { content_type, metadata, checksum, mode } = options;
        let key = check_key(key)?;
        let content_type = write::content_type(content_type, &body)?;
        let (metadata, checksum) = write::metadata(metadata, checksum)?;
        if metadata.contains_key(UNKEEPABLE) {
            let message = format!("R2 can't keep metadata of the name `{UNKEEPABLE}`");
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let bytes: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
        if bytes > limits::r2::METADATA_BYTES_MAX {
            return Err(write::metadata_too_large(bytes, limits::r2::METADATA_BYTES_MAX));
        }
        if body.len() as u64 > limits::r2::PUT_BYTES_MAX {
            return Err(write::value_too_large(body.len() as u64, limits::r2::PUT_BYTES_MAX));
        }
        let body = body.into_bytes();
        let put = PutObject { key, body, content_type, metadata, checksum, mode };
        let written = bucket.backend.put(put).await?;
        written.ok_or_else(|| Error::new(ErrorKind::AlreadyExists, "the key is taken"))
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
