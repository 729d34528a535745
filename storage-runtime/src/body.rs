//! What is written.

use bytes::Bytes;
use serde::Serialize;
use storage_core::ErrorKind;

use crate::error::{Error, Result};

/// The body of a write: bytes, text or JSON.
///
/// Text and JSON bring their content type along (`text/plain; charset=utf-8`, `application/json`);
/// a content type set on the request wins.
///
/// # Examples
///
/// ```
/// use storage::Body;
///
/// let text = Body::from("hello");
/// let bytes = Body::from(vec![1, 2, 3]);
/// let json = Body::json(&["a", "b"])?;
/// assert_eq!(json.len(), 9);
/// # Ok::<(), storage::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Body {
    bytes: Bytes,
    content_type: Option<&'static str>,
}

impl Body {
    /// No bytes at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self { bytes: Bytes::new(), content_type: None }
    }

    /// A value as JSON, exactly as `serde_json` writes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EncodeFailed`] if the value can't be JSON, like a map whose keys are not text.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let bytes = serde_json::to_vec(value).map_err(|error| {
            Error::new(ErrorKind::EncodeFailed, "the value can't be written as JSON")
                .with_source(error)
        })?;
        Ok(Self { bytes: bytes.into(), content_type: Some("application/json") })
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn content_type(&self) -> Option<&'static str> {
        self.content_type
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.bytes
    }

    fn text(bytes: Bytes) -> Self {
        Self { bytes, content_type: Some("text/plain; charset=utf-8") }
    }
}

impl std::fmt::Debug for Body {
    /// The length, not the contents: bodies may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body")
            .field("len", &self.len())
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, content_type: None }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        Bytes::copy_from_slice(bytes).into()
    }
}

impl<const N: usize> From<&[u8; N]> for Body {
    fn from(bytes: &[u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::text(text.into())
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::text(Bytes::copy_from_slice(text.as_bytes()))
    }
}
