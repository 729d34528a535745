//! AES-256-GCM of chunked encryption (c2sp.org/chunked-encryption), by the platform.
//!
//! A stream of the platform's is sealed and opened by `cipher.js` and stays one, so its bytes never
//! enter the memory of the wasm. Bytes and streams of Rust's are there already: they go through
//! WebCrypto and back, many chunks at a time.
//!
//! Which keys, and which part of what is stored, is decided elsewhere: [`MessageKeys`] and [`Window`]
//! are all that this module asks for.

mod keys;
mod pieces;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt};
use js_sys::Uint8Array;
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::stream::PlatformStream;
use super::{error, sys};
use crate::backend::{Payload, thrown};
use crate::error::Result;

pub use keys::{CHUNK_LEN, MessageKeys, PREFIX_LEN, SEALED_CHUNK_LEN, TAG_LEN, Window, sealed_len};

/// What is stored of a plaintext: the prefix, and all chunks.
///
/// # Errors
///
/// [`Internal`](crate::ErrorKind::Internal) if the stream has been read before.
pub async fn seal(plain: Payload, keys: MessageKeys) -> Result<Payload> {
    let len = sealed_len(plain.len());
    Ok(match plain {
        Payload::Bytes(plain) => Payload::Bytes(seal_bytes(&plain, Part::WHOLE, &keys).await?),
        Payload::Platform { stream, len: plain_len } => {
            let stream = seal_platform(stream, Some(plain_len), &keys)?;
            Payload::Platform { stream, len }
        }
        Payload::Stream { stream, .. } => {
            Payload::Stream { stream: pieces::seal(stream, keys), len }
        }
    })
}

/// What is stored of a stream of the platform's. Without a length the result has none either.
///
/// # Errors
///
/// [`Internal`](crate::ErrorKind::Internal) if the stream has been read before.
pub fn seal_platform(
    plain: PlatformStream,
    len: Option<u64>,
    keys: &MessageKeys,
) -> Result<PlatformStream> {
    let MessageKeys { key, base_nonce, prefix } = keys;
    let sealed = sys::seal_stream(&plain.into_js(), len.map(number), key, base_nonce, prefix);
    sealed.map(PlatformStream::new).map_err(|thrown| error::unknown(&thrown))
}

/// The plaintext that a window is of. `sealed` is what the window says to fetch.
///
/// No byte comes out of it before its chunk is verified. Bytes that are not those that were sealed,
/// too many or too few of them, and bytes of another place fail alike, when they are read.
///
/// # Errors
///
/// [`DecryptionFailed`](crate::ErrorKind::DecryptionFailed), if it is known at once.
pub async fn open(sealed: Payload, keys: MessageKeys, window: Window) -> Result<Payload> {
    let len = sealed.len();
    if len != window.sealed_len {
        return Err(thrown::refused());
    }
    Ok(match sealed {
        Payload::Bytes(sealed) => {
            let plain = open_bytes(&sealed, window.first_chunk, &keys).await?;
            Payload::Bytes(window.cut(&plain).ok_or_else(thrown::refused)?)
        }
        Payload::Platform { stream, .. } => {
            let MessageKeys { key, base_nonce, .. } = &keys;
            let Window { first_chunk, skip, take, .. } = window;
            let plain = sys::open_stream(
                &stream.into_js(),
                number(len),
                key,
                base_nonce,
                number(first_chunk),
                number(skip),
                number(take),
            );
            let plain = plain.map_err(|thrown| error::unknown(&thrown))?;
            Payload::Platform { stream: PlatformStream::new(plain), len: take }
        }
        Payload::Stream { stream, .. } => {
            Payload::Stream { len: window.take, stream: pieces::open(stream, keys, window) }
        }
    })
}

/// The first bytes of a payload, as the prefix of what is stored, and the rest.
///
/// # Errors
///
/// [`DecryptionFailed`](crate::ErrorKind::DecryptionFailed) if there are not that many; or why reading failed.
pub async fn split_prefix(sealed: Payload) -> Result<([u8; PREFIX_LEN], Payload)> {
    let left = sealed.len().checked_sub(PREFIX_LEN as u64).ok_or_else(thrown::refused)?;
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
            let rest = futures_util::stream::iter([Ok(start.freeze())]).chain(stream).boxed();
            (prefix, Payload::Stream { stream: rest, len: left })
        }
    };
    let prefix = prefix.as_ref().try_into().map_err(|_| thrown::refused())?;
    Ok((prefix, rest))
}

/// Which part of a message some bytes are.
#[derive(Clone, Copy)]
struct Part {
    first_chunk: u64,
    is_last: bool,
}

impl Part {
    const WHOLE: Self = Self { first_chunk: 0, is_last: true };
}

/// Chunks of a message, and before the first of them the prefix.
async fn seal_bytes(plain: &[u8], part: Part, keys: &MessageKeys) -> Result<Bytes> {
    let MessageKeys { key, base_nonce, prefix } = keys;
    let prefix: &[u8] = if part.first_chunk == 0 { prefix } else { &[] };
    let sealing = sys::seal_bytes(
        &Uint8Array::from(plain),
        part.is_last,
        key,
        base_nonce,
        number(part.first_chunk),
        prefix,
    );
    let sealed = SendFuture::new(settle(sealing)).await;
    Ok(Uint8Array::new(&sealed.map_err(|thrown| error::unknown(&thrown))?).to_vec().into())
}

/// The plaintext of chunks.
async fn open_bytes(sealed: &[u8], first_chunk: u64, keys: &MessageKeys) -> Result<Bytes> {
    let MessageKeys { key, base_nonce, .. } = keys;
    let opening = sys::open_bytes(&Uint8Array::from(sealed), key, base_nonce, number(first_chunk));
    let plain = SendFuture::new(settle(opening)).await;
    Ok(Uint8Array::new(&plain.map_err(|thrown| error::unknown(&thrown))?).to_vec().into())
}

/// A number for JavaScript.
fn number(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53")]
    let number = number as f64;
    number
}
