//! Objects, with and without their bodies.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::content::Content;
use crate::error::Result;

/// All there is to know of an object but its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    pub(crate) key: String,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) uploaded: SystemTime,
    pub(crate) content_type: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl ObjectInfo {
    /// An object without content type and metadata. For backends.
    #[must_use]
    pub fn new(key: String, size: u64, etag: String, uploaded: SystemTime) -> Self {
        Self { key, size, etag, uploaded, content_type: None, metadata: BTreeMap::new() }
    }

    /// The same with a content type. For backends.
    #[must_use]
    pub fn with_content_type(mut self, content_type: Option<String>) -> Self {
        self.content_type = content_type;
        self
    }

    /// The same with metadata. For backends.
    #[must_use]
    pub fn with_metadata(mut self, metadata: BTreeMap<String, String>) -> Self {
        self.metadata = metadata;
        self
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Size of the body, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Changes whenever the object is written. Opaque, and without quotes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The content type it was written with.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The user's metadata. A checksum given at the write is under `checksum`.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// When it was written, to the millisecond.
    #[must_use]
    pub fn uploaded(&self) -> SystemTime {
        self.uploaded
    }
}

/// An object that was found: its [`ObjectInfo`], and its body, which can be read once.
#[derive(Debug)]
pub struct Object {
    info: ObjectInfo,
    content: Content,
}

impl Object {
    pub(super) fn new(info: ObjectInfo, content: Content) -> Self {
        Self { info, content }
    }

    /// All but the body.
    #[must_use]
    pub fn info(&self) -> &ObjectInfo {
        &self.info
    }

    /// Reads the body.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](crate::ErrorKind::Unavailable) if it breaks off.
    pub async fn bytes(self) -> Result<Bytes> {
        self.content.bytes().await
    }

    /// Reads the body as UTF-8 text.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not
    /// UTF-8.
    pub async fn text(self) -> Result<String> {
        self.content.text().await
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not
    /// JSON of that type.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        self.content.json().await
    }
}

impl Deref for Object {
    type Target = ObjectInfo;

    fn deref(&self) -> &ObjectInfo {
        &self.info
    }
}
