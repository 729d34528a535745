//! Times as numbers.

use std::time::{Duration, SystemTime};

/// Nanoseconds since 1970, to the year 2554.
pub(super) fn nanos(time: SystemTime) -> u64 {
    u64::try_from(since_1970(time).as_nanos()).unwrap_or(u64::MAX)
}

pub(super) fn of_nanos(nanos: u64) -> SystemTime {
    after_1970(Duration::from_nanos(nanos))
}

/// Milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> u64 {
    u64::try_from(since_1970(time).as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn of_millis(millis: u64) -> SystemTime {
    after_1970(Duration::from_millis(millis))
}

/// Seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    since_1970(time).as_secs()
}

pub(super) fn of_seconds(seconds: u64) -> SystemTime {
    after_1970(Duration::from_secs(seconds))
}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

fn after_1970(since: Duration) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}
