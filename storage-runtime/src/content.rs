//! What is read, and JSON both ways.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use storage_core::ErrorKind;
use sync_wrapper::SyncWrapper;

use crate::backend::{Payload, ReadBody};
use crate::error::{Error, Place, Result};

/// A body that has not been read yet, and where it came from.
pub(crate) struct Content {
    /// Wrapped, so that a reference to an object can be held across an await.
    body: SyncWrapper<Box<dyn ReadBody>>,
    place: Place,
}

impl Content {
    pub(crate) fn new(body: Box<dyn ReadBody>, place: Place) -> Self {
        Self { body: SyncWrapper::new(body), place }
    }

    pub(crate) async fn bytes(self) -> Result<Bytes> {
        self.body.into_inner().bytes().await.map_err(|error| error.at(self.place))
    }

    pub(crate) fn into_payload(self) -> Payload {
        self.body.into_inner().payload()
    }

    pub(crate) async fn text(self) -> Result<String> {
        let place = self.place;
        text(self.bytes().await?).map_err(|error| error.at(place))
    }

    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<T> {
        let place = self.place;
        json(&self.bytes().await?).map_err(|error| error.at(place))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content")
    }
}

/// Bytes as UTF-8 text.
pub(crate) fn text(bytes: Bytes) -> Result<String> {
    String::from_utf8(bytes.into()).map_err(|error| {
        Error::new(ErrorKind::DecodeFailed, "the stored value is not UTF-8 text")
            .with_source(error.utf8_error())
    })
}

/// A value as JSON.
pub(crate) fn write_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| {
        Error::new(ErrorKind::EncodeFailed, "the value can't be written as JSON").with_source(error)
    })
}

/// Bytes as JSON of that type.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| {
        Error::new(ErrorKind::DecodeFailed, "the stored value is not the expected JSON")
            .with_source(error)
    })
}
