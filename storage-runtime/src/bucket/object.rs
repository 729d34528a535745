//! Objects, with and without their bodies.

use std::collections::BTreeMap;
use std::ops::{Deref, Range};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::Stream;
use serde::de::DeserializeOwned;

use super::{Checksums, HttpMetadata, StorageClass};
use crate::backend::Payload;
use crate::body::Body;
use crate::content::Content;
use crate::error::Result;

/// All there is to know of an object but its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    pub(crate) key: String,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) uploaded: SystemTime,
    pub(crate) version: String,
    pub(crate) http: HttpMetadata,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) checksums: Checksums,
    pub(crate) storage_class: StorageClass,
}

impl ObjectInfo {
    /// An object without any metadata. For backends.
    #[must_use]
    pub fn new(key: String, size: u64, etag: String, uploaded: SystemTime) -> Self {
        Self {
            key,
            size,
            etag,
            uploaded,
            version: String::new(),
            http: HttpMetadata::default(),
            metadata: BTreeMap::new(),
            checksums: Checksums::default(),
            storage_class: StorageClass::default(),
        }
    }

    /// The same with HTTP metadata. For backends.
    #[must_use]
    pub fn with_http_metadata(mut self, http: HttpMetadata) -> Self {
        self.http = http;
        self
    }

    /// The same with metadata. For backends.
    #[must_use]
    pub fn with_metadata(mut self, metadata: BTreeMap<String, String>) -> Self {
        self.metadata = metadata;
        self
    }

    /// The same with a version. For backends.
    #[must_use]
    pub fn with_version(mut self, version: String) -> Self {
        self.version = version;
        self
    }

    /// The same with checksums. For backends.
    #[must_use]
    pub fn with_checksums(mut self, checksums: Checksums) -> Self {
        self.checksums = checksums;
        self
    }

    /// The same in a storage class. For backends.
    #[must_use]
    pub fn with_storage_class(mut self, storage_class: StorageClass) -> Self {
        self.storage_class = storage_class;
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

    /// Changes whenever the bytes do: the same bytes have the same etag, unless they were uploaded in
    /// parts, or are encrypted: then it is that of the ciphertext, and another one for each write. Opaque,
    /// and without quotes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The content type it was written with.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.http.content_type.as_deref()
    }

    /// How it is to be served.
    #[must_use]
    pub fn http_metadata(&self) -> &HttpMetadata {
        &self.http
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

    /// Different for every write, even of the same bytes. Opaque.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The digests that are kept with it.
    #[must_use]
    pub fn checksums(&self) -> &Checksums {
        &self.checksums
    }

    /// How it is kept.
    #[must_use]
    pub fn storage_class(&self) -> StorageClass {
        self.storage_class
    }
}

/// An object that was found: its [`ObjectInfo`], and its body, which can be read once.
#[derive(Debug)]
pub struct Object {
    info: ObjectInfo,
    range: Range<u64>,
    content: Content,
}

impl Object {
    pub(super) fn new(info: ObjectInfo, range: Range<u64>, content: Content) -> Self {
        Self { info, range, content }
    }

    /// All but the body.
    #[must_use]
    pub fn info(&self) -> &ObjectInfo {
        &self.info
    }

    /// Which bytes of the object the body has: all, unless a range was asked for.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// Reads the body in pieces.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes>> + Send + Unpin + 'static {
        self.into_body().into_stream()
    }

    /// The body, to be written elsewhere: with its content type, and on Workers without its bytes
    /// passing through the Worker's memory.
    #[must_use]
    pub fn into_body(self) -> Body {
        let content_type = self.info.http.content_type.clone();
        Body::known(self.into_payload(), content_type)
    }

    pub(crate) fn into_payload(self) -> Payload {
        self.content.into_payload()
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
