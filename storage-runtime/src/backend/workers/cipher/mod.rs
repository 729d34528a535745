//! AES-256-GCM of chunked encryption (c2sp.org/chunked-encryption), by the platform.
//!
//! A stream of the platform's is sealed and opened by `cipher.js` and stays one, so its bytes never
//! enter the memory of the wasm. Bytes and streams of Rust's are there already: they go through
//! WebCrypto and back, many chunks at a time.

mod pieces;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use js_sys::Uint8Array;
use storage_core::ErrorKind;
use storage_core::crypto::{MessageKeys, PREFIX_LEN, TooLong, Window, sealed_len};
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::stream::PlatformStream;
use super::{error, sys};
use crate::backend::Payload;
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
            let source = SendWrapper::new(stream.into_js());
            let parts = SendFuture::new(async move {
                settle(sys::split_stream(&source, number(PREFIX_LEN as u64))).await
            });
            let parts = parts.await.map_err(|thrown| error::broke_off(&thrown))?;
            let (prefix, rest) = sys::split(parts);
            let stream = PlatformStream::new(rest);
            (prefix.to_vec().into(), Payload::Platform { stream, len: left })
        }
        Payload::Stream { mut stream, .. } => {
            let mut start = BytesMut::new();
            while start.len() < PREFIX_LEN
                && let Some(piece) = stream.try_next().await?
            {
                start.extend_from_slice(&piece);
            }
            let prefix = start.split_to(PREFIX_LEN.min(start.len())).freeze();
            let rest = stream::iter([Ok(start.freeze())]).chain(stream).boxed();
            (prefix, Payload::Stream { stream: rest, len: left })
        }
    };
    let prefix = prefix.as_ref().try_into().map_err(|_| decryption_failed())?;
    Ok((prefix, rest))
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
                Err(thrown) => {
                    let failed = error::unknown(&thrown);
                    let stream = stream::once(std::future::ready(Err(failed))).boxed();
                    Payload::Stream { stream, len }
                }
            }
        }
        other => Payload::Stream { stream: pieces::open(keys, window, other.into_stream()), len },
    }
}

/// The same in memory.
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
        &Uint8Array::from(plain),
        part.is_last,
        keys.key(),
        keys.base_nonce(),
        number(part.first_chunk),
        prefix,
    );
    let sealed = SendFuture::new(settle(sealing)).await;
    Ok(Uint8Array::new(&sealed.map_err(|thrown| error::unknown(&thrown))?).to_vec().into())
}

/// The plaintext of chunks.
async fn open_part(sealed: &[u8], first_chunk: u64, keys: &MessageKeys) -> Result<Bytes> {
    let opening = sys::open_bytes(
        &Uint8Array::from(sealed),
        keys.key(),
        keys.base_nonce(),
        number(first_chunk),
    );
    let plain = SendFuture::new(settle(opening)).await;
    Ok(Uint8Array::new(&plain.map_err(|thrown| error::unknown(&thrown))?).to_vec().into())
}

/// A number for JavaScript.
fn number(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
    let number = number as f64;
    number
}
