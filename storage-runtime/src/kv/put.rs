//! Writing an entry.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;
use storage_core::checksum::Algorithm;
use storage_core::{ErrorKind, limits};

use super::{EntryInfo, PutMode, RawKv, check_key, stamp};
use crate::backend::{self, PutEntry};
use crate::body::Body;
use crate::error::{Error, Result};
use crate::write;

/// A write to a KV namespace. Made by [`Kv::put`](super::Kv::put).
#[must_use = "nothing is written until the request is awaited"]
#[derive(Debug)]
pub struct Put {
    kv: RawKv,
    key: Result<String>,
    value: Body,
    options: PutOptions,
}

/// How to write an entry.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PutOptions {
    /// The content type to keep with the entry.
    pub content_type: Option<String>,
    /// The user's metadata: at most 1,024 bytes of JSON together with what the library keeps.
    pub metadata: BTreeMap<String, String>,
    /// A checksum of the value: see [`Put::checksum`].
    pub checksum: Option<String>,
    /// Whether the write may replace an entry.
    pub mode: PutMode,
    /// When the entry expires.
    pub expiry: Expiry,
}

/// When an entry expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// So long after the write: at least 60 seconds, in whole seconds.
    After(Duration),
    /// As the declaration says (`ttl_seconds`).
    #[default]
    Declared,
    /// Never.
    Never,
}

impl Put {
    pub(super) fn new(kv: RawKv, key: Result<String>, value: Body) -> Self {
        Self { kv, key, value, options: PutOptions::default() }
    }

    /// Keeps a content type with the entry.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.options.content_type = Some(content_type.into());
        self
    }

    /// Keeps a name and a value with the entry. The last value of a name counts.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.metadata.insert(name.into(), value.into());
        self
    }

    /// Keeps a checksum with the entry, as metadata under `checksum`, exactly as given.
    ///
    /// If it names `md5`, `sha1`, `sha256`, `sha384` or `sha512` (`sha256:` and 64 hexadecimal
    /// digits), the value is verified before anything is written.
    pub fn checksum(mut self, checksum: impl Into<String>) -> Self {
        self.options.checksum = Some(checksum.into());
        self
    }

    /// Fails with [`AlreadyExists`](ErrorKind::AlreadyExists) if the key is taken.
    ///
    /// **Not atomic**: KV has no conditional write, so this looks first and then writes. Two writers
    /// may both succeed, and a key that was written elsewhere less than 60 seconds ago may look free.
    /// Use a bucket where exactly one must win.
    pub fn if_not_exists(mut self) -> Self {
        self.options.mode = PutMode::Create;
        self
    }

    /// Lets the entry expire so long after the write, whatever the declaration says: at least 60
    /// seconds, in whole seconds.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.options.expiry = Expiry::After(ttl);
        self
    }

    /// Keeps the entry until it is deleted, whatever the declaration says.
    pub fn never_expires(mut self) -> Self {
        self.options.expiry = Expiry::Never;
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: PutOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<EntryInfo> {
        let Self { kv, key, value, options } = self;
        let PutOptions { content_type, metadata, checksum, mode, expiry } = options;
        let key = check_key(key)?;
        let ttl_seconds = match expiry {
            Expiry::After(ttl) => Some(check_ttl(ttl)?),
            Expiry::Declared => kv.spec.ttl_seconds,
            Expiry::Never => None,
        };
        let content_type = content_type.or_else(|| value.content_type().map(str::to_owned));
        write::check_header("content type", content_type.as_deref())?;
        let (metadata, checksum) = write::metadata(metadata, checksum)?;
        let value = value.gather(limits::kv::VALUE_BYTES_MAX as u64).await?;
        if let Some(checksum) = checksum {
            let digest = backend::digest(checksum.algorithm(), &value).await?;
            if digest != checksum.digest() {
                return Err(write::checksum_mismatch());
            }
        }
        let info = EntryInfo {
            key: key.as_str().to_owned(),
            size: Some(value.len() as u64),
            etag: Some(stamp::etag(&backend::digest(Algorithm::Sha256, &value).await?)),
            uploaded: Some(backend::now()),
            content_type,
            metadata,
        };
        let metadata = stamp::write(&info)?;
        if metadata.len() > limits::kv::METADATA_BYTES_MAX {
            let max = limits::kv::METADATA_BYTES_MAX;
            return Err(write::metadata_too_large(metadata.len(), max)
                .with_detail("as JSON, with what the library keeps itself"));
        }
        if mode == PutMode::Create && kv.backend.head(key.clone()).await?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "the key is taken"));
        }
        kv.backend.put(PutEntry { key, value, metadata, ttl_seconds }).await?;
        Ok(info)
    }
}

impl IntoFuture for Put {
    type Output = Result<EntryInfo>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("put");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

fn check_ttl(ttl: Duration) -> Result<u64> {
    let seconds = ttl.as_secs();
    if seconds < limits::kv::TTL_SECONDS_MIN {
        let min = limits::kv::TTL_SECONDS_MIN;
        let message = format!("the time to live is {seconds} s, the least is {min} s");
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    Ok(seconds)
}
