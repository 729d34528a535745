//! Writing an entry.

use std::future::IntoFuture;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde::Serialize;
use storage_core::checksum::Algorithm;
use storage_core::{ErrorKind, limits};

use super::{EntryInfo, Metadata, PutMode, RawKv, check_key, stamp};
use crate::backend::{self, EntryExpiry, EntryMetadata, PutEntry};
use crate::body::Body;
use crate::error::{Error, Result};
use crate::write;

/// A write to a KV namespace. Made by [`Kv::put`](super::Kv::put).
#[must_use = "nothing is written until the request is awaited"]
#[derive(Debug)]
pub struct Put {
    kv: RawKv,
    key: Result<String>,
    value: Result<Body>,
    options: Result<PutOptions>,
}

/// How to write an entry.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PutOptions {
    /// The content type to keep with the entry.
    pub content_type: Option<String>,
    /// The user's metadata: at most 1,024 bytes of JSON together with what the library keeps.
    pub metadata: Metadata,
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
    /// So long after the write: 60 seconds to 68 years, in whole seconds.
    After(Duration),
    /// At that time, to the second: 60 seconds to 68 years from now.
    At(SystemTime),
    /// As the declaration says (`ttl_seconds`).
    #[default]
    Declared,
    /// Never.
    Never,
}

impl Put {
    pub(super) fn new(kv: RawKv, key: Result<String>, value: Result<Body>) -> Self {
        Self { kv, key, value, options: Ok(PutOptions::default()) }
    }

    /// Keeps a content type with the entry.
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        self.set(|options| options.content_type = Some(content_type.into()))
    }

    /// Keeps a name and a text with the entry. The last text of a name counts.
    pub fn metadata(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(|options| options.metadata.insert(name, value))
    }

    /// Keeps any value with the entry, as JSON, in place of the metadata set so far. Read it with
    /// [`EntryInfo::metadata_as`].
    ///
    /// # Examples
    ///
    /// ```
    /// # #[storage::kv(name = "thumbnails")]
    /// # struct Thumbnails;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { thumbnails: storage::Kv<Thumbnails> }
    /// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    /// struct Size { width: u32, height: u32 }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// let size = Size { width: 160, height: 90 };
    /// app.thumbnails.put("cat", vec![0xff, 0xd8]).metadata_from(&size).await?;
    ///
    /// let info = app.thumbnails.head("cat").await?.expect("it was just written");
    /// assert_eq!(info.metadata_as::<Size>()?, Some(size));
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata_from<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.options = self
            .options
            .and_then(|options| Ok(PutOptions { metadata: Metadata::json(value)?, ..options }));
        self
    }

    /// Keeps a checksum with the entry, as metadata under `checksum`, exactly as given.
    ///
    /// If it names `md5`, `sha1`, `sha256`, `sha384` or `sha512` (`sha256:` and 64 hexadecimal
    /// digits), the value is verified before anything is written. What begins like one of these names but
    /// is no such digest is refused; any other text is kept unverified.
    pub fn checksum(self, checksum: impl Into<String>) -> Self {
        self.set(|options| options.checksum = Some(checksum.into()))
    }

    /// Fails with [`AlreadyExists`](ErrorKind::AlreadyExists) if the key is taken.
    ///
    /// **Not atomic**: KV has no conditional write, so this looks first and then writes. Two writers
    /// may both succeed, and a key that was written elsewhere less than 60 seconds ago may look free.
    /// Use a bucket where exactly one must win.
    pub fn if_not_exists(self) -> Self {
        self.set(|options| options.mode = PutMode::Create)
    }

    /// Lets the entry expire so long after the write, whatever the declaration says: 60 seconds
    /// to 68 years, in whole seconds.
    pub fn ttl(self, ttl: Duration) -> Self {
        self.set(|options| options.expiry = Expiry::After(ttl))
    }

    /// Lets the entry expire at that time, to the second, whatever the declaration says: 60
    /// seconds to 68 years from now.
    pub fn expires_at(self, time: SystemTime) -> Self {
        self.set(|options| options.expiry = Expiry::At(time))
    }

    /// Keeps the entry until it is deleted, whatever the declaration says.
    pub fn never_expires(self) -> Self {
        self.set(|options| options.expiry = Expiry::Never)
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: PutOptions) -> Self {
        self.options = Ok(options);
        self
    }

    fn set(mut self, set: impl FnOnce(&mut PutOptions)) -> Self {
        if let Ok(options) = &mut self.options {
            set(options);
        }
        self
    }

    /// Checks everything that can be checked without writing.
    pub(crate) async fn prepare(self) -> Result<Prepared> {
        let Self { kv, key, value, options } = self;
        let PutOptions { content_type, metadata, checksum, mode, expiry } = options?;
        let key = check_key(key)?;
        let value = value?;
        let expiry = check_expiry(expiry, kv.spec.ttl_seconds)?;
        let content_type = content_type.or_else(|| value.content_type().map(str::to_owned));
        write::check_header("content type", content_type.as_deref())?;
        let (metadata, checksum) = metadata.settle(checksum)?;
        let value = value.gather(limits::kv::VALUE_BYTES_MAX as u64).await?;
        if let Some(checksum) = checksum {
            let digest = backend::digest(checksum.algorithm(), &value).await?;
            if digest != checksum.digest() {
                return Err(write::checksum_mismatch());
            }
        }
        let now = backend::now();
        let about = EntryInfo {
            size: Some(value.len() as u64),
            etag: Some(etag(&kv, &value).await?),
            uploaded: Some(now),
            content_type,
            ..EntryInfo::new(key.as_str().to_owned(), expiry.time(now))
        };
        let metadata = stamp::write(&about, metadata.as_ref())?;
        if metadata.len() > limits::kv::METADATA_BYTES_MAX {
            let (len, max) = (metadata.len(), limits::kv::METADATA_BYTES_MAX);
            let own = stamp::write(&about, None)?.len();
            let message = format!(
                "the metadata has {len} bytes as JSON, {own} of them this library's own: size, \
                 etag, time and content type; the limit is {max}"
            );
            return Err(Error::new(ErrorKind::MetadataTooLarge, message));
        }
        Ok(Prepared { kv, put: PutEntry { key, value, metadata, expiry }, about, mode })
    }

    async fn send(self) -> Result<EntryInfo> {
        self.prepare().await?.send().await
    }
}

/// A write that breaks no rule.
pub(crate) struct Prepared {
    kv: RawKv,
    put: PutEntry,
    about: EntryInfo,
    mode: PutMode,
}

impl Prepared {
    /// Writes the entry.
    pub(crate) async fn send(self) -> Result<EntryInfo> {
        let Self { kv, put, about, mode } = self;
        if mode == PutMode::Create && kv.backend.head(put.key.clone()).await?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "the key is taken"));
        }
        let stored = EntryMetadata::new(Some(put.metadata.clone()), about.expires);
        kv.backend.put(put).await?;
        // What a read would say.
        Ok(stamp::read(about.key, stored))
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

/// When an entry expires, checked by KV's rules.
fn check_expiry(expiry: Expiry, declared: Option<u64>) -> Result<EntryExpiry> {
    match expiry {
        Expiry::After(ttl) => check_ttl(ttl, "the time to live").map(EntryExpiry::After),
        Expiry::At(time) => {
            let (time, now) =
                (backend::whole_seconds(time), backend::whole_seconds(backend::now()));
            let ahead = time.duration_since(now).unwrap_or_default();
            check_ttl(ahead, "the span until the expiration")?;
            Ok(EntryExpiry::At(time))
        }
        Expiry::Declared => {
            Ok(declared
                .map_or(EntryExpiry::Never, |ttl| EntryExpiry::After(Duration::from_secs(ttl))))
        }
        Expiry::Never => Ok(EntryExpiry::Never),
    }
}

/// The etag of a value. A digest would tell something of a value that is encrypted: that it is the same
/// as another, or the one that somebody guesses.
async fn etag(kv: &RawKv, value: &Bytes) -> Result<String> {
    if let Some(random) = kv.random_etag {
        return Ok(stamp::etag(&random()?));
    }
    Ok(stamp::etag(&backend::digest(Algorithm::Sha256, value).await?))
}

/// A time to live in whole seconds, and what it is called.
fn check_ttl(ttl: Duration, what: &str) -> Result<Duration> {
    let (min, max) = (limits::kv::TTL_SECONDS_MIN, limits::kv::TTL_SECONDS_MAX);
    let seconds = ttl.as_secs();
    if (min..=max).contains(&seconds) {
        return Ok(Duration::from_secs(seconds));
    }
    let message = format!("{what} is {seconds} s, KV takes {min} to {max} s");
    Err(Error::new(ErrorKind::InvalidOption, message))
}
