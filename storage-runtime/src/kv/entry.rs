//! Entries, with and without their values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::Stream;
use serde::de::DeserializeOwned;
use storage_core::ErrorKind;
use sync_wrapper::SyncWrapper;

use super::stamp;
use crate::backend::{EntryValue, Payload};
use crate::body::Body;
use crate::error::{Error, Place, Result};
#[cfg(feature = "rest")]
use crate::write::value_too_large;
use crate::{content, pieces};

/// All there is to know of an entry but its value.
///
/// Of an entry that another program wrote, only the key is certain.
#[derive(Clone, Debug, Eq)]
pub struct EntryInfo {
    pub(super) key: String,
    pub(super) size: Option<u64>,
    pub(super) etag: Option<String>,
    pub(super) uploaded: Option<SystemTime>,
    pub(super) content_type: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) expires: Option<SystemTime>,
    /// The metadata as it is stored.
    pub(super) stored: Option<String>,
}

impl EntryInfo {
    pub(super) fn new(key: String, expires: Option<SystemTime>) -> Self {
        Self {
            key,
            size: None,
            etag: None,
            uploaded: None,
            content_type: None,
            metadata: BTreeMap::new(),
            expires,
            stored: None,
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// When it expires, to the second: of an entry that was listed, or that was just written (by the
    /// clock of the writer).
    ///
    /// `None` if it never does, and from [`get`](super::Kv::get) and [`head`](super::Kv::head) on
    /// Workers, where KV does not tell.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Size of the value, in bytes. Always known after [`Kv::get`](super::Kv::get), unless the value
    /// is [streamed](super::Get::streamed).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Changes with the value: the same bytes have the same etag, unless they are encrypted: then it is
    /// random, and another one for each write. Opaque, and without quotes.
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
    /// Of metadata that is some other JSON value, its fields: those that are not text as JSON, and none
    /// if it is no object.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// All of the user's metadata as a type of yours; `None` if there is none.
    ///
    /// Of an entry that another program wrote, this is its whole metadata.
    ///
    /// # Errors
    ///
    /// [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not of that type.
    pub fn metadata_as<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let Some(json) = self.users_json() else { return Ok(None) };
        serde_json::from_str(&json).map(Some).map_err(|error| {
            Error::new(ErrorKind::DecodeFailed, "the metadata is not the expected JSON")
                .with_source(error)
        })
    }

    /// All of the user's metadata, as exact as it was written. What another program wrote may be no JSON.
    pub(crate) fn users_json(&self) -> Option<Cow<'_, str>> {
        self.stored.as_deref().and_then(stamp::users_json)
    }

    /// When it was written, to the millisecond, by the clock of the Worker that wrote it.
    #[must_use]
    pub fn uploaded(&self) -> Option<SystemTime> {
        self.uploaded
    }
}

/// Metadata counts by its fields: the same JSON may be written in several ways.
impl PartialEq for EntryInfo {
    fn eq(&self, other: &Self) -> bool {
        let Self { key, size, etag, uploaded, content_type, metadata, expires, stored: _ } = self;
        *key == other.key
            && *size == other.size
            && *etag == other.etag
            && *uploaded == other.uploaded
            && *content_type == other.content_type
            && *metadata == other.metadata
            && *expires == other.expires
    }
}

/// An entry that was found: its [`EntryInfo`], and its value, which can be read once.
pub struct Entry {
    info: EntryInfo,
    /// Wrapped, so that a reference to an entry can be held across an await.
    value: SyncWrapper<EntryValue>,
    place: Place,
}

impl Entry {
    pub(super) fn new(info: EntryInfo, value: EntryValue, place: Place) -> Self {
        Self { info, value: SyncWrapper::new(value), place }
    }

    /// All but the value.
    #[must_use]
    pub fn info(&self) -> &EntryInfo {
        &self.info
    }

    /// Reads the value in pieces.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        self.value.into_inner().into_stream()
    }

    /// The value, to be written elsewhere: with its content type, and if it is
    /// [streamed](super::Get::streamed), on Workers without its bytes passing through the Worker's
    /// memory.
    #[must_use]
    pub fn into_body(self) -> Body {
        let Self { info: EntryInfo { size, content_type, .. }, value, .. } = self;
        match (value.into_inner(), size) {
            (EntryValue::Bytes(bytes), _) => Body::known(Payload::Bytes(bytes), content_type),
            (EntryValue::Platform(stream), Some(len)) => {
                Body::known(stream.into_payload(len), content_type)
            }
            (EntryValue::Stream(stream), Some(len)) => {
                let stream = pieces::exactly(stream, len);
                Body::known(Payload::Stream { stream, len }, content_type)
            }
            (streamed, None) => Body::unknown(streamed.into_stream(), content_type),
        }
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// [`BodyInterrupted`](crate::ErrorKind::BodyInterrupted) if it breaks off.
    pub async fn bytes(self) -> Result<Bytes> {
        self.value.into_inner().gather().await.map_err(|error| error.at(self.place))
    }

    /// What is known of it and its value, if that has at most `max` bytes. Of a longer one no more is read.
    #[cfg(feature = "rest")]
    pub(crate) async fn gather(self, max: u64) -> Result<(EntryInfo, Bytes)> {
        let Self { mut info, value, place } = self;
        let gathered = match (info.size, value.into_inner()) {
            (Some(size), _) if size > max => Err(value_too_large(size, max)),
            // In one call of the platform: piece by piece a short value takes many times as long.
            (Some(size), EntryValue::Platform(stream)) => match stream.gather(size).await {
                // The size is what was noted: another program may have written since.
                Ok(bytes) => EntryValue::Bytes(bytes).gather_at_most(max).await,
                failed => failed,
            },
            (_, value) => value.gather_at_most(max).await,
        };
        let bytes = gathered.map_err(|error| error.at(place))?;
        info.size = Some(bytes.len() as u64);
        Ok((info, bytes))
    }

    /// Reads the value as UTF-8 text.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not
    /// UTF-8.
    pub async fn text(self) -> Result<String> {
        let place = self.place;
        content::text(self.bytes().await?).map_err(|error| error.at(place))
    }

    /// Reads the value as JSON.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and [`DecodeFailed`](crate::ErrorKind::DecodeFailed) if it is not
    /// JSON of that type.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let place = self.place;
        content::json(&self.bytes().await?).map_err(|error| error.at(place))
    }
}

impl Deref for Entry {
    type Target = EntryInfo;

    fn deref(&self) -> &EntryInfo {
        &self.info
    }
}

impl fmt::Debug for Entry {
    /// What is known of it, not the value: values may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.info).finish()
    }
}
