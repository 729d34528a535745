//! Encryption in Rust.

use std::fmt;

use super::chunk::ChunkCipher;
use super::{CHUNK_LEN, MessageKeys, TAG_LEN, TooLong, sealed_len};

/// Seals a message of any length piece by piece.
///
/// What is sealed is appended to a buffer of the caller's, which may be taken away or emptied between
/// calls; beyond that, at most one chunk is held.
///
/// # Examples
///
/// ```
/// use storage_core::crypto::{Context, KeyRing, Resource, Sealer};
///
/// let ring = KeyRing::parse("2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")?;
/// let context = Context::body(Resource::Bucket, "user-assets", "avatars/1");
///
/// let mut stored = Vec::new();
/// let mut sealer = Sealer::new(ring.primary().message_keys(&[7; 24], &context));
/// for piece in [&b"hel"[..], b"lo"] {
///     sealer.push(piece, &mut stored)?;
/// }
/// sealer.finish(&mut stored)?;
/// assert_eq!(stored.len(), 56 + 5 + 16);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "what is not finished can't be opened"]
pub struct Sealer {
    cipher: ChunkCipher,
    /// The number of the next chunk.
    chunk: u64,
    /// Plaintext of that chunk; never a full one.
    pending: Vec<u8>,
    begun: bool,
}

impl Sealer {
    /// Begins a message.
    pub fn new(keys: MessageKeys) -> Self {
        Self { cipher: ChunkCipher::new(keys), chunk: 0, pending: Vec::new(), begun: false }
    }

    /// Takes the next bytes, and appends the chunks that are full now; before the first, the prefix.
    ///
    /// # Errors
    ///
    /// [`TooLong`] over [`PLAIN_LEN_MAX`](super::PLAIN_LEN_MAX); nothing can be sealed after it.
    pub fn push(&mut self, mut plain: &[u8], sealed: &mut Vec<u8>) -> Result<(), TooLong> {
        self.begin(sealed);
        while let Some((head, rest)) =
            plain.split_at_checked(CHUNK_LEN.saturating_sub(self.pending.len()))
        {
            plain = rest;
            self.seal(head, sealed)?;
        }
        self.pending.extend_from_slice(plain);
        Ok(())
    }

    /// Appends the last chunk.
    ///
    /// # Errors
    ///
    /// [`TooLong`], as [`push`](Self::push).
    pub fn finish(mut self, sealed: &mut Vec<u8>) -> Result<(), TooLong> {
        self.begin(sealed);
        self.seal(&[], sealed)
    }

    fn begin(&mut self, sealed: &mut Vec<u8>) {
        if !self.begun {
            sealed.extend_from_slice(self.cipher.prefix());
            self.begun = true;
        }
    }

    /// Seals what is pending and what follows it as the next chunk.
    fn seal(&mut self, rest: &[u8], sealed: &mut Vec<u8>) -> Result<(), TooLong> {
        let start = sealed.len();
        sealed.reserve(self.pending.len() + rest.len() + TAG_LEN);
        sealed.append(&mut self.pending);
        sealed.extend_from_slice(rest);
        self.cipher.seal(self.chunk, sealed, start).inspect_err(|_| sealed.truncate(start))?;
        self.chunk += 1;
        Ok(())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}

/// Seals a message that is in memory.
///
/// # Errors
///
/// [`TooLong`] over [`PLAIN_LEN_MAX`](super::PLAIN_LEN_MAX).
pub fn seal_all(keys: MessageKeys, plain: &[u8]) -> Result<Vec<u8>, TooLong> {
    let length = sealed_len(plain.len() as u64).and_then(|length| usize::try_from(length).ok());
    let mut message = Vec::with_capacity(length.ok_or(TooLong)?);
    let mut sealer = Sealer::new(keys);
    sealer.push(plain, &mut message)?;
    sealer.finish(&mut message)?;
    Ok(message)
}
