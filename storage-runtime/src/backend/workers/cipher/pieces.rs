//! Streams of Rust's.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{CHUNK_LEN, MessageKeys, Part, SEALED_CHUNK_LEN, Window, open_bytes, seal_bytes};
use crate::backend::{ByteStream, thrown};
use crate::error::Result;

/// How many chunks go through WebCrypto at once: with more, copies of them only take more memory.
const BATCH: usize = 16;

/// What is stored of the pieces.
pub(super) fn seal(plain: ByteStream, keys: MessageKeys) -> ByteStream {
    let batches = Batches::new(plain, CHUNK_LEN);
    let sealed = stream::try_unfold((batches, keys), |(mut batches, keys)| async move {
        let Some((first_chunk, plain)) = batches.next().await? else {
            return Ok(None);
        };
        let part = Part { first_chunk, is_last: batches.ended };
        let sealed = seal_bytes(&plain, part, &keys).await?;
        Ok(Some((sealed, (batches, keys))))
    });
    sealed.boxed()
}

/// The plaintext that a window is of.
pub(super) fn open(sealed: ByteStream, keys: MessageKeys, window: Window) -> ByteStream {
    let batches = Batches::new(sealed, SEALED_CHUNK_LEN);
    let plain = stream::try_unfold((batches, keys, window), |state| async move {
        let (mut batches, keys, mut window) = state;
        let Some((number, sealed)) = batches.next().await? else {
            return Ok(None);
        };
        window.sealed_len =
            window.sealed_len.checked_sub(sealed.len() as u64).ok_or_else(thrown::refused)?;
        if batches.ended && window.sealed_len > 0 {
            return Err(thrown::refused());
        }
        let mut plain = open_bytes(&sealed, window.first_chunk + number, &keys).await?;
        let skip = usize::try_from(window.skip).unwrap_or(usize::MAX).min(plain.len());
        let _ = plain.split_to(skip);
        plain.truncate(usize::try_from(window.take).unwrap_or(usize::MAX));
        window.skip -= skip as u64;
        window.take -= plain.len() as u64;
        if batches.ended && window.take > 0 {
            return Err(thrown::refused());
        }
        Ok(Some((plain, (batches, keys, window))))
    });
    plain.boxed()
}

/// Pieces of any length as batches of whole chunks. The last one is shorter than the others, and may
/// have no bytes.
struct Batches {
    pieces: ByteStream,
    chunk: usize,
    /// The number of the first chunk of the next batch.
    number: u64,
    gathered: BytesMut,
    ended: bool,
}

impl Batches {
    fn new(pieces: ByteStream, chunk: usize) -> Self {
        Self { pieces, chunk, number: 0, gathered: BytesMut::new(), ended: false }
    }

    /// The next batch, and the number of its first chunk.
    async fn next(&mut self) -> Result<Option<(u64, Bytes)>> {
        if self.ended {
            return Ok(None);
        }
        let len = self.chunk * BATCH;
        while self.gathered.len() < len && !self.ended {
            match self.pieces.try_next().await? {
                Some(piece) => self.gathered.extend_from_slice(&piece),
                None => self.ended = true,
            }
        }
        let number = self.number;
        self.number += BATCH as u64;
        let batch = self.gathered.split_to(len.min(self.gathered.len()));
        Ok(Some((number, batch.freeze())))
    }
}
