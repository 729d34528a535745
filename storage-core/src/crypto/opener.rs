//! Decryption in Rust.

use std::fmt;

use super::chunk::ChunkCipher;
use super::{
    Context, KeyRing, MessageKeys, OpenError, PREFIX_LEN, SEALED_CHUNK_LEN, TAG_LEN, Window,
    plain_len,
};

/// Opens a message, or a window of it, piece by piece.
///
/// What is opened is appended to a buffer of the caller's, which may be taken away or emptied between
/// calls; beyond that, at most one chunk is held. A byte is given only once the chunk that it is in has
/// been verified, and after an error nothing more is given.
///
/// **All that was given is the whole message, or the whole range, only once [`finish`](Self::finish)
/// has succeeded.** A message that was cut off ends there, with an error.
///
/// # Examples
///
/// ```
/// use storage_core::crypto::{Context, KeyRing, Opener, Resource, Window, plain_len, seal_all};
///
/// let ring = KeyRing::parse("2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")?;
/// let context = Context::body(Resource::Bucket, "user-assets", "avatars/1");
/// let stored = seal_all(ring.primary().message_keys(&[7; 24], &context), &[1; 50_000])?;
///
/// // Twenty bytes from the middle: the prefix, and the chunks that have them.
/// let length = plain_len(stored.len() as u64).unwrap();
/// let window = Window::of(20_000..20_020, length).unwrap();
/// let keys = ring.open(stored.first_chunk().unwrap(), &context, None).unwrap().1;
/// let mut opener = Opener::window(keys, &window);
/// let mut range = Vec::new();
/// opener.push(&stored[16_456..32_856], &mut range)?; // window.sealed()
/// opener.finish(&mut range)?;
/// assert_eq!(range, [1; 20]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "what is not finished may have been cut off"]
pub struct Opener {
    cipher: ChunkCipher,
    /// The number of the next chunk.
    chunk: u64,
    /// What has arrived of that chunk; never a full one.
    pending: Vec<u8>,
    expected: Expected,
    /// Bytes that come before what is wanted.
    skip: usize,
    /// Bytes that are wanted after those.
    take: u64,
    failed: bool,
}

/// What is still to come.
enum Expected {
    /// Any number of full chunks, and a last one.
    Message,
    /// So many full chunks and, if the window has it, a last one of this length.
    Window { full_chunks: u64, last_len: Option<usize> },
}

impl Opener {
    /// Begins a whole message. What is pushed begins after the prefix.
    pub fn new(keys: MessageKeys) -> Self {
        Self {
            cipher: ChunkCipher::new(keys),
            chunk: 0,
            pending: Vec::new(),
            expected: Expected::Message,
            skip: 0,
            take: u64::MAX,
            failed: false,
        }
    }

    /// Begins a window. What is pushed is [`Window::sealed`], and what is given is its range.
    pub fn window(keys: MessageKeys, window: &Window) -> Self {
        let (full_chunks, last_len) = (window.full_chunks(), window.last_len());
        Self {
            chunk: window.first_chunk(),
            expected: Expected::Window { full_chunks, last_len },
            skip: window.skip(),
            take: window.take(),
            ..Self::new(keys)
        }
    }

    /// Takes the next bytes, and appends what is in the chunks that are whole now.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if a chunk is not what was sealed in its place, and from then on.
    pub fn push(&mut self, mut sealed: &[u8], plain: &mut Vec<u8>) -> Result<(), OpenError> {
        self.check()?;
        while let Some((head, rest)) =
            sealed.split_at_checked(SEALED_CHUNK_LEN.saturating_sub(self.pending.len()))
        {
            sealed = rest;
            if let Expected::Window { full_chunks, .. } = &mut self.expected {
                let left = full_chunks.checked_sub(1);
                *full_chunks = left.ok_or(OpenError).inspect_err(|_| self.failed = true)?;
            }
            self.open(head, plain)?;
        }
        self.pending.extend_from_slice(sealed);
        Ok(())
    }

    /// Appends what is in the last chunk, if it is wanted, and says whether all was there.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if anything before it failed, was missing or was too much.
    pub fn finish(mut self, plain: &mut Vec<u8>) -> Result<(), OpenError> {
        self.check()?;
        match self.expected {
            Expected::Message => self.open(&[], plain),
            Expected::Window { full_chunks: 0, last_len: Some(length) }
                if self.pending.len() == length + TAG_LEN =>
            {
                self.open(&[], plain)
            }
            Expected::Window { full_chunks: 0, last_len: None } if self.pending.is_empty() => {
                Ok(())
            }
            Expected::Window { .. } => Err(OpenError),
        }
    }

    fn check(&self) -> Result<(), OpenError> {
        if self.failed { Err(OpenError) } else { Ok(()) }
    }

    /// Opens what is pending and what follows it as the next chunk.
    fn open(&mut self, rest: &[u8], plain: &mut Vec<u8>) -> Result<(), OpenError> {
        let start = plain.len();
        plain.append(&mut self.pending);
        plain.extend_from_slice(rest);
        self.cipher.open(self.chunk, plain, start).inspect_err(|_| self.failed = true)?;
        self.chunk += 1;
        self.cut(plain, start);
        Ok(())
    }

    /// Leaves of an opened chunk what is wanted.
    fn cut(&mut self, plain: &mut Vec<u8>, start: usize) {
        let skipped = self.skip.min(plain.len().saturating_sub(start));
        plain.drain(start..start + skipped);
        self.skip -= skipped;
        let given = plain.len().saturating_sub(start);
        let wanted = usize::try_from(self.take).unwrap_or(usize::MAX).min(given);
        plain.truncate(start + wanted);
        self.take -= wanted as u64;
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").finish_non_exhaustive()
    }
}

/// Opens a message that is in memory, with the key that it was sealed with; `hint` says which that may
/// be, as for [`KeyRing::open`].
///
/// # Errors
///
/// [`OpenError`] if it was not sealed by a key of the ring for this context, or was changed since.
pub fn open_all(
    ring: &KeyRing,
    context: &Context,
    hint: Option<&str>,
    sealed: &[u8],
) -> Result<Vec<u8>, OpenError> {
    let length = plain_len(sealed.len() as u64).ok_or(OpenError)?;
    let (prefix, chunks) = sealed.split_first_chunk::<PREFIX_LEN>().ok_or(OpenError)?;
    let (_, keys) = ring.open(prefix, context, hint).ok_or(OpenError)?;
    let mut plain = Vec::with_capacity(usize::try_from(length).map_err(|_| OpenError)? + TAG_LEN);
    let mut opener = Opener::new(keys);
    opener.push(chunks, &mut plain)?;
    opener.finish(&mut plain)?;
    Ok(plain)
}
