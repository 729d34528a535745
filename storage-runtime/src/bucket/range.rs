//! Which bytes of an object are read.

use std::ops::{Bound, Range, RangeBounds};

/// Which bytes of an object to read.
///
/// Made from Rust's own ranges (`0..100`, `100..`, `..=99`) and by [`ByteRange::last`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ByteRange {
    /// From an offset on, to the end or so many bytes.
    From {
        /// The first byte, counted from 0.
        offset: u64,
        /// How many bytes; to the end if it is left out or larger than what is there.
        len: Option<u64>,
    },
    /// So many bytes at the end, or all of a smaller object.
    Last(u64),
}

impl ByteRange {
    /// The bytes in a range of Rust's.
    #[must_use]
    pub fn new(range: impl RangeBounds<u64>) -> Self {
        let offset = match range.start_bound() {
            Bound::Included(start) => *start,
            Bound::Excluded(start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let len = match range.end_bound() {
            Bound::Included(end) => Some(end.saturating_add(1).saturating_sub(offset)),
            Bound::Excluded(end) => Some(end.saturating_sub(offset)),
            Bound::Unbounded => None,
        };
        Self::From { offset, len }
    }

    /// So many bytes at the end.
    #[must_use]
    pub const fn last(len: u64) -> Self {
        Self::Last(len)
    }

    /// The bytes it means of an object of that size; `None` if there are none. The rule is R2's, and
    /// that of HTTP (RFC 9110, section 14.1.2).
    #[must_use]
    pub fn of(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From { offset, len: None } => offset..size,
            Self::From { offset, len: Some(len) } => offset..offset.saturating_add(len).min(size),
            Self::Last(len) => size.saturating_sub(len)..size,
        };
        (range.start < range.end).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_object() {
        assert_eq!(ByteRange::new(2..5).of(10), Some(2..5));
        assert_eq!(ByteRange::new(2..=5).of(10), Some(2..6));
        assert_eq!(ByteRange::new(2..50).of(10), Some(2..10));
        assert_eq!(ByteRange::new(2..).of(10), Some(2..10));
        assert_eq!(ByteRange::new(..3).of(10), Some(0..3));
        assert_eq!(ByteRange::new(..=u64::MAX).of(10), Some(0..10));
        assert_eq!(ByteRange::last(3).of(10), Some(7..10));
        assert_eq!(ByteRange::last(30).of(10), Some(0..10));
    }

    #[test]
    fn a_range_without_a_byte_is_none() {
        for range in [ByteRange::new(10..), ByteRange::new(3..3), ByteRange::last(0)] {
            assert_eq!(range.of(10), None, "{range:?}");
        }
        for range in [ByteRange::new(..), ByteRange::new(0..1), ByteRange::last(1)] {
            assert_eq!(range.of(0), None, "{range:?}");
        }
    }
}
