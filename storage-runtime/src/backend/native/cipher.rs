//! AES natively: by the processor, where it can.

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use storage_core::ErrorKind;
use storage_core::crypto::{
    MessageKeys, OpenError, Opener, PREFIX_LEN, SEALED_CHUNK_LEN, Sealer, TooLong, Window,
    sealed_len,
};

use super::super::{ByteStream, EntryValue, Payload};
use crate::encryption::decryption_failed;
use crate::error::{Error, Result};
use crate::pieces;

/// A body of known length, sealed.
#[expect(clippy::unused_async, reason = "the one on Workers is asynchronous")]
pub(crate) async fn seal(keys: MessageKeys, body: Payload) -> Result<Payload> {
    let len = sealed_len(body.len()).ok_or_else(|| too_long(TooLong))?;
    Ok(match body {
        Payload::Bytes(bytes) => {
            let mut sealed = Vec::with_capacity(usize::try_from(len).unwrap_or_default());
            seal_into(keys, &bytes, &mut sealed)?;
            Payload::Bytes(sealed.into())
        }
        streamed => Payload::Stream { stream: seal_stream(keys, streamed.into_stream()), len },
    })
}

/// Pieces of a body, sealed.
pub(crate) fn seal_stream(keys: MessageKeys, plain: ByteStream) -> ByteStream {
    let state = (plain, Some(Sealer::new(keys)));
    let sealed = stream::try_unfold(state, |(mut plain, engine)| async move {
        let Some(mut engine) = engine else {
            return Ok(None);
        };
        let mut sealed = Vec::new();
        while let Some(piece) = plain.try_next().await? {
            engine.push(&piece, &mut sealed).map_err(too_long)?;
            if !sealed.is_empty() {
                return Ok(Some((Bytes::from(sealed), (plain, Some(engine)))));
            }
        }
        engine.finish(&mut sealed).map_err(too_long)?;
        Ok(Some((sealed.into(), (plain, None))))
    });
    sealed.boxed()
}

/// A value in memory, sealed.
#[expect(clippy::unused_async, reason = "the one on Workers is asynchronous")]
pub(crate) async fn seal_bytes(keys: MessageKeys, plain: Bytes) -> Result<Bytes> {
    let mut sealed = Vec::new();
    seal_into(keys, &plain, &mut sealed)?;
    Ok(sealed.into())
}

fn seal_into(keys: MessageKeys, plain: &[u8], sealed: &mut Vec<u8>) -> Result<()> {
    let mut engine = Sealer::new(keys);
    engine.push(plain, sealed).and_then(|()| engine.finish(sealed)).map_err(too_long)
}

/// The prefix of a message, and its chunks.
pub(crate) async fn split(body: Payload) -> Result<([u8; PREFIX_LEN], Payload)> {
    let len = body.len().checked_sub(PREFIX_LEN as u64).ok_or_else(decryption_failed)?;
    let mut rest = body.into_stream();
    let mut start = Vec::with_capacity(PREFIX_LEN);
    while start.len() < PREFIX_LEN {
        let piece = rest.try_next().await?.ok_or_else(decryption_failed)?;
        if start.is_empty()
            && let Some(prefix) = piece.first_chunk()
        {
            return Ok((*prefix, joined(piece.slice(PREFIX_LEN..), rest, len)));
        }
        start.extend_from_slice(&piece);
    }
    let prefix = *start.first_chunk().ok_or_else(decryption_failed)?;
    Ok((prefix, joined(Bytes::from(start).slice(PREFIX_LEN..), rest, len)))
}

fn joined(first: Bytes, rest: ByteStream, len: u64) -> Payload {
    if first.len() as u64 == len {
        return Payload::Bytes(first);
    }
    let first = stream::once(std::future::ready(Ok(first)));
    Payload::Stream { stream: first.chain(rest).boxed(), len }
}

/// A window of a message, opened: its chunks, without the prefix.
pub(crate) fn open(keys: MessageKeys, window: &Window, sealed: Payload) -> Payload {
    let len = window.take();
    let stream = open_stream(Opener::window(keys, window), sealed.into_stream());
    Payload::Stream { stream, len }
}

/// The prefix of a value, and its chunks.
pub(crate) async fn split_value(value: EntryValue) -> Result<([u8; PREFIX_LEN], EntryValue)> {
    let sealed = match value {
        EntryValue::Bytes(bytes) => Payload::Bytes(bytes),
        other => Payload::Stream { stream: other.into_stream(), len: u64::MAX },
    };
    let (prefix, sealed) = split(sealed).await?;
    Ok((prefix, EntryValue::Stream(sealed.into_stream())))
}

/// A value of any length, opened: its chunks, without the prefix. That they are all is known once the
/// stream has ended.
pub(crate) fn open_value(keys: MessageKeys, sealed: EntryValue) -> EntryValue {
    EntryValue::Stream(open_stream(Opener::new(keys), sealed.into_stream()))
}

/// What is opened, in pieces that are not much longer than those that are pushed, or than
/// [`PIECE_LEN`]. The last one comes once the end is verified, which may be an empty chunk.
fn open_stream(opener: Opener, sealed: ByteStream) -> ByteStream {
    let sealed = sealed.map_ok(cut).try_flatten();
    let plain = stream::try_unfold((sealed, Some(opener)), |(mut sealed, opener)| async move {
        let Some(mut opener) = opener else {
            return Ok(None);
        };
        let mut plain = Vec::new();
        while let Some(piece) = sealed.try_next().await? {
            opener.push(&piece, &mut plain).map_err(failed)?;
            if !plain.is_empty() {
                return Ok(Some((Bytes::from(plain), (sealed, Some(opener)))));
            }
        }
        opener.finish(&mut plain).map_err(failed)?;
        Ok(Some((plain.into(), (sealed, None))))
    });
    pieces::hold_last(plain.boxed())
}

/// Most of what is opened at once.
const PIECE_LEN: usize = 4 * SEALED_CHUNK_LEN;

/// A piece in short ones, of the same memory: what has been in memory all along need not be opened as a
/// whole, when it is read piece by piece.
fn cut(mut piece: Bytes) -> impl Stream<Item = Result<Bytes>> {
    stream::iter(std::iter::from_fn(move || {
        let first = piece.split_to(piece.len().min(PIECE_LEN));
        (!first.is_empty()).then_some(Ok(first))
    }))
}

/// The same in memory.
#[expect(clippy::unused_async, reason = "the one on Workers is asynchronous")]
pub(crate) async fn open_bytes(keys: MessageKeys, window: &Window, sealed: Bytes) -> Result<Bytes> {
    let mut plain = Vec::with_capacity(sealed.len());
    let mut opener = Opener::window(keys, window);
    opener.push(&sealed, &mut plain).map_err(failed)?;
    opener.finish(&mut plain).map_err(failed)?;
    Ok(plain.into())
}

fn failed(_: OpenError) -> Error {
    decryption_failed()
}

fn too_long(error: TooLong) -> Error {
    Error::new(ErrorKind::ValueTooLarge, error.to_string())
}
