//! Streams of bytes between Rust and the platform.

use bytes::Bytes;
use futures_util::future::{self, Either, LocalBoxFuture};
use futures_util::{TryStreamExt, pin_mut};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};
use worker::web_sys;

use super::promise::{self, settle};
use super::{error, reader, sys};
use crate::backend::{ByteStream, Payload};
use crate::error::Result;

/// How many bytes that nobody wants are read, at most: as many as are on their way anyhow.
const DRAINED_MAX: u32 = 64 * 1024;

/// For how many milliseconds: a client may wait for the answer before it sends anything.
const DRAINED_MILLIS: u32 = 1000;

/// A stream of the platform's own, like the body of a request, until it is read.
#[derive(Debug)]
pub struct PlatformStream(Option<SendWrapper<Unread>>);

#[derive(Debug)]
enum Unread {
    /// Whose body becomes a stream when somebody asks for one: all of it at once is there sooner without.
    #[cfg(feature = "rest")]
    Request(web_sys::Request),
    Stream(sys::ReadableStream),
}

impl PlatformStream {
    pub(super) fn new(stream: sys::ReadableStream) -> Self {
        Self(Some(SendWrapper::new(Unread::Stream(stream))))
    }

    /// The body of a request that has one.
    #[cfg(feature = "rest")]
    pub(super) fn of_request(request: &web_sys::Request) -> Self {
        Self(Some(SendWrapper::new(Unread::Request(Clone::clone(request)))))
    }

    /// The bytes, where it is known how many they are, in a stream that tells: R2 takes no other. Reading
    /// fails if they are more or fewer.
    pub(crate) fn into_payload(self, len: u64) -> Payload {
        #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
        let pipe = sys::FixedLengthStream::new(len as f64);
        let stream = self.into_js();
        let piped = pipe.and_then(|pipe| stream.pipe_through(&pipe));
        // What can't be piped any more was read before: its reader will say so.
        Payload::Platform { stream: Self::new(piped.unwrap_or(stream)), len }
    }

    /// The bytes in pieces, each copied into the Worker's memory.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        reader::pieces(&self.into_js())
    }

    /// All bytes at once. Of a stream that is known to be short, of `len` bytes unless somebody is wrong about that:
    /// piece by piece it takes many times as long.
    #[cfg(feature = "rest")]
    pub(crate) async fn gather(mut self, len: u64) -> Result<Bytes> {
        #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
        let len = len as f64;
        let called = match self.0.take().map(|unread| unread.0) {
            Some(Unread::Request(request)) => request.array_buffer().map(JsCast::unchecked_into),
            Some(Unread::Stream(stream)) => sys::bytes_of(&stream, len),
            None => return Ok(Bytes::new()),
        };
        let bytes =
            SendFuture::new(async move { settle(called).await.map(|bytes| sys::bytes(&bytes)) });
        bytes.await.map_err(|thrown| error::interrupted(&thrown))
    }

    /// Reads what nobody wants, if it is little and there soon. Whoever sends it would lose the connection
    /// otherwise, and maybe the answer with it; what is more is cancelled.
    pub(crate) async fn drain(self) {
        let stream = self.into_js();
        let drained = sys::drained(&stream, DRAINED_MAX, DRAINED_MILLIS);
        // Whether the client got that far is its own affair.
        drop(SendFuture::new(settle(drained)).await);
    }

    /// The stream itself, to be read by whoever gets it.
    pub(super) fn into_js(mut self) -> sys::ReadableStream {
        self.0.take().map_or_else(|| JsValue::NULL.unchecked_into(), |unread| unread.0.into_js())
    }
}

impl From<web_sys::ReadableStream> for PlatformStream {
    fn from(stream: web_sys::ReadableStream) -> Self {
        Self::new(stream.unchecked_into())
    }
}

impl From<PlatformStream> for web_sys::ReadableStream {
    fn from(stream: PlatformStream) -> Self {
        stream.into_js().unchecked_into()
    }
}

impl Drop for PlatformStream {
    /// A stream that nobody reads would keep one of the Worker's six connections.
    fn drop(&mut self) {
        if let Some(unread) = self.0.take() {
            promise::forget(unread.0.into_js().cancel());
        }
    }
}

impl Unread {
    /// Of a request without a body it is `undefined`: whoever reads that, or cancels it, gets an error.
    fn into_js(self) -> sys::ReadableStream {
        match self {
            #[cfg(feature = "rest")]
            Self::Request(request) => JsValue::from(request.body()).unchecked_into(),
            Self::Stream(stream) => stream,
        }
    }
}

/// A payload as a call of the platform takes it.
///
/// Bytes become a `Uint8Array`, a stream of the platform's stays what it is, and a stream of Rust's is
/// pumped into one of the platform's while the call runs.
pub(super) struct Outgoing {
    value: JsValue,
    pump: Option<LocalBoxFuture<'static, Result<()>>>,
}

impl Outgoing {
    pub(super) async fn new(payload: Payload) -> Result<Self> {
        match payload {
            // The call has all of nothing from the start: it would not wait for what the stream ends in.
            Payload::Stream { mut stream, len: 0 } => {
                while stream.try_next().await?.is_some() {}
                Ok(Self { value: Uint8Array::new_with_length(0).into(), pump: None })
            }
            // The bytes are dropped here: one copy of them is enough.
            Payload::Bytes(bytes) => {
                Ok(Self { value: Uint8Array::from(bytes.as_ref()).into(), pump: None })
            }
            Payload::Platform { stream, .. } => {
                Ok(Self { value: stream.into_js().into(), pump: None })
            }
            Payload::Stream { stream, len } => pump(stream, len),
        }
    }

    /// No body.
    pub(super) fn nothing() -> Self {
        Self { value: JsValue::UNDEFINED, pump: None }
    }

    /// A stream of the platform's, as it is.
    pub(super) fn handed_on(stream: PlatformStream) -> Self {
        Self { value: stream.into_js().into(), pump: None }
    }

    /// A stream whose length nobody knows.
    pub(super) fn of_any_length(stream: ByteStream) -> Result<Self> {
        let pipe = sys::IdentityTransformStream::new();
        let pipe = pipe.map_err(|thrown| error::unknown(&thrown))?;
        pumped(stream, &pipe)
    }

    /// What is sent, and what has to run until all of it is.
    pub(super) fn into_parts(self) -> (JsValue, Option<LocalBoxFuture<'static, Result<()>>>) {
        (self.value, self.pump)
    }

    /// What the call gets.
    pub(super) fn value(&self) -> &JsValue {
        &self.value
    }

    /// What the call comes to. If the stream breaks off, that is the error.
    pub(super) async fn settle(
        self,
        called: Result<Promise, JsValue>,
    ) -> Result<Result<JsValue, JsValue>> {
        let called = settle(called);
        let Some(pump) = self.pump else {
            return Ok(called.await);
        };
        pin_mut!(called);
        match future::select(called, pump).await {
            Either::Left((settled, _)) => Ok(settled),
            Either::Right((pumped, called)) => {
                let settled = called.await;
                pumped.map(|()| settled)
            }
        }
    }
}

fn pump(stream: ByteStream, len: u64) -> Result<Outgoing> {
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
    let pipe = sys::FixedLengthStream::new(len as f64);
    let pipe = pipe.map_err(|thrown| error::unknown(&thrown))?;
    pumped(stream, &pipe)
}

fn pumped(mut stream: ByteStream, pipe: &JsValue) -> Result<Outgoing> {
    let writable: sys::WritableStream = sys::get(pipe, "writable").unchecked_into();
    let writer = writable.writer().map_err(|thrown| error::unknown(&thrown))?;
    let pump = async move {
        loop {
            match stream.try_next().await {
                // A failure to write is a consequence: what the call comes to says why.
                Ok(Some(piece)) => {
                    if settle(writer.write(&Uint8Array::from(piece.as_ref()))).await.is_err() {
                        return Ok(());
                    }
                }
                Ok(None) => {
                    let _ = settle(writer.close()).await;
                    return Ok(());
                }
                // The call must not take what came so far for the whole.
                Err(error) => {
                    let _ = settle(writer.abort("the body broke off")).await;
                    return Err(error);
                }
            }
        }
    };
    Ok(Outgoing { value: sys::get(pipe, "readable"), pump: Some(Box::pin(pump)) })
}

/// A digest of what comes in pieces, by the platform.
pub(crate) struct Hasher {
    stream: SendWrapper<sys::DigestStream>,
    writer: SendWrapper<sys::Writer>,
}

impl Hasher {
    pub(crate) fn new(algorithm: storage_core::checksum::Algorithm) -> Result<Self> {
        let stream = sys::DigestStream::new(algorithm.web_crypto_name());
        let stream = stream.map_err(|thrown| error::unknown(&thrown))?;
        let writer = stream.writer().map_err(|thrown| error::unknown(&thrown))?;
        Ok(Self { stream: SendWrapper::new(stream), writer: SendWrapper::new(writer) })
    }

    pub(crate) async fn update(&mut self, bytes: &Bytes) -> Result<()> {
        let writing = settle(self.writer.write(&Uint8Array::from(bytes.as_ref())));
        let written = SendFuture::new(writing).await;
        written.map(drop).map_err(|thrown| error::unknown(&thrown))
    }

    pub(crate) async fn finish(self) -> Result<Vec<u8>> {
        let digest = SendFuture::new(async move {
            settle(self.writer.close()).await?;
            settle(Ok(self.stream.digest_promise())).await
        });
        let digest = digest.await.map_err(|thrown| error::unknown(&thrown))?;
        Ok(Uint8Array::new(&digest).to_vec())
    }
}
