//! How a message gets to a storage Worker.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, ready};
use storage_core::ErrorKind;

use crate::backend::{ByteStream, Payload, PlatformStream, ReadBody};
use crate::body::{self, Body, Source};
use crate::error::{Error, Result};
use crate::pieces;

/// Takes messages to one storage Worker.
pub trait Transport: Send + Sync {
    /// Sends a head and a body, and gives what comes back.
    ///
    /// [`BindingMissing`](crate::ErrorKind::BindingMissing) if there is no storage Worker,
    /// [`Unavailable`](crate::ErrorKind::Unavailable) if it did not answer.
    fn call(&self, head: String, body: CallBody) -> BoxFuture<'_, Result<Answered>>;
}

/// What comes back.
pub struct Answered {
    /// What is to be read of it.
    pub head: String,
    /// The bodies, in the order of the calls. Those at the end may be left out.
    pub bodies: Vec<CallBody>,
}

/// A body on its way.
#[derive(Default)]
pub enum CallBody {
    /// In memory.
    Bytes(Bytes),
    /// There is none.
    #[default]
    Nothing,
    /// A stream of the platform's, handed on without being read.
    Platform {
        /// The stream.
        stream: PlatformStream,
        /// How many bytes it has, if that is known.
        len: Option<u64>,
    },
    /// In pieces.
    Stream {
        /// The pieces.
        stream: ByteStream,
        /// How many bytes they are together, if that is known.
        len: Option<u64>,
    },
}

impl CallBody {
    /// How many bytes there are, if that is known.
    pub(crate) fn len(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Nothing => None,
            Self::Platform { len, .. } | Self::Stream { len, .. } => *len,
        }
    }

    /// The same, of the length that its message tells.
    pub(crate) fn of_len(self, said: Option<u64>) -> Self {
        match self {
            Self::Platform { stream, len } => Self::Platform { stream, len: said.or(len) },
            Self::Stream { stream, len } => Self::Stream { stream, len: said.or(len) },
            known => known,
        }
    }

    /// The bytes of a known number; `None` if that is not known.
    pub(crate) fn into_payload(self) -> Result<Payload, Self> {
        match self {
            Self::Bytes(bytes) => Ok(Payload::Bytes(bytes)),
            Self::Nothing => Ok(Payload::Bytes(Bytes::new())),
            Self::Platform { stream, len: Some(len) } => Ok(stream.into_payload(len)),
            Self::Stream { stream, len: Some(len) } => {
                Ok(Payload::Stream { stream: pieces::exactly(stream, len), len })
            }
            unknown => Err(unknown),
        }
    }

    /// As what is written.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    pub(crate) fn into_body(self) -> Body {
        match self.into_payload() {
            Ok(payload) => Body::known(payload, None),
            Err(Self::Platform { stream, .. }) => Body::platform(stream),
            Err(unknown) => Body::unknown(unknown.into_stream(), None),
        }
    }

    /// The bytes in pieces.
    pub(crate) fn into_stream(self) -> ByteStream {
        match self {
            Self::Bytes(bytes) => Payload::Bytes(bytes).into_stream(),
            Self::Nothing => futures_util::stream::empty().boxed(),
            Self::Platform { stream, .. } => stream.into_stream(),
            Self::Stream { stream, .. } => stream,
        }
    }

    /// The same as a stream, for a message that has no room for it.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    pub(crate) fn into_streamed(self) -> Self {
        let len = self.len();
        Self::Stream { stream: self.into_stream(), len }
    }

    /// All bytes in memory, if they are at most `max`.
    pub(crate) async fn gather(self, max: u64) -> Result<Bytes> {
        match self {
            Self::Bytes(bytes) if bytes.len() as u64 <= max => Ok(bytes),
            Self::Nothing => Ok(Bytes::new()),
            other => match other.into_payload() {
                Ok(payload) => body::gather(payload.into_stream(), max).await,
                Err(unknown) => body::gather(unknown.into_stream(), max).await,
            },
        }
    }
}

impl From<Payload> for CallBody {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::Bytes(bytes) => Self::Bytes(bytes),
            Payload::Platform { stream, len } => Self::Platform { stream, len: Some(len) },
            Payload::Stream { stream, len } => Self::Stream { stream, len: Some(len) },
        }
    }
}

impl From<Body> for CallBody {
    fn from(body: Body) -> Self {
        let len = body.len();
        match body.into_source() {
            Source::Short(payload) => payload.into(),
            Source::Long(long) => Self::Stream { stream: long.into_stream(), len },
        }
    }
}

/// A body that came back, of a known number of bytes.
pub(crate) struct Returned {
    pub(crate) body: CallBody,
    pub(crate) len: u64,
}

impl ReadBody for Returned {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        let Self { body, len } = *self;
        Box::pin(body.of_len(Some(len)).gather(len))
    }

    fn payload(self: Box<Self>) -> Payload {
        let Self { body, len } = *self;
        body.of_len(Some(len)).into_payload().unwrap_or(Payload::Bytes(Bytes::new()))
    }
}

/// Where there are no storage Workers.
pub(crate) fn nowhere() -> Arc<dyn Transport> {
    Arc::new(Nowhere)
}

struct Nowhere;

impl Transport for Nowhere {
    fn call(&self, _: String, _: CallBody) -> BoxFuture<'_, Result<Answered>> {
        let message = "there are no storage Workers here";
        Box::pin(ready(Err(Error::new(ErrorKind::BindingMissing, message))))
    }
}
