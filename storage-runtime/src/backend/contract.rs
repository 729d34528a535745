//! What a backend has to do, and no more: everything convenient is built above these traits.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::checksum::Checksum;
use storage_core::key::{BucketKey, KvKey};

use crate::bucket::ObjectInfo;
use crate::error::Result;
use crate::page::Page;

/// A place for objects.
///
/// Keys, sizes, metadata and limits have been checked when a method is called. Writes are atomic: an
/// object is there as a whole or not at all.
pub trait BucketBackend: Send + Sync {
    /// Writes an object. `None` if the mode is [`PutMode::Create`] and the key was taken; of any
    /// number of concurrent creations of one key exactly one succeeds.
    ///
    /// A checksum is verified before anything can be seen.
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>>;

    /// Finds an object and its body.
    fn get(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<FoundObject>>>;

    /// Finds an object.
    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>>;

    /// Deletes an object, or nothing.
    fn delete(&self, key: BucketKey) -> BoxFuture<'_, Result<()>>;

    /// Lists a page of objects.
    fn list(&self, list: ListPage) -> BoxFuture<'_, Result<Page<ObjectInfo>>>;
}

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
    fn list(&self, list: ListPage) -> BoxFuture<'_, Result<Page<ListedEntry>>>;
}

/// A body that has not been read yet.
pub trait ReadBody: Send {
    /// All of it.
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>>;
}

impl ReadBody for Bytes {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        Box::pin(std::future::ready(Ok(*self)))
    }
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

/// An object to write.
#[derive(Debug)]
#[non_exhaustive]
pub struct PutObject {
    /// Where.
    pub key: BucketKey,
    /// What.
    pub body: Bytes,
    /// Its content type.
    pub content_type: Option<String>,
    /// The user's metadata.
    pub metadata: BTreeMap<String, String>,
    /// To be verified before the object can be seen.
    pub checksum: Option<Checksum>,
    /// Whether it may replace another.
    pub mode: PutMode,
}

/// An object that was found.
#[non_exhaustive]
pub struct FoundObject {
    /// All but the body.
    pub info: ObjectInfo,
    /// The body.
    pub body: Box<dyn ReadBody>,
}

impl FoundObject {
    /// An object and its body.
    #[must_use]
    pub fn new(info: ObjectInfo, body: Box<dyn ReadBody>) -> Self {
        Self { info, body }
    }
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
pub struct ListPage {
    /// Only keys that start with it.
    pub prefix: Option<String>,
    /// At most so many, 1 to 1,000.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}
