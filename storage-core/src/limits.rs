//! The platform's limits, in one place.
//!
//! Every number is documented by Cloudflare (R2 "Limits", KV "Limits", Workers "Limits"; read
//! November 2026). The macros refuse a declaration that breaks one, the runtime refuses a request
//! that would, before anything is sent, and the CLI refuses a manifest that does. What is declared
//! is a [`Limit`], which all of them ask.

use std::fmt;

use crate::const_text::Writer;

/// The least and the most of something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    what: &'static str,
    unit: &'static str,
    min: u64,
    max: u64,
}

impl Limit {
    const fn new(what: &'static str, unit: &'static str, min: u64, max: u64) -> Self {
        Self { what, unit, min, max }
    }

    /// The least.
    #[must_use]
    pub const fn min(&self) -> u64 {
        self.min
    }

    /// The most.
    #[must_use]
    pub const fn max(&self) -> u64 {
        self.max
    }

    /// Whether so many are allowed.
    ///
    /// # Errors
    ///
    /// [`LimitError`] if they are too few or too many.
    pub const fn check(self, found: u64) -> Result<(), LimitError> {
        if self.min <= found && found <= self.max {
            Ok(())
        } else {
            Err(LimitError { limit: self, found })
        }
    }
}

impl fmt::Display for Limit {
    /// The rule in a few words: `the time to live is 60 to 2147483647 seconds`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, unit, min, max } = self;
        write!(f, "{what} is {min} to {max} {unit}")
    }
}

/// A number that its [`Limit`] does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitError {
    limit: Limit,
    found: u64,
}

impl LimitError {
    /// Stops the evaluation of a constant with the text of the error.
    #[expect(clippy::panic, reason = "evaluated in constants: it is a compile error, not a panic")]
    pub(crate) const fn stop(self) -> ! {
        panic!("{}", self.text().as_str())
    }

    /// One text for constants and for everybody else.
    pub(crate) const fn text(self) -> Writer<160> {
        let Limit { what, unit, min, max } = self.limit;
        let mut text = Writer::new();
        text.raw(what);
        text.raw(" is ");
        text.number(self.found);
        text.raw(" ");
        text.raw(unit);
        let too_few = self.found < min;
        text.raw(if too_few { ", the least is " } else { ", the most is " });
        text.number(if too_few { min } else { max });
        text
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl std::error::Error for LimitError {}

/// How long what keys start with may be, where a key has so many bytes at most: something follows.
#[must_use]
pub const fn key_prefix(key_bytes_max: usize) -> Limit {
    Limit::new("the prefix", "bytes", 1, key_bytes_max.saturating_sub(1) as u64)
}

/// Limits of R2, Cloudflare's object storage.
pub mod r2 {
    use super::Limit;

    /// Longest object key, in bytes of UTF-8.
    pub const KEY_BYTES_MAX: usize = 1024;
    /// Custom metadata of one object: names and values together, in bytes.
    pub const METADATA_BYTES_MAX: usize = 8192;
    /// Largest body of a single put, in bytes: 5 GiB less 5 MiB.
    pub const PUT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024 - 5 * 1024 * 1024;
    /// Largest object, in bytes: 5 TiB less 5 GiB. Larger than one put takes, it is uploaded in parts.
    pub const OBJECT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024 * 1024 - 5 * 1024 * 1024 * 1024;
    /// Smallest part of an upload but the last, in bytes: 5 MiB.
    pub const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;
    /// Largest part of an upload, in bytes: 5 GiB less 5 MiB.
    pub const PART_BYTES_MAX: u64 = PUT_BYTES_MAX;
    /// Most parts of an upload; they are numbered from 1.
    pub const PARTS_MAX: u16 = 10_000;
    /// Most keys deleted at once.
    pub const DELETE_KEYS_MAX: usize = 1000;
    /// Most objects a page of a listing holds.
    pub const LIST_LIMIT_MAX: u32 = 1000;
    /// Shortest bucket name, in characters.
    pub const BUCKET_NAME_MIN: usize = 3;
    /// Longest bucket name, in characters.
    pub const BUCKET_NAME_MAX: usize = 63;
    /// Fewest days after which a lifecycle rule may do something.
    pub const LIFECYCLE_DAYS_MIN: u32 = 1;
    /// Longest that a signed URL is valid, in seconds: 7 days.
    pub const SIGNED_URL_SECONDS_MAX: u64 = super::signed_urls::MAX_AGE_SECONDS_MAX as u64;

    /// The name of a bucket in the account: its namespace, a hyphen and its name.
    pub const BUCKET_NAME: Limit = Limit::new(
        "the name of the bucket with its namespace",
        "characters",
        BUCKET_NAME_MIN as u64,
        BUCKET_NAME_MAX as u64,
    );
    /// After how many days objects are deleted.
    pub const DELETE_AFTER_DAYS: Limit = lifecycle("the time until objects are deleted", u32::MAX);
    /// After how many days objects move to infrequent access.
    pub const INFREQUENT_ACCESS_AFTER_DAYS: Limit = infrequent_access(u32::MAX);
    /// After how many days uploads end that nobody completed.
    pub const ABORT_UPLOADS_AFTER_DAYS: Limit =
        lifecycle("the time until unfinished uploads end", u32::MAX);
    /// How long a signed URL is valid.
    pub const SIGNED_URL: Limit =
        Limit::new("the time until a signed URL expires", "seconds", 1, SIGNED_URL_SECONDS_MAX);
    /// The size of metadata, names and values together.
    pub const METADATA: Limit = Limit::new("the metadata", "bytes", 0, METADATA_BYTES_MAX as u64);

    /// After how many days objects move to infrequent access if they are deleted after so many: what is
    /// gone moves nowhere.
    #[must_use]
    pub const fn infrequent_access_before(deleted_after_days: u32) -> Limit {
        infrequent_access(deleted_after_days.saturating_sub(1))
    }

    const fn infrequent_access(max: u32) -> Limit {
        lifecycle("the time until objects move to infrequent access", max)
    }

    const fn lifecycle(what: &'static str, max: u32) -> Limit {
        Limit::new(what, "days", LIFECYCLE_DAYS_MIN as u64, max as u64)
    }
}

/// Limits of a CORS policy of R2.
pub mod cors {
    use super::Limit;

    /// Longest time for which a browser may remember an answer, in seconds: a day.
    pub const MAX_AGE_SECONDS_MAX: u32 = 86_400;

    /// How many origins a policy names.
    pub const ORIGINS: Limit = Limit::new("the list of origins", "entries", 1, u32::MAX as u64);
    /// How many methods a policy names.
    pub const METHODS: Limit = Limit::new("the list of methods", "entries", 1, u32::MAX as u64);
    /// How long a browser may remember an answer.
    pub const MAX_AGE: Limit = Limit::new(
        "the time for which a browser remembers the answer",
        "seconds",
        0,
        MAX_AGE_SECONDS_MAX as u64,
    );
}

/// Limits of signed URLs, R2's own and those that lead to the Worker.
pub mod signed_urls {
    use super::Limit;

    /// Longest time for which one is good, in seconds: seven days.
    pub const MAX_AGE_SECONDS_MAX: u32 = 604_800;

    /// How long one is good.
    pub const MAX_AGE: Limit = Limit::new(
        "the time for which a signed URL is good",
        "seconds",
        1,
        MAX_AGE_SECONDS_MAX as u64,
    );
}

/// Limits of Workers KV.
pub mod kv {
    use super::Limit;

    /// Longest key, in bytes of UTF-8. The keys `.` and `..` are refused as well.
    pub const KEY_BYTES_MAX: usize = 512;
    /// Metadata of one entry, as JSON text, in bytes.
    pub const METADATA_BYTES_MAX: usize = 1024;
    /// Largest value, in bytes: 25 MiB.
    pub const VALUE_BYTES_MAX: usize = 25 * 1024 * 1024;
    /// Shortest time to live, in seconds.
    pub const TTL_SECONDS_MIN: u64 = 60;
    /// Longest time to live, in seconds: about 68 years. Longer ones do not fit where the platform
    /// keeps them ("Value out of range").
    pub const TTL_SECONDS_MAX: u64 = 2_147_483_647;
    /// Shortest time for which an answer may be kept near its reader, in seconds.
    pub const CACHE_TTL_SECONDS_MIN: u64 = 30;
    /// Most keys that one call of the platform finds.
    pub const GET_KEYS_MAX: usize = 100;
    /// Most keys a page of a listing holds.
    pub const LIST_LIMIT_MAX: u32 = 1000;
    /// Longest namespace name, in characters (a rule of this library: names are portable
    /// between kinds).
    pub const NAME_MAX: usize = 63;

    /// The size of metadata.
    pub const METADATA: Limit = Limit::new("the metadata", "bytes", 0, METADATA_BYTES_MAX as u64);
    /// How long an entry lives.
    pub const TTL: Limit =
        Limit::new("the time to live", "seconds", TTL_SECONDS_MIN, TTL_SECONDS_MAX);
}

/// Limits of Workers themselves.
pub mod worker {
    /// Longest Worker name, in characters: it becomes a DNS label on `workers.dev`.
    pub const NAME_MAX: usize = 63;
    /// Longest binding name, in characters (a rule of this library).
    pub const BINDING_MAX: usize = 63;
    /// Most requests a Worker has open at a time; more wait.
    pub const CONNECTIONS_MAX: usize = 6;
    /// The oldest compatibility date a generated configuration may have: from this day on errors
    /// keep their structure across Workers RPC.
    pub const COMPATIBILITY_DATE_MIN: &str = "2026-04-21";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_inclusive() {
        for (limit, least, most) in [
            (kv::TTL, 60, 2_147_483_647),
            (r2::DELETE_AFTER_DAYS, 1, 4_294_967_295),
            (r2::infrequent_access_before(30), 1, 29),
            (signed_urls::MAX_AGE, 1, 604_800),
        ] {
            assert_eq!((limit.check(least), limit.check(most)), (Ok(()), Ok(())));
            assert!(limit.check(least - 1).is_err() && limit.check(most + 1).is_err(), "{limit}");
        }
        assert_eq!(kv::METADATA.check(0), Ok(()));
    }

    #[test]
    fn refusals_name_the_side_that_was_missed() {
        let text = |limit: Limit, found| limit.check(found).unwrap_err().to_string();
        assert_eq!(text(kv::TTL, 59), "the time to live is 59 seconds, the least is 60");
        assert_eq!(
            text(kv::TTL, u64::MAX),
            "the time to live is 18446744073709551615 seconds, the most is 2147483647"
        );
        assert_eq!(text(r2::METADATA, 8193), "the metadata is 8193 bytes, the most is 8192");
        let longest = text(r2::BUCKET_NAME, u64::MAX);
        assert!(longest.ends_with("the most is 63"), "cut off: {longest}");
    }
}
