//! Streams of bytes between Rust and the platform.

use bytes::Bytes;
use futures_util::future::{self, Either};
use futures_util::{StreamExt, TryStreamExt, pin_mut, stream};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::{error, sys};
use crate::backend::{ByteStream, Payload};
use crate::error::Result;

/// A stream of the platform's own, like the body of a request.
#[derive(Debug)]
pub struct PlatformStream(SendWrapper<sys::ReadableStream>);

impl PlatformStream {
    pub(super) fn new(stream: sys::ReadableStream) -> Self {
        Self(SendWrapper::new(stream))
    }

    /// The bytes in pieces, each copied into the Worker's memory.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        let stream: wasm_streams::readable::sys::ReadableStream = self.0.0.unchecked_into();
        let pieces = wasm_streams::ReadableStream::from_raw(stream).into_stream();
        let pieces = stream::unfold(SendWrapper::new(pieces), |mut pieces| {
            SendFuture::new(async move {
                let piece = match pieces.0.next().await? {
                    Ok(piece) => Ok(Uint8Array::new(&piece).to_vec().into()),
                    Err(thrown) => Err(error::interrupted(&thrown)),
                };
                Some((piece, pieces))
            })
        });
        pieces.boxed()
    }
}

/// Hands a payload to a call of the platform, and gives what the call comes to.
///
/// Bytes are handed over as a `Uint8Array`, a stream of the platform's as it is, and a stream of
/// Rust's is pumped while the call runs.
pub(super) async fn send(
    payload: Payload,
    call: impl FnOnce(&JsValue) -> Result<Promise, JsValue>,
) -> Result<Sent> {
    match payload {
        Payload::Bytes(bytes) => {
            let array = Uint8Array::from(bytes.as_ref());
            drop(bytes); // one copy of it is enough
            Ok(Sent(settle(call(&array)).await))
        }
        Payload::Platform { stream, .. } => Ok(Sent(settle(call(&stream.0.0)).await)),
        Payload::Stream { stream, len } => pump(stream, len, call).await,
    }
}

/// What a call came to.
pub(super) struct Sent(pub(super) Result<JsValue, JsValue>);

async fn pump(
    mut stream: ByteStream,
    len: u64,
    call: impl FnOnce(&JsValue) -> Result<Promise, JsValue>,
) -> Result<Sent> {
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
    let pipe = sys::FixedLengthStream::new(len as f64);
    let pipe = pipe.map_err(|thrown| error::unknown(&thrown))?;
    let writer = pipe.writable().writer().map_err(|thrown| error::unknown(&thrown))?;
    let called = settle(call(&pipe.readable()));
    let pumping = async {
        while let Some(piece) = stream.try_next().await? {
            if !piece.is_empty() {
                // A failure to write is a consequence: what the call comes to says why.
                if settle(writer.write(&Uint8Array::from(piece.as_ref()))).await.is_err() {
                    return Ok(());
                }
            }
        }
        let _ = settle(writer.close()).await;
        Ok(())
    };
    pin_mut!(called, pumping);
    match future::select(called, pumping).await {
        Either::Left((sent, _)) => Ok(Sent(sent)),
        Either::Right((Ok(()), called)) => Ok(Sent(called.await)),
        Either::Right((Err(error), called)) => {
            // The call must not take what came so far for the whole.
            let _ = settle(writer.abort("the body broke off")).await;
            let _ = called.await;
            Err(error)
        }
    }
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
