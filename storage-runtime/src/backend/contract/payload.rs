//! Bytes on their way to a backend, and from it.

use std::fmt;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};

use crate::backend::PlatformStream;
use crate::error::Result;

/// Bytes in pieces, or why they broke off.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// Bytes of a known number.
#[non_exhaustive]
pub enum Payload {
    /// In memory.
    Bytes(Bytes),
    /// In pieces. It ends after `len` bytes, or fails: whoever makes one sees to that.
    Stream {
        /// The pieces.
        stream: ByteStream,
        /// How many bytes they are together.
        len: u64,
    },
    /// A stream of the platform, which can be handed on without being read. Natively there is none.
    Platform {
        /// The stream.
        stream: PlatformStream,
        /// How many bytes it has.
        len: u64,
    },
}

impl Payload {
    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { len, .. } | Self::Platform { len, .. } => *len,
        }
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes in pieces.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => stream::empty().boxed(),
            Self::Bytes(bytes) => stream::once(std::future::ready(Ok(bytes))).boxed(),
            Self::Stream { stream, .. } => stream,
            Self::Platform { stream, .. } => stream.into_stream(),
        }
    }
}

impl fmt::Debug for Payload {
    /// The length, not the contents: they may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// A body that has not been read yet.
pub trait ReadBody: Send {
    /// All of it.
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>>;

    /// It, to be read in pieces or handed on.
    fn payload(self: Box<Self>) -> Payload;
}

impl ReadBody for Bytes {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        Box::pin(std::future::ready(Ok(*self)))
    }

    fn payload(self: Box<Self>) -> Payload {
        Payload::Bytes(*self)
    }
}
