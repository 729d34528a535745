//! Entries, with and without their values.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::content::Content;
use crate::error::Result;

/// All there is to know of an entry but its value.
///
/// Of an entry that another program wrote, only the key is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryInfo {
    pub(super) key: String,
    pub(super) size: Option<u64>,
    pub(super) etag: Option<String>,
    pub(super) uploaded: Option<SystemTime>,
    pub(super) content_type: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
}

impl EntryInfo {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Size of the value, in bytes. Always known after [`Kv::get`](super::Kv::get).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Changes with the value: the same bytes have the same etag. Opaque, and without quotes.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The content type it was written with.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The user's metadata. A checksum given at the write is under `checksum`.
    ///
    /// Of an entry that another program wrote: the fields of its metadata, those that are not text as
    /// JSON.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// When it was written, to the millisecond, by the clock of the Worker that wrote it.
    #[must_use]
    pub fn uploaded(&self) -> Option<SystemTime> {
        self.uploaded
    }
}

/// An entry that was found: its [`EntryInfo`], and its value, which can be read once.
#[derive(Debug)]
pub struct Entry {
    info: EntryInfo,
    content: Content,
}

impl Entry {
    pub(super) fn new(info: EntryInfo, content: Content) -> Self {
        Self { info, content }
    }

    /// All but the value.
    #[must_use]
    pub fn info(&self) -> &EntryInfo {
        &self.info
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](crate::ErrorKind::Unavailable) if it breaks off.
    pub async fn bytes(self) -> Result<Bytes> {
        self.content.bytes().await
    }

    /// Reads the value as UTF-8 text.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not
    /// UTF-8.
    pub async fn text(self) -> Result<String> {
        self.content.text().await
    }

    /// Reads the value as JSON.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not
    /// JSON of that type.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        self.content.json().await
    }
}

impl Deref for Entry {
    type Target = EntryInfo;

    fn deref(&self) -> &EntryInfo {
        &self.info
    }
}
