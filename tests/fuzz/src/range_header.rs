//! `Range` headers, against the rule of RFC 9110 in numbers that do not overflow. The input is the
//! value of a header, and on a second line the size of an object.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::Regex;
use storage::bucket::{ByteRange, RangeHeaderError};

/// One range of bytes, in a list that may have empty members.
static ONE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\A(?i:bytes)=[ \t,]*([0-9]*)-([0-9]*)[ \t,]*\z").unwrap());

pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (value, size) = text.split_once('\n').unwrap_or((text, ""));
    let size = size.parse::<u64>().unwrap_or(100);
    let read = ByteRange::from_header(value);
    let expected = ONE.captures(value.trim()).and_then(|parts| bytes(&parts[1], &parts[2], size));
    match (read, expected) {
        (Ok(range), Some(bytes)) => {
            let bytes = Some(bytes).filter(|bytes| !bytes.is_empty());
            assert_eq!(range.of(size), bytes, "{value:?} of {size}");
            if let Some(bytes) = bytes {
                let again = format!("bytes={}-{}", bytes.start, bytes.end - 1);
                let again = ByteRange::from_header(&again).map(|range| range.of(size));
                assert_eq!(again, Ok(Some(bytes)), "{value:?} of {size}");
            }
        }
        (Err(RangeHeaderError::OtherUnit), None) => {
            assert!(!value.trim().to_ascii_lowercase().starts_with("bytes="), "{value:?}");
        }
        (Err(RangeHeaderError::Several), None) => {
            assert!(value.matches('-').count() > 1 && value.contains(','), "{value:?}");
        }
        (Err(_), None) => {}
        (read, expected) => panic!("{value:?}: {read:?}, expected {expected:?}"),
    }
}

/// Which bytes are meant of an object of that size, which may be none; nothing if it is no range.
fn bytes(first: &str, last: &str, size: u64) -> Option<Range<u64>> {
    // What is beyond 64 bits counts as the largest number: no object is as long.
    let number = |digits: &str| {
        let digits = digits.trim_start_matches('0');
        let number = if digits.len() > 30 { u128::MAX } else { digits.parse().unwrap_or(0) };
        number.min(u64::MAX.into())
    };
    let size = u128::from(size);
    let (start, end) = match (first, last) {
        ("", "") => return None,
        ("", len) => (size.saturating_sub(number(len)), size),
        (first, "") => (number(first), size),
        (first, last) => (number(first), number(last).saturating_add(1).min(size)),
    };
    if !first.is_empty() && !last.is_empty() && number(first) > number(last) {
        return None;
    }
    let narrow = |number: u128| u64::try_from(number).unwrap();
    Some(if start < end { narrow(start)..narrow(end) } else { 0..0 })
}
