//! The part of a stored message that a range of its plaintext needs.

use std::ops::Range;

use super::CHUNK_LEN;
use super::geometry::{chunk_count, chunk_start, sealed_len};

/// What to fetch for a range of the plaintext, and what to do with it.
///
/// A range needs the prefix and the chunks that it touches: for 1 KiB, at most two. Each chunk is
/// authenticated, with its place, before a byte of it is given. Where a message ends is authenticated
/// by its last chunk alone: by ranges that touch it, and by those that reach the end, which fetch it even
/// if it is empty. Other ranges give right bytes, but have the length of the whole from the storage, on
/// trust. Of a message that was cut off,
///
/// * between two chunks, nothing is read: [`plain_len`](super::plain_len) refuses its length;
/// * within a chunk, ranges before that chunk are read, and a range that touches it fails.
///
/// # Examples
///
/// ```
/// use storage_core::crypto::{Window, plain_len};
///
/// let length = plain_len(50_120).unwrap(); // as the storage says
/// assert_eq!(length, 50_000);
/// let window = Window::of(20_000..21_000, length).unwrap();
/// assert_eq!(window.sealed(), 16_456..32_856);
/// assert_eq!((window.first_chunk(), window.skip(), window.take()), (1, 3_616, 1_000));
/// assert!(!window.has_last_chunk());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    first_chunk: u64,
    full_chunks: u64,
    last_len: Option<usize>,
    sealed: Range<u64>,
    skip: usize,
    take: u64,
}

impl Window {
    /// The window of a range of a message's plaintext. `None` if the range is not within the message,
    /// or the message is longer than any.
    ///
    /// An empty range needs a chunk as well: the one in which it would begin.
    #[must_use]
    pub fn of(range: Range<u64>, plain_len: u64) -> Option<Self> {
        let sealed_len = sealed_len(plain_len)?;
        let last_chunk = chunk_count(plain_len)?.checked_sub(1)?;
        let take = range.end.checked_sub(range.start)?;
        if range.end > plain_len {
            return None;
        }
        let chunk = CHUNK_LEN as u64;
        let first_chunk = range.start / chunk;
        let after = range.end.div_ceil(chunk).max(first_chunk + 1);
        let has_last_chunk = range.end == plain_len || after > last_chunk;
        let (after, end) =
            if has_last_chunk { (last_chunk, sealed_len) } else { (after, chunk_start(after)?) };
        let last_len = usize::try_from(plain_len % chunk).ok()?;
        Some(Self {
            first_chunk,
            full_chunks: after.checked_sub(first_chunk)?,
            last_len: has_last_chunk.then_some(last_len),
            sealed: chunk_start(first_chunk)?..end,
            skip: usize::try_from(range.start % chunk).ok()?,
            take,
        })
    }

    /// The bytes to fetch of what is stored: whole chunks. The prefix, bytes `0..56`, is needed besides.
    #[must_use]
    pub fn sealed(&self) -> Range<u64> {
        self.sealed.clone()
    }

    /// The number of the chunk that the fetched bytes begin with.
    #[must_use]
    pub const fn first_chunk(&self) -> u64 {
        self.first_chunk
    }

    /// How many of the fetched chunks are full ones, [`SEALED_CHUNK_LEN`](super::SEALED_CHUNK_LEN) bytes each; the last chunk of
    /// the message, if it is fetched, comes after them.
    #[must_use]
    pub const fn full_chunks(&self) -> u64 {
        self.full_chunks
    }

    /// The plaintext of the last chunk in bytes, if the window has it.
    #[must_use]
    pub const fn last_len(&self) -> Option<usize> {
        self.last_len
    }

    /// Whether the window has the last chunk of the message, and so proves where the message ends.
    #[must_use]
    pub const fn has_last_chunk(&self) -> bool {
        self.last_len.is_some()
    }

    /// Bytes of the opened chunks that come before the range.
    #[must_use]
    pub const fn skip(&self) -> usize {
        self.skip
    }

    /// Bytes of the range.
    #[must_use]
    pub const fn take(&self) -> u64 {
        self.take
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::{PLAIN_LEN_MAX, SEALED_CHUNK_LEN, TAG_LEN};

    const CHUNK: u64 = CHUNK_LEN as u64;

    /// Everything that must hold of a window, from the definition of the format.
    fn check(range: Range<u64>, plain_len: u64) {
        let window = Window::of(range.clone(), plain_len).unwrap();
        let said = format!("{range:?} of {plain_len}: {window:?}");
        let first = window.first_chunk();
        assert_eq!(first * CHUNK + window.skip() as u64, range.start, "{said}");
        assert_eq!(window.take(), range.end - range.start, "{said}");
        let last_start = plain_len / CHUNK * CHUNK;
        let touches_last =
            range.end == plain_len || range.end > last_start || range.start >= last_start;
        assert_eq!(window.has_last_chunk(), touches_last, "{said}");

        // The bytes to fetch are these chunks, and they are all there is from the first one on, or less.
        let last = window.last_len().map_or(0, |length| (length + TAG_LEN) as u64);
        let fetched = window.full_chunks() * SEALED_CHUNK_LEN as u64 + last;
        let sealed = window.sealed();
        assert_eq!(sealed.start, 56 + first * SEALED_CHUNK_LEN as u64, "{said}");
        assert_eq!(sealed.end - sealed.start, fetched, "{said}");
        assert!(sealed.end <= sealed_len(plain_len).unwrap(), "{said}");
        if window.has_last_chunk() {
            assert_eq!(sealed.end, sealed_len(plain_len).unwrap(), "{said}");
        }

        // They hold the range, and no chunk is fetched that does not.
        let plain = window.full_chunks() * CHUNK + window.last_len().unwrap_or(0) as u64;
        assert!(first * CHUNK + plain >= range.end, "{said}");
        if !window.has_last_chunk() && window.full_chunks() > 1 {
            assert!((first + window.full_chunks() - 1) * CHUNK < range.end, "{said}");
        }
    }

    #[test]
    fn windows_at_the_edges_of_chunks() {
        let edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 3 * CHUNK];
        for length in edges {
            for start in edges.into_iter().filter(|start| *start <= length) {
                for end in edges.into_iter().filter(|end| (start..=length).contains(end)) {
                    check(start..end, length);
                }
            }
        }
        check(PLAIN_LEN_MAX - 1..PLAIN_LEN_MAX, PLAIN_LEN_MAX);
        check(0..PLAIN_LEN_MAX, PLAIN_LEN_MAX);
    }

    #[test]
    fn a_kibibyte_needs_two_chunks_at_most() {
        for start in (0..3 * CHUNK).step_by(511) {
            let window = Window::of(start..start + 1024, 4 * CHUNK).unwrap();
            assert!(window.full_chunks() <= 2, "{window:?}");
        }
        let at_the_end = Window::of(3 * CHUNK - 1024..3 * CHUNK, 3 * CHUNK).unwrap();
        assert_eq!((at_the_end.full_chunks(), at_the_end.last_len()), (1, Some(0)));
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "that is what has to be refused")]
    fn ranges_outside_of_the_message_have_no_window() {
        for (range, length) in [
            (0..2, 1),
            (2..2, 1),
            (2..1, 5),
            (0..u64::MAX, 5),
            (0..1, PLAIN_LEN_MAX + 1),
            (u64::MAX - 1..u64::MAX, u64::MAX),
        ] {
            assert_eq!(Window::of(range.clone(), length), None, "{range:?} of {length}");
        }
    }

    proptest! {
        #[test]
        fn windows_hold_their_range(
            ends in (0..=PLAIN_LEN_MAX, 0..=PLAIN_LEN_MAX, 0..=PLAIN_LEN_MAX),
        ) {
            let mut ends = [ends.0, ends.1, ends.2];
            ends.sort_unstable();
            check(ends[0]..ends[1], ends[2]);
        }

        #[test]
        fn small_windows_hold_their_range(ends in (0..99_999_u64, 0..99_999_u64, 0..99_999_u64)) {
            let mut ends = [ends.0, ends.1, ends.2];
            ends.sort_unstable();
            check(ends[0]..ends[1], ends[2]);
        }
    }
}
