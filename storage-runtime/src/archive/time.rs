//! Times of records, and ranges of them.

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};
use std::time::{Duration, SystemTime};

use storage_core::ErrorKind;

use crate::backend;
use crate::error::{Error, Result};

pub(super) const HOUR: u64 = 60 * 60 * 1000;
pub(super) const DAY: u64 = 24 * HOUR;

/// The first time that is too late for a key, in which a time has 13 digits: in November 2286.
pub(super) const TIMES_END: u64 = 10_000_000_000_000;

/// The time, to the millisecond. On Workers too, where `SystemTime::now` panics; there it stands still
/// between two I/O operations.
#[must_use]
pub fn now() -> SystemTime {
    backend::now()
}

/// A time in milliseconds since 1970, as records and events have it.
///
/// # Examples
///
/// ```
/// use storage::archive::{at_millis, millis};
///
/// assert_eq!(millis(at_millis(1_795_273_200_000)), Some(1_795_273_200_000));
/// ```
#[must_use]
pub fn at_millis(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis.min(TIMES_END))
}

/// The milliseconds since 1970 of a time; `None` if an archive can't have it: it is before 1970, or after
/// 2286-11-20T17:46:39.999Z.
#[must_use]
pub fn millis(time: SystemTime) -> Option<u64> {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    u64::try_from(since_1970.as_millis()).ok().filter(|millis| *millis < TIMES_END)
}

/// The milliseconds of a time that a record is to have.
pub(super) fn check(time: SystemTime) -> Result<u64> {
    millis(time).ok_or_else(|| {
        let message = "the time of a record is from 1970 to November 2286";
        Error::new(ErrorKind::InvalidOption, message)
    })
}

/// From when until when: half-open, so that ranges that follow one another have every record once.
///
/// `from..to`, `from..`, `..to` and `..` are such ranges, of [`SystemTime`]. Records have whole
/// milliseconds.
///
/// # Examples
///
/// ```
/// use storage::archive::{TimeRange, at_millis};
///
/// let hour = TimeRange::hour_of(at_millis(1_795_275_000_000));
/// assert_eq!(hour, TimeRange::from(at_millis(1_795_273_200_000)..at_millis(1_795_276_800_000)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// In milliseconds since 1970.
    pub(super) from: u64,
    pub(super) to: u64,
}

impl TimeRange {
    /// The hour of UTC that has this time.
    #[must_use]
    pub fn hour_of(time: SystemTime) -> Self {
        Self::of(time, HOUR)
    }

    /// The day of UTC that has this time.
    #[must_use]
    pub fn day_of(time: SystemTime) -> Self {
        Self::of(time, DAY)
    }

    /// Whether a record of this time is in it.
    #[must_use]
    pub fn contains(&self, time: SystemTime) -> bool {
        millis(time).is_some_and(|millis| self.has(millis))
    }

    pub(super) fn has(self, millis: u64) -> bool {
        (self.from..self.to).contains(&millis)
    }

    fn of(time: SystemTime, len: u64) -> Self {
        let from = floor(time) / len * len;
        Self { from, to: from + len }
    }
}

impl From<Range<SystemTime>> for TimeRange {
    fn from(range: Range<SystemTime>) -> Self {
        Self { from: ceil(range.start), to: ceil(range.end) }
    }
}

impl From<RangeFrom<SystemTime>> for TimeRange {
    fn from(range: RangeFrom<SystemTime>) -> Self {
        Self { from: ceil(range.start), to: TIMES_END }
    }
}

impl From<RangeTo<SystemTime>> for TimeRange {
    fn from(range: RangeTo<SystemTime>) -> Self {
        Self { from: 0, to: ceil(range.end) }
    }
}

impl From<RangeFull> for TimeRange {
    fn from(_: RangeFull) -> Self {
        Self { from: 0, to: TIMES_END }
    }
}

/// The millisecond that has this time, of those that there are.
fn floor(time: SystemTime) -> u64 {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX).min(TIMES_END - 1)
}

/// The first millisecond that is not before this time, of those that there are and the end.
fn ceil(time: SystemTime) -> u64 {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = since_1970.as_nanos().div_ceil(1_000_000);
    u64::try_from(millis).unwrap_or(u64::MAX).min(TIMES_END)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(nanos: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos)
    }

    fn before_1970() -> SystemTime {
        SystemTime::UNIX_EPOCH - Duration::from_secs(1)
    }

    #[test]
    fn a_time_is_cut_to_the_millisecond_and_a_range_is_of_whole_ones() {
        assert_eq!(millis(nanos(1_999_999)), Some(1));
        let range = TimeRange::from(nanos(1_000_001)..nanos(2_000_001));
        assert_eq!(range, TimeRange { from: 2, to: 3 });
        assert!(range.contains(nanos(2_999_999)));
        assert!(!range.contains(nanos(1_999_999)));
        assert!(!range.contains(nanos(3_000_000)));
    }

    #[test]
    fn times_that_a_key_can_not_have_are_none() {
        assert_eq!(millis(before_1970()), None);
        assert_eq!(millis(at_millis(TIMES_END - 1)), Some(TIMES_END - 1));
        assert_eq!(millis(at_millis(TIMES_END)), None);
        assert_eq!(check(before_1970()).unwrap_err().kind(), ErrorKind::InvalidOption);
        let all = TimeRange::from(before_1970()..at_millis(u64::MAX));
        assert_eq!(all, TimeRange::from(..));
        assert_eq!(TimeRange::from(before_1970()..), TimeRange::from(..));
        assert_eq!(TimeRange::from(..before_1970()), TimeRange { from: 0, to: 0 });
    }

    #[test]
    fn hours_and_days_begin_where_they_do_in_utc() {
        assert_eq!(
            TimeRange::hour_of(at_millis(2 * HOUR - 1)),
            TimeRange { from: HOUR, to: 2 * HOUR }
        );
        assert_eq!(TimeRange::day_of(at_millis(DAY)), TimeRange { from: DAY, to: 2 * DAY });
        assert_eq!(TimeRange::day_of(before_1970()), TimeRange { from: 0, to: DAY });
    }
}
