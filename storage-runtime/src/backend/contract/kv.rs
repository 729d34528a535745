//! What a place for entries has to do.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::limits::kv::VALUE_BYTES_MAX;

use super::{ByteStream, Payload};
use crate::backend::PlatformStream;
use crate::error::{Error, Result};
use crate::page::Page;
use crate::{body, write};

/// A place for entries. Content types, etags and the user's metadata are above this trait: an entry's
/// metadata is one JSON text here.
///
/// Keys, sizes, metadata and limits have been checked when a method is called. An entry that has
/// expired is not there.
pub trait KvBackend: Send + Sync {
    /// Writes an entry over whatever was there.
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>>;

    /// Finds an entry and its value.
    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>>;

    /// Finds several entries and their values, byte for byte, in the order of the keys.
    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>>;

    /// Finds an entry, without reading its value if that can be helped.
    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>>;

    /// Deletes an entry, or nothing.
    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>>;

    /// Lists a page of entries.
    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>>;
}

/// Whether a write may replace what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PutMode {
    /// Write, whatever is there.
    #[default]
    Overwrite,
    /// Write only if the key is free.
    Create,
}

/// An entry to write.
#[derive(Debug)]
#[non_exhaustive]
pub struct PutEntry {
    /// Where.
    pub key: KvKey,
    /// What.
    pub value: Bytes,
    /// JSON text.
    pub metadata: String,
    /// When it expires.
    pub expiry: EntryExpiry,
}

/// When an entry that is written expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryExpiry {
    /// So long after the write: at least 60 seconds, in whole seconds.
    After(Duration),
    /// At that time, which is in whole seconds since 1970, and was at least 60 seconds ahead when it
    /// was checked.
    At(SystemTime),
    /// Never.
    Never,
}

impl EntryExpiry {
    /// The time at which an entry that is written now expires, in whole seconds since 1970.
    #[must_use]
    pub fn time(self, now: SystemTime) -> Option<SystemTime> {
        match self {
            // A time beyond what the clock can tell is never reached.
            Self::After(ttl) => whole_seconds(now).checked_add(ttl),
            Self::At(time) => Some(time),
            Self::Never => None,
        }
    }
}

/// The time without the fraction of its second.
pub(crate) fn whole_seconds(time: SystemTime) -> SystemTime {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(since_1970.as_secs()))
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// An entry to find.
#[derive(Debug)]
#[non_exhaustive]
pub struct GetEntry {
    /// Where.
    pub key: KvKey,
    /// For how many seconds the answer may be kept near the reader, at least 30. A backend without
    /// such a cache has nothing to do: its answers are never older than allowed.
    pub cache_ttl_seconds: Option<u64>,
    /// How the value is wanted.
    pub mode: GetMode,
}

/// How a value is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum GetMode {
    /// In memory.
    #[default]
    Bytes,
    /// As a stream of the platform's, where there is one.
    Stream,
}

/// Entries to find.
#[derive(Debug)]
#[non_exhaustive]
pub struct GetEntries {
    /// Where: 1 to 100 keys, each once.
    pub keys: Vec<KvKey>,
    /// As [`GetEntry::cache_ttl_seconds`].
    pub cache_ttl_seconds: Option<u64>,
    /// How many bytes their values may have together. Of more, no more is in memory than it takes to find that
    /// out, and the call fails ([`ValueTooLarge`](crate::ErrorKind::ValueTooLarge)).
    pub bytes_max: Option<u64>,
}

impl GetEntries {
    /// That the values found so far are not too much.
    pub(crate) fn check(bytes_max: Option<u64>, found: &[Option<FoundEntry<Bytes>>]) -> Result<()> {
        let Some(max) = bytes_max else { return Ok(()) };
        let bytes: u64 = found.iter().flatten().map(|entry| entry.value.len() as u64).sum();
        if bytes <= max { Ok(()) } else { Err(Self::too_large(max)) }
    }

    /// What is said of values that are too much.
    pub(crate) fn too_large(max: u64) -> Error {
        let message = format!(
            "the values that are read together have more than {max} bytes; help: read fewer at once, \
             large ones by `get`"
        );
        Error::new(ErrorKind::ValueTooLarge, message)
    }
}

/// An entry that was found.
#[derive(Clone)]
#[non_exhaustive]
pub struct FoundEntry<V = EntryValue> {
    /// What is known beside the value.
    pub metadata: EntryMetadata,
    /// The value.
    pub value: V,
}

impl<V> FoundEntry<V> {
    /// An entry and its value.
    #[must_use]
    pub fn new(metadata: EntryMetadata, value: V) -> Self {
        Self { metadata, value }
    }
}

/// The value of an entry that was found.
pub enum EntryValue {
    /// In memory.
    Bytes(Bytes),
    /// In pieces.
    Stream(ByteStream),
    /// A stream of the platform, of a length that it does not tell. Natively there is none.
    Platform(PlatformStream),
}

impl EntryValue {
    /// The value in pieces.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        match self {
            Self::Bytes(bytes) => Payload::Bytes(bytes).into_stream(),
            Self::Stream(stream) => stream,
            Self::Platform(stream) => stream.into_stream(),
        }
    }

    /// All of it, which is at most what KV holds.
    pub(crate) async fn gather(self) -> Result<Bytes> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            other => other.gather_at_most(VALUE_BYTES_MAX as u64).await,
        }
    }

    /// All of it, if that is at most `max` bytes. Of a stream no more is read.
    pub(crate) async fn gather_at_most(self, max: u64) -> Result<Bytes> {
        match self {
            Self::Bytes(bytes) if bytes.len() as u64 > max => {
                Err(write::value_too_large(bytes.len() as u64, max))
            }
            Self::Bytes(bytes) => Ok(bytes),
            other => body::gather(other.into_stream(), max).await,
        }
    }
}

/// What is known of an entry but its value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EntryMetadata {
    /// JSON text, if there is any.
    pub json: Option<String>,
    /// When it expires, if it does and the place can tell.
    pub expires: Option<SystemTime>,
}

impl EntryMetadata {
    /// That metadata, and that time of expiry.
    #[must_use]
    pub fn new(json: Option<String>, expires: Option<SystemTime>) -> Self {
        Self { json, expires }
    }

    /// The size of the value in bytes, as this library noted it when it wrote the entry. For backends
    /// that may read something else than what is stored.
    #[must_use]
    pub fn noted_size(&self) -> Option<u64> {
        self.json.as_deref().and_then(crate::kv::noted_size)
    }
}

/// An entry of a listing.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListedEntry {
    /// Its key.
    pub key: String,
    /// What is known beside the key.
    pub metadata: EntryMetadata,
}

impl ListedEntry {
    /// An entry of that key and metadata.
    #[must_use]
    pub fn new(key: String, metadata: EntryMetadata) -> Self {
        Self { key, metadata }
    }
}

/// A page to list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListEntries {
    /// Only keys that start with it.
    pub prefix: Option<String>,
    /// At most so many, 1 to 1,000.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}
