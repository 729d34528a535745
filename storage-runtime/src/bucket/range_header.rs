//! Ranges as HTTP requests name them.

use std::error::Error as StdError;
use std::fmt;

use super::ByteRange;

/// Why the value of a `Range` header is not one range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RangeHeaderError {
    /// It is not written as HTTP has it, or its end is before its start.
    Malformed,
    /// It is of another unit than bytes.
    OtherUnit,
    /// It names several ranges.
    Several,
}

impl fmt::Display for RangeHeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the range is not written as HTTP has it, like `bytes=0-99`",
            Self::OtherUnit => "the range is of another unit than bytes",
            Self::Several => "several ranges in one request are not supported",
        })
    }
}

impl StdError for RangeHeaderError {}

impl ByteRange {
    /// Reads the value of a `Range` header (RFC 9110, section 14.2): `bytes=0-99`, `bytes=100-`,
    /// `bytes=-100`. Whether an object has such bytes, [`of`](Self::of) tells.
    ///
    /// A number beyond 64 bits counts as the largest one: no object is as long.
    ///
    /// # Examples
    ///
    /// ```
    /// use storage::bucket::{ByteRange, RangeHeaderError};
    ///
    /// assert_eq!(ByteRange::from_header("bytes=0-99"), Ok(ByteRange::new(..100)));
    /// assert_eq!(ByteRange::from_header("bytes=-100"), Ok(ByteRange::last(100)));
    /// assert_eq!(ByteRange::from_header("bytes=0-9, 20-29"), Err(RangeHeaderError::Several));
    /// ```
    ///
    /// # Errors
    ///
    /// A [`RangeHeaderError`]. HTTP lets a server ignore such a header and answer with the whole, as
    /// [`Bucket::serve`](super::Bucket::serve) does.
    pub fn from_header(value: &str) -> Result<Self, RangeHeaderError> {
        let (unit, ranges) = value.trim().split_once('=').ok_or(RangeHeaderError::Malformed)?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return Err(RangeHeaderError::OtherUnit);
        }
        // A list in HTTP may have empty members, which do not count.
        let blank = [' ', '\t'];
        let ranges = ranges.split(',').map(|range| range.trim_matches(blank));
        let mut ranges = ranges.filter(|range| !range.is_empty()).map(one);
        let first = ranges.next().ok_or(RangeHeaderError::Malformed)??;
        match ranges.next() {
            None => Ok(first),
            Some(second) => second.and(Err(RangeHeaderError::Several)),
        }
    }
}

fn one(range: &str) -> Result<ByteRange, RangeHeaderError> {
    let (first, last) = range.split_once('-').ok_or(RangeHeaderError::Malformed)?;
    match (first, last) {
        ("", len) => Ok(ByteRange::last(number(len)?)),
        (first, "") => Ok(ByteRange::new(number(first)?..)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if first <= last {
                Ok(ByteRange::new(first..=last))
            } else {
                Err(RangeHeaderError::Malformed)
            }
        }
    }
}

fn number(digits: &str) -> Result<u64, RangeHeaderError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RangeHeaderError::Malformed);
    }
    Ok(digits.parse().unwrap_or(u64::MAX)) // digits fail only by being too many
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use RangeHeaderError::{Malformed, OtherUnit, Several};

    #[test]
    fn one_range_of_bytes_is_read() {
        let max = u64::MAX;
        let cases = [
            ("bytes=0-0", ByteRange::new(..1)),
            ("bytes=5-9", ByteRange::new(5..10)),
            ("bytes=5-", ByteRange::new(5..)),
            ("bytes=-5", ByteRange::last(5)),
            ("bytes=-0", ByteRange::last(0)),
            ("BYTES=007-009", ByteRange::new(7..10)),
            (" bytes= ,5-9,, ", ByteRange::new(5..10)),
            ("bytes=0-18446744073709551615", ByteRange::new(..=max)),
            ("bytes=99999999999999999999999-", ByteRange::new(max..)),
            ("bytes=1-99999999999999999999999", ByteRange::new(1..=max)),
            ("bytes=-99999999999999999999999", ByteRange::last(max)),
        ];
        for (value, range) in cases {
            assert_eq!(ByteRange::from_header(value), Ok(range), "{value}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let cases = [
            ("", Malformed),
            ("bytes", Malformed),
            ("0-9", Malformed),
            ("bytes=", Malformed),
            ("bytes=,", Malformed),
            ("bytes=5", Malformed),
            ("bytes=-", Malformed),
            ("bytes=--5", Malformed),
            ("bytes=9-5", Malformed),
            ("bytes=+1-5", Malformed),
            ("bytes=1-+5", Malformed),
            ("bytes=0x1-5", Malformed),
            ("bytes=1 - 5", Malformed),
            ("bytes=1.5-5", Malformed),
            ("bytes=\u{661}-5", Malformed), // a digit, but not one of HTTP's
            ("bytes=0-5,x", Malformed),
            ("items=0-5", OtherUnit),
            ("=0-5", OtherUnit),
            ("bytes =0-5", OtherUnit),
            ("bytes=0-5,7-9", Several),
            ("bytes=0-5 , -9", Several),
        ];
        for (value, error) in cases {
            assert_eq!(ByteRange::from_header(value), Err(error), "{value}");
        }
    }

    /// What the header says for a range that it can say.
    fn written(range: ByteRange) -> String {
        match range {
            ByteRange::From { offset, len: None } => format!("{offset}-"),
            ByteRange::From { offset, len: Some(len) } => format!("{offset}-{}", offset + len - 1),
            ByteRange::Last(len) => format!("-{len}"),
        }
    }

    fn any_range() -> impl Strategy<Value = ByteRange> {
        prop_oneof![
            any::<u64>().prop_map(|offset| ByteRange::From { offset, len: None }),
            (0..u64::MAX / 2, 1..=u64::MAX / 2)
                .prop_map(|(offset, len)| ByteRange::From { offset, len: Some(len) }),
            any::<u64>().prop_map(ByteRange::Last),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(range in any_range()) {
            let header = format!("bytes={}", written(range));
            prop_assert_eq!(ByteRange::from_header(&header), Ok(range));
        }

        #[test]
        fn several_are_refused(ranges in prop::collection::vec(any_range(), 2..5)) {
            let ranges: Vec<_> = ranges.into_iter().map(written).collect();
            let header = format!("bytes={}", ranges.join(", "));
            prop_assert_eq!(ByteRange::from_header(&header), Err(Several));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", size in any::<u64>()) {
            let _ = ByteRange::from_header(&text);
            let _ = ByteRange::from_header(&format!("bytes={text}")).map(|range| range.of(size));
        }

        #[test]
        fn what_is_like_a_range_is_within_the_object(text in "[0-9]{0,25}-[0-9]{0,25}", size: u64) {
            if let Ok(Some(range)) = ByteRange::from_header(&format!("bytes={text}")).map(|r| r.of(size)) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
