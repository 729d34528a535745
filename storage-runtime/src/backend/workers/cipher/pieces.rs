//! Streams of Rust's.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::crypto::{CHUNK_LEN, MessageKeys, SEALED_CHUNK_LEN, Window};

use super::{Part, open_part, seal_part};
use crate::backend::ByteStream;
use crate::encryption::decryption_failed;
use crate::error::Result;
use crate::pieces;

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
        left: Some(Left {
            stored: stored.end - stored.start,
            skip: window.skip(),
            take: window.take(),
        }),
    };
    opening.into_stream()
}

/// The plaintext of a message of any length.
pub(super) fn open_all(keys: MessageKeys, sealed: ByteStream) -> ByteStream {
    let batches = Batches::new(sealed, SEALED_CHUNK_LEN);
    Opening { batches, keys, first_chunk: 0, left: None }.into_stream()
}

struct Opening {
    batches: Batches,
    keys: MessageKeys,
    first_chunk: u64,
    /// What is still to come of a window; of a whole message that is known at its end.
    left: Option<Left>,
}

struct Left {
    /// Bytes that are stored.
    stored: u64,
    /// Bytes that come before what is wanted.
    skip: usize,
    /// Bytes that are wanted after those.
    take: u64,
}

impl Opening {
    /// What is opened. The last piece comes once the end is verified, which may be an empty chunk.
    fn into_stream(self) -> ByteStream {
        let plain = stream::try_unfold(self, |mut opening| async move {
            Ok(opening.next().await?.map(|plain| (plain, opening)))
        });
        pieces::hold_last(plain.boxed())
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        let Some((number, sealed)) = self.batches.next().await? else {
            return Ok(None);
        };
        let is_last = self.batches.ended;
        let is_cut_off = match &mut self.left {
            Some(left) => {
                let stored = left.stored.checked_sub(sealed.len() as u64);
                left.stored = stored.ok_or_else(decryption_failed)?;
                is_last && left.stored > 0
            }
            // The last chunk of a message is never a full one.
            None => is_last && sealed.len().is_multiple_of(SEALED_CHUNK_LEN),
        };
        if is_cut_off {
            return Err(decryption_failed());
        }
        let mut plain = open_part(&sealed, self.first_chunk + number, &self.keys).await?;
        if let Some(left) = &mut self.left {
            let skipped = left.skip.min(plain.len());
            let _ = plain.split_to(skipped);
            plain.truncate(usize::try_from(left.take).unwrap_or(usize::MAX));
            left.skip -= skipped;
            left.take -= plain.len() as u64;
            if is_last && left.take > 0 {
                return Err(decryption_failed());
            }
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
