//! AES-256-GCM of chunked encryption (c2sp.org/chunked-encryption), by the platform.
//!
//! A stream of the platform's is sealed and opened by `cipher.js` and stays one, so its bytes never
//! enter the memory of the wasm. Bytes and streams of Rust's are there already: they go through
//! WebCrypto and back, many chunks at a time.

mod pieces;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use js_sys::{Promise, Uint8Array};
use storage_core::ErrorKind;
use storage_core::crypto::{MessageKeys, PREFIX_LEN, TooLong, Window, sealed_len};
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::stream::PlatformStream;
use super::{error, sys};
use crate::backend::{ByteStream, EntryValue, Payload};
use crate::encryption::decryption_failed;
use crate::error::{Error, Result};

pub(crate) use pieces::seal as seal_stream;

/// What is stored of a plaintext: the prefix, and all chunks.
///
/// # Errors
///
/// [`ValueTooLarge`](ErrorKind::ValueTooLarge), or what the platform says.
pub async fn seal(keys: MessageKeys, plain: Payload) -> Result<Payload> {
    let len = sealed_len(plain.len())
        .ok_or_else(|| Error::new(ErrorKind::ValueTooLarge, TooLong.to_string()))?;
    Ok(match plain {
        Payload::Bytes(plain) => Payload::Bytes(seal_bytes(keys, plain).await?),
        Payload::Stream { stream, .. } => {
            Payload::Stream { stream: seal_stream(keys, stream), len }
        }
        Payload::Platform { stream, len: plain } => {
            let sealed = sys::seal_stream(
                &stream.into_js(),
                number(plain),
                keys.key(),
                keys.base_nonce(),
                keys.prefix(),
            );
            let sealed = sealed.map_err(|thrown| error::unknown(&thrown))?;
            Payload::Platform { stream: PlatformStream::new(sealed), len }
        }
    })
}

/// The same in memory.
///
/// # Errors
///
/// What the platform says.
pub async fn seal_bytes(keys: MessageKeys, plain: Bytes) -> Result<Bytes> {
    seal_part(&plain, Part { first_chunk: 0, is_last: true }, &keys).await
}

/// The prefix of a message, and its chunks.
///
/// # Errors
///
/// [`DecryptionFailed`](ErrorKind::DecryptionFailed) if there are not that many bytes, or why reading
/// failed.
pub async fn split(sealed: Payload) -> Result<([u8; PREFIX_LEN], Payload)> {
    let left = sealed.len().checked_sub(PREFIX_LEN as u64).ok_or_else(decryption_failed)?;
    let (prefix, rest) = match sealed {
        Payload::Bytes(mut bytes) => {
            let prefix = bytes.split_to(PREFIX_LEN.min(bytes.len()));
            (prefix, Payload::Bytes(bytes))
        }
        Payload::Platform { stream, .. } => {
            let (prefix, stream) = split_platform(stream).await?;
            (prefix, Payload::Platform { stream, len: left })
        }
        Payload::Stream { stream, .. } => {
            let (prefix, stream) = split_pieces(stream).await?;
            (prefix, Payload::Stream { stream, len: left })
        }
    };
    let prefix = prefix.as_ref().try_into().map_err(|_| decryption_failed())?;
    Ok((prefix, rest))
}

/// The same of a value.
///
/// # Errors
///
/// As [`split`].
pub(crate) async fn split_value(value: EntryValue) -> Result<([u8; PREFIX_LEN], EntryValue)> {
    let (prefix, rest) = match value {
        EntryValue::Platform(stream) => {
            let (prefix, stream) = split_platform(stream).await?;
            (prefix, EntryValue::Platform(stream))
        }
        other => {
            let (prefix, stream) = split_pieces(other.into_stream()).await?;
            (prefix, EntryValue::Stream(stream))
        }
    };
    let prefix = prefix.as_ref().try_into().map_err(|_| decryption_failed())?;
    Ok((prefix, rest))
}

async fn split_platform(stream: PlatformStream) -> Result<(Bytes, PlatformStream)> {
    let source = SendWrapper::new(stream.into_js());
    let parts = SendFuture::new(async move {
        settle(sys::split_stream(&source, number(PREFIX_LEN as u64))).await
    });
    let parts = parts.await.map_err(|thrown| error::broke_off(&thrown))?;
    let (prefix, rest) = sys::split(parts);
    Ok((prefix.to_vec().into(), PlatformStream::new(rest)))
}

async fn split_pieces(mut stream: ByteStream) -> Result<(Bytes, ByteStream)> {
    let mut start = BytesMut::new();
    while start.len() < PREFIX_LEN
        && let Some(piece) = stream.try_next().await?
    {
        start.extend_from_slice(&piece);
    }
    let prefix = start.split_to(PREFIX_LEN.min(start.len())).freeze();
    Ok((prefix, stream::iter([Ok(start.freeze())]).chain(stream).boxed()))
}

/// A window of a message, opened: `sealed` is what the window says to fetch.
///
/// No byte comes out of it before its chunk is verified. Bytes that are not those that were sealed,
/// too many or too few of them, and bytes of another place fail alike, when they are read.
pub fn open(keys: MessageKeys, window: &Window, sealed: Payload) -> Payload {
    let len = window.take();
    match sealed {
        Payload::Platform { stream, .. } => {
            let stored = window.sealed();
            let plain = sys::open_stream(
                &stream.into_js(),
                number(stored.end - stored.start),
                keys.key(),
                keys.base_nonce(),
                number(window.first_chunk()),
                number(window.skip() as u64),
                number(len),
            );
            match plain {
                Ok(plain) => Payload::Platform { stream: PlatformStream::new(plain), len },
                Err(thrown) => Payload::Stream { stream: failed(&thrown), len },
            }
        }
        other => Payload::Stream { stream: pieces::open(keys, window, other.into_stream()), len },
    }
}

/// A value of any length, opened: its chunks, without the prefix. That they are all is known once the
/// stream has ended: what was cut off fails there.
pub(crate) fn open_value(keys: MessageKeys, sealed: EntryValue) -> EntryValue {
    match sealed {
        EntryValue::Platform(stream) => {
            let any = f64::INFINITY;
            let (key, base_nonce) = (keys.key(), keys.base_nonce());
            match sys::open_stream(&stream.into_js(), any, key, base_nonce, 0.0, 0.0, any) {
                // One more pipe, which tells its length, the platform does not put behind this one.
                Ok(plain) => EntryValue::Stream(PlatformStream::new(plain).into_stream()),
                Err(thrown) => EntryValue::Stream(failed(&thrown)),
            }
        }
        other => EntryValue::Stream(pieces::open_all(keys, other.into_stream())),
    }
}

/// What can't be read: only what reads it says so.
fn failed(thrown: &JsValue) -> ByteStream {
    stream::once(std::future::ready(Err(error::unknown(thrown)))).boxed()
}

/// A window in memory, opened.
///
/// # Errors
///
/// [`DecryptionFailed`](ErrorKind::DecryptionFailed).
pub async fn open_bytes(keys: MessageKeys, window: &Window, sealed: Bytes) -> Result<Bytes> {
    let stored = window.sealed();
    if sealed.len() as u64 != stored.end - stored.start {
        return Err(decryption_failed());
    }
    let plain = open_part(&sealed, window.first_chunk(), &keys).await?;
    let end = usize::try_from(window.take()).ok().and_then(|take| window.skip().checked_add(take));
    let end = end.filter(|end| *end <= plain.len()).ok_or_else(decryption_failed)?;
    Ok(plain.slice(window.skip()..end))
}

/// Which part of a message some bytes are.
#[derive(Clone, Copy)]
struct Part {
    first_chunk: u64,
    is_last: bool,
}

/// Chunks of a message, and before the first of them the prefix.
async fn seal_part(plain: &[u8], part: Part, keys: &MessageKeys) -> Result<Bytes> {
    let prefix: &[u8] = if part.first_chunk == 0 { keys.prefix() } else { &[] };
    let sealing = sys::seal_bytes(
        plain,
        part.is_last,
        keys.key(),
        keys.base_nonce(),
        number(part.first_chunk),
        prefix,
    );
    made(sealing).await
}

/// The plaintext of chunks.
async fn open_part(sealed: &[u8], first_chunk: u64, keys: &MessageKeys) -> Result<Bytes> {
    let opening = sys::open_bytes(sealed, keys.key(), keys.base_nonce(), number(first_chunk));
    made(opening).await
}

/// The array that a call comes to, in the Worker's memory.
async fn made(calling: Result<Promise, JsValue>) -> Result<Bytes> {
    let made = SendFuture::new(settle(calling)).await;
    let made = made.map_err(|thrown| error::unknown(&thrown))?;
    Ok(made.unchecked_into::<Uint8Array>().to_vec().into())
}

/// A number for JavaScript.
fn number(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
    let number = number as f64;
    number
}
