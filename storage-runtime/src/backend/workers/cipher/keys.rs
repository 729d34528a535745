//! What the engine is told of a message.

use std::fmt;

use bytes::Bytes;

/// Plaintext of every chunk but the last, which has less, in bytes.
pub const CHUNK_LEN: usize = 16 * 1024;

/// What is added to a chunk, in bytes.
pub const TAG_LEN: usize = 16;

/// What is stored of every chunk but the last, in bytes.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;

/// What stands before the first chunk, in bytes.
pub const PREFIX_LEN: usize = 56;

/// The keys of one message, and the prefix that it begins with.
#[derive(Clone)]
pub struct MessageKeys {
    /// The key of AES-256-GCM for all its chunks.
    pub key: [u8; 32],
    /// The nonce of its first chunk.
    pub base_nonce: [u8; 12],
    /// Salt and commitment.
    pub prefix: [u8; PREFIX_LEN],
}

impl fmt::Debug for MessageKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageKeys").finish_non_exhaustive()
    }
}

/// Some chunks of a message, and the range of the plaintext that is wanted of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The number of the first chunk.
    pub first_chunk: u64,
    /// How many bytes the chunks have as they are stored, without the prefix.
    pub sealed_len: u64,
    /// How many bytes of their plaintext come before the range.
    pub skip: u64,
    /// How many bytes the range has.
    pub take: u64,
}

impl Window {
    /// All of a message that has `plain_len` bytes of plaintext.
    #[must_use]
    pub const fn whole(plain_len: u64) -> Self {
        let sealed_len = sealed_len(plain_len) - PREFIX_LEN as u64;
        Self { first_chunk: 0, sealed_len, skip: 0, take: plain_len }
    }

    /// The range, of all the plaintext of the chunks, if that has it.
    pub(super) fn cut(&self, plain: &Bytes) -> Option<Bytes> {
        let start = usize::try_from(self.skip).ok()?;
        let end = start.checked_add(usize::try_from(self.take).ok()?)?;
        (end <= plain.len()).then(|| plain.slice(start..end))
    }
}

/// How many bytes are stored of a plaintext.
#[must_use]
pub const fn sealed_len(plain_len: u64) -> u64 {
    let chunks = plain_len / CHUNK_LEN as u64 + 1;
    PREFIX_LEN as u64 + plain_len + chunks * TAG_LEN as u64
}
