//! Where segments are: the key of one says when its records are from.

use storage_core::ErrorKind;
use storage_core::calendar::civil;

use super::time::{DAY, HOUR};
use crate::error::{Error, Result};

/// What all keys end in.
const EXTENSION: &str = ".jsonl.gz";

/// How many characters tell segments of the same times apart: 64 bits as hexadecimal digits.
pub(super) const NAME_LEN: usize = 16;

/// How many digits a time has.
const TIME_LEN: usize = 13;

/// What the records of one segment have in common: the hour or the day of UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Partition {
    /// A folder for each day: for archives with little in them.
    Day,
    /// A folder for each hour.
    #[default]
    Hour,
}

impl Partition {
    /// The time at which the partition begins that has this time.
    pub(super) fn start(self, millis: u64) -> u64 {
        match self {
            Self::Day => millis / DAY * DAY,
            Self::Hour => millis / HOUR * HOUR,
        }
    }
}

/// What keys an archive has.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Without a slash at the end; empty if the whole bucket is the archive.
    pub(super) prefix: String,
    pub(super) partition: Partition,
}

/// When the records of a segment are from: the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Layout {
    /// Checks that the prefix can be one of an archive.
    pub(super) fn check(&self) -> Result<()> {
        let is_fine = |part: &str| !part.is_empty() && part != "." && part != "..";
        if self.prefix.is_empty() || self.prefix.split('/').all(is_fine) {
            return Ok(());
        }
        let message = "the prefix of an archive is names with a slash between them: `logs/web`";
        Err(Error::new(ErrorKind::InvalidOption, message))
    }

    /// What all keys begin with.
    pub(super) fn root(&self) -> String {
        match self.prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }

    /// What the keys of the partition begin with that has this time.
    pub(super) fn folder(&self, millis: u64) -> String {
        let (year, month, day) = civil(millis / DAY);
        let root = self.root();
        match self.partition {
            Partition::Day => format!("{root}{year:04}/{month:02}/{day:02}/"),
            Partition::Hour => {
                let hour = millis % DAY / HOUR;
                format!("{root}{year:04}/{month:02}/{day:02}/{hour:02}/")
            }
        }
    }

    /// What the keys of all segments are behind whose first record is not before this time, and nothing
    /// of an earlier one.
    pub(super) fn bound(&self, millis: u64) -> String {
        format!("{}{millis:0TIME_LEN$}", self.folder(millis))
    }

    pub(super) fn key(&self, span: Span, name: &str) -> String {
        let Span { first, last } = span;
        format!("{}-{last:0TIME_LEN$}-{name}{EXTENSION}", self.bound(first))
    }

    /// What a key says, if it is one that this archive writes.
    pub(super) fn parse(&self, key: &str) -> Option<Span> {
        let (_, file) = key.rsplit_once('/')?;
        let (first, rest) = file.split_once('-')?;
        let (last, rest) = rest.split_once('-')?;
        let name = rest.strip_suffix(EXTENSION)?;
        let span = Span { first: time(first)?, last: time(last)? };
        let is_name = name.len() == NAME_LEN
            && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_one_partition = span.first <= span.last
            && self.partition.start(span.first) == self.partition.start(span.last);
        (is_name && is_one_partition && key == self.key(span, name)).then_some(span)
    }
}

fn time(digits: &str) -> Option<u64> {
    let is_time = digits.len() == TIME_LEN && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_time.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::time::TIMES_END;
    use super::*;

    const NAME: &str = "0123456789abcdef";

    fn layout(prefix: &str, partition: Partition) -> Layout {
        Layout { prefix: prefix.to_owned(), partition }
    }

    #[test]
    fn a_key_says_when_its_records_are_from() {
        let span = Span { first: 1_795_273_200_000, last: 1_795_276_799_999 };
        let hours = layout("web", Partition::Hour);
        let key = "web/2026/11/21/15/1795273200000-1795276799999-0123456789abcdef.jsonl.gz";
        assert_eq!(hours.key(span, NAME), key);
        assert_eq!(hours.parse(key), Some(span));
        let days = layout("", Partition::Day);
        let key = "2026/11/21/1795273200000-1795276799999-0123456789abcdef.jsonl.gz";
        assert_eq!(days.key(span, NAME), key);
        assert_eq!(days.parse(key), Some(span));
    }

    #[test]
    fn other_keys_are_foreign() {
        let hours = layout("web", Partition::Hour);
        for key in [
            "",
            "web/README.md",
            "2026/11/21/15/1795273200000-1795276799999-0123456789abcdef.jsonl.gz",
            "web/2026/11/21/1795273200000-1795276799999-0123456789abcdef.jsonl.gz",
            "web/2026/11/21/16/1795273200000-1795276799999-0123456789abcdef.jsonl.gz",
            "web/2026/11/21/15/1795273200000-1795276800000-0123456789abcdef.jsonl.gz",
            "web/2026/11/21/15/1795273200001-1795273200000-0123456789abcdef.jsonl.gz",
            "web/2026/11/21/15/1795273200000-1795276799999-0123456789abcde.jsonl.gz",
            "web/2026/11/21/15/1795273200000-1795276799999-0123456789ABCDEF.jsonl.gz",
            "web/2026/11/21/15/1795273200000-1795276799999-0123456789abcdef.jsonl",
            "web/2026/11/21/15/1795273200000-+795276799999-0123456789abcdef.jsonl.gz",
        ] {
            assert_eq!(hours.parse(key), None, "{key}");
        }
    }

    #[test]
    fn a_prefix_has_no_empty_part() {
        for prefix in ["", "web", "logs/web", "ü"] {
            assert!(layout(prefix, Partition::Day).check().is_ok(), "{prefix}");
        }
        for prefix in ["/", "web/", "/web", "logs//web", ".", "logs/.."] {
            let error = layout(prefix, Partition::Day).check().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidOption, "{prefix}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keys_are_in_the_order_of_time(one in 0..TIMES_END, other in 0..TIMES_END, by_day: bool) {
            let partition = if by_day { Partition::Day } else { Partition::Hour };
            let layout = layout("web", partition);
            let key = |first| layout.key(Span { first, last: first }, NAME);
            prop_assert_eq!(layout.parse(&key(one)), Some(Span { first: one, last: one }));
            prop_assert_eq!(key(one).cmp(&key(other)), one.cmp(&other));
            prop_assert_eq!(key(one) >= layout.bound(other), one >= other);
            prop_assert!(key(one) > layout.folder(partition.start(one)));
        }
    }
}
