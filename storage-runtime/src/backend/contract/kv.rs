//! What a place for entries has to do.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::key::KvKey;

use super::ReadBody;
use crate::error::Result;
use crate::page::Page;

/// A place for entries. Content types, etags and the user's metadata are above this trait: an entry's
/// metadata is one JSON text here.
///
/// Keys, sizes, metadata and limits have been checked when a method is called.
pub trait KvBackend: Send + Sync {
    /// Writes an entry over whatever was there.
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>>;

    /// Finds an entry and its value.
    fn get(&self, key: KvKey) -> BoxFuture<'_, Result<Option<FoundEntry>>>;

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
    /// Seconds until it expires, at least 60.
    pub ttl_seconds: Option<u64>,
}

/// An entry that was found.
#[non_exhaustive]
pub struct FoundEntry {
    /// JSON text, if there is any.
    pub metadata: Option<String>,
    /// Size of the value in bytes.
    pub size: u64,
    /// The value.
    pub value: Box<dyn ReadBody>,
}

impl FoundEntry {
    /// An entry and its value.
    #[must_use]
    pub fn new(metadata: Option<String>, size: u64, value: Box<dyn ReadBody>) -> Self {
        Self { metadata, size, value }
    }
}

/// What is known of an entry whose value was not read.
#[derive(Debug)]
#[non_exhaustive]
pub struct EntryMetadata {
    /// JSON text, if there is any.
    pub metadata: Option<String>,
}

impl EntryMetadata {
    /// An entry with that metadata.
    #[must_use]
    pub fn new(metadata: Option<String>) -> Self {
        Self { metadata }
    }
}

/// An entry of a listing.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListedEntry {
    /// Its key.
    pub key: String,
    /// JSON text, if there is any.
    pub metadata: Option<String>,
}

impl ListedEntry {
    /// An entry of that key and metadata.
    #[must_use]
    pub fn new(key: String, metadata: Option<String>) -> Self {
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
