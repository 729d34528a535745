//! What is written.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use serde::Serialize;
use storage_core::limits;
use sync_wrapper::SyncWrapper;

use crate::backend::{ByteStream, Payload, PlatformStream};
use crate::bucket::{Long, LongBody, Pieces};
use crate::error::Result;
use crate::write::value_too_large;
use crate::{content, pieces};

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// The body of a write: bytes, text, JSON, or a stream of bytes.
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
/// assert_eq!(json.len(), Some(9));
/// # Ok::<(), storage::Error>(())
/// ```
pub struct Body {
    /// Wrapped, so that a reference to a body can be held across an await.
    source: SyncWrapper<Source>,
    len: Option<u64>,
    content_type: Option<Cow<'static, str>>,
}

/// Where the bytes come from.
pub(crate) enum Source {
    /// Of a known length that one put takes.
    Short(Payload),
    /// Of unknown length, or longer.
    Long(Box<dyn LongBody>),
}

impl Body {
    /// No bytes at all.
    #[must_use]
    pub const fn empty() -> Self {
        let source = Source::Short(Payload::Bytes(Bytes::new()));
        Self { source: SyncWrapper::new(source), len: Some(0), content_type: None }
    }

    /// A value as JSON, exactly as `serde_json` writes it.
    ///
    /// # Errors
    ///
    /// [`EncodeFailed`](crate::ErrorKind::EncodeFailed) if the value can't be JSON, like a map whose keys are not text.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        content::write_json(value).map(Self::of_json)
    }

    /// Pieces of bytes, however many they come to.
    ///
    /// A bucket stores it in one step if it is short, else in parts. If the number of bytes is known,
    /// [`sized_stream`](Self::sized_stream) is better. A KV value is gathered in memory first.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self::new(long(pieces::from(stream), None), None, None)
    }

    /// Pieces of bytes that come to `len`. If they are more or fewer, the write fails
    /// ([`BodyInterrupted`](crate::ErrorKind::BodyInterrupted)) and nothing is stored.
    pub fn sized_stream<S, B, E>(stream: S, len: u64) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let stream = pieces::exactly(pieces::from(stream), len);
        Self::known(Payload::Stream { stream, len }, None)
    }

    /// The same with a content type: what a write keeps unless it is told another.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(Cow::Owned(content_type.into()));
        self
    }

    /// Length in bytes; `None` for a stream of unknown length.
    #[must_use]
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether it is known that there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The bytes in pieces.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes>> + Send + Unpin + 'static {
        match self.into_source() {
            Source::Short(payload) => payload.into_stream(),
            Source::Long(long) => long.into_stream(),
        }
    }

    pub(crate) fn known(payload: Payload, content_type: Option<String>) -> Self {
        let len = Some(payload.len());
        let source = if len > Some(limits::r2::PUT_BYTES_MAX) {
            long(payload.into_stream(), len)
        } else {
            Source::Short(payload)
        };
        Self::new(source, len, content_type.map(Cow::Owned))
    }

    pub(crate) fn unknown(stream: ByteStream, content_type: Option<String>) -> Self {
        Self::new(long(stream, None), None, content_type.map(Cow::Owned))
    }

    /// A stream of the platform's, of unknown length.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    pub(crate) fn platform(stream: PlatformStream) -> Self {
        let long = Long { pieces: Pieces::Platform(stream), len: None };
        Self::new(Source::Long(Box::new(long)), None, None)
    }

    /// A text that is JSON.
    pub(crate) fn of_json(json: Vec<u8>) -> Self {
        Self::bytes(json.into(), Some(JSON))
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    pub(crate) fn into_source(self) -> Source {
        self.source.into_inner()
    }

    /// All bytes in memory, if they are at most `max`.
    pub(crate) async fn gather(self, max: u64) -> Result<Bytes> {
        if let Some(len) = self.len().filter(|len| *len > max) {
            return Err(value_too_large(len, max));
        }
        let stream = match self.into_source() {
            Source::Short(Payload::Bytes(bytes)) => return Ok(bytes),
            Source::Short(payload) => payload.into_stream(),
            Source::Long(long) => long.into_stream(),
        };
        gather(stream, max).await
    }

    /// The same, in one call of the platform where it has the bytes: a short body takes many times as long
    /// piece by piece.
    #[cfg(feature = "rest")]
    pub(crate) async fn gather_at_once(self, max: u64) -> Result<Bytes> {
        let len = self.len();
        match self.into_source() {
            Source::Short(Payload::Platform { stream, len }) if len <= max => {
                stream.gather(len).await
            }
            source => Self::new(source, len, None).gather(max).await,
        }
    }

    /// Reads what is left of a body of the platform's that nobody wants, if it is little. One whose length nobody
    /// said is taken for long.
    pub(crate) async fn drain(self) {
        if let Source::Short(Payload::Platform { stream, .. }) = self.into_source() {
            stream.drain().await;
        }
    }

    fn bytes(bytes: Bytes, content_type: Option<&'static str>) -> Self {
        let len = Some(bytes.len() as u64);
        let source = Source::Short(Payload::Bytes(bytes));
        Self::new(source, len, content_type.map(Cow::Borrowed))
    }

    fn new(source: Source, len: Option<u64>, content_type: Option<Cow<'static, str>>) -> Self {
        Self { source: SyncWrapper::new(source), len, content_type }
    }
}

/// All bytes of a stream in memory, if they are at most `max`.
pub(crate) async fn gather(mut stream: ByteStream, max: u64) -> Result<Bytes> {
    let mut gathered = Vec::new();
    while let Some(piece) = stream.try_next().await? {
        let len = gathered.len() as u64 + piece.len() as u64;
        if len > max {
            return Err(value_too_large(len, max));
        }
        gathered.extend_from_slice(&piece);
    }
    Ok(gathered.into())
}

fn long(stream: ByteStream, len: Option<u64>) -> Source {
    Source::Long(Box::new(Long { pieces: Pieces::Stream(stream), len }))
}

impl fmt::Debug for Body {
    /// The length, not the contents: bodies may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("len", &self.len())
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes, None)
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

impl From<&Vec<u8>> for Body {
    fn from(bytes: &Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::bytes(text.into(), Some(TEXT))
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::bytes(Bytes::copy_from_slice(text.as_bytes()), Some(TEXT))
    }
}

impl From<&String> for Body {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}
