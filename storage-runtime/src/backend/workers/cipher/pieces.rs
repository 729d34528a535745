//! Streams of Rust's.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::crypto::{CHUNK_LEN, MessageKeys, SEALED_CHUNK_LEN, Window};

use super::{Part, open_part, seal_part};
use crate::backend::ByteStream;
use crate::encryption::decryption_failed;
use crate::error::Result;

/// How many chunks go through WebCrypto at once: with more, copies of them only take more memory.
const BATCH: usize = 16;

/// What is stored of the pieces.
pub(crate) fn seal(keys: MessageKeys, plain: ByteStream) -> ByteStream {
    let batches = Batches::new(plain, CHUNK_LEN);
    let sealed = stream::try_unfold((batches, keys), |(mut batches, keys)| async move {
        let Some((first_chunk, plain)) = batches.next().await? else {
            return Ok(None);
        };
        let part = Part { first_chunk, is_last: batches.ended };
        let sealed = seal_part(&plain, part, &keys).await?;
        Ok(Some((sealed, (batches, keys))))
    });
    sealed.boxed()
}

/// The plaintext that a window is of.
pub(super) fn open(keys: MessageKeys, window: &Window, sealed: ByteStream) -> ByteStream {
    let stored = window.sealed();
    let opening = Opening {
        batches: Batches::new(sealed, SEALED_CHUNK_LEN),
        keys,
        first_chunk: window.first_chunk(),
        stored: stored.end - stored.start,
        skip: window.skip(),
        take: window.take(),
    };
    let plain = stream::try_unfold(opening, |mut opening| async move {
        Ok(opening.next().await?.map(|plain| (plain, opening)))
    });
    plain.boxed()
}

/// What is still to come of a window.
struct Opening {
    batches: Batches,
    keys: MessageKeys,
    first_chunk: u64,
    /// Bytes that are stored.
    stored: u64,
    /// Bytes that come before what is wanted.
    skip: usize,
    /// Bytes that are wanted after those.
    take: u64,
}

impl Opening {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let Some((number, sealed)) = self.batches.next().await? else {
            return Ok(None);
        };
        let left = self.stored.checked_sub(sealed.len() as u64);
        self.stored = left.ok_or_else(decryption_failed)?;
        if self.batches.ended && self.stored > 0 {
            return Err(decryption_failed());
        }
        let mut plain = open_part(&sealed, self.first_chunk + number, &self.keys).await?;
        let skipped = self.skip.min(plain.len());
        let _ = plain.split_to(skipped);
        plain.truncate(usize::try_from(self.take).unwrap_or(usize::MAX));
        self.skip -= skipped;
        self.take -= plain.len() as u64;
        if self.batches.ended && self.take > 0 {
            return Err(decryption_failed());
        }
        Ok(Some(plain))
    }
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
