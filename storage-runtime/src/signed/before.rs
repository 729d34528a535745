//! Links that were made before a time, as a bucket keeps them: a list of prefixes and times.
//!
//! Every request by a link that can be revoked reads all of it, so it is short, and nobody fills it up for others:
//!
//! * What a shorter prefix with no earlier time says already is not in it.
//! * Whoever may revoke links of some keys only, those with a granted prefix, has a share of it.
//! * All keys, and all of a granted prefix, can be revoked however full it is.

use serde::{Deserialize, Serialize};
use storage_core::signing::token::{Grant, LIFETIME_MAX};

use super::wanted::invalid;
use crate::error::Result;

/// Most prefixes of which links were revoked within a week.
const PREFIXES_MAX: usize = 1000;

/// Most of them that begin with a prefix that was granted to a caller, if it is that caller who adds one.
const SHARE_MAX: usize = 100;

/// Links that were made before a time.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) prefix: String,
    /// The second that the time is in. Which links of that second were made before, none of them says.
    pub(super) before: u64,
}

impl Before {
    /// Whether it is of that link.
    pub(super) fn is_of(&self, grant: &Grant) -> bool {
        grant.issued_at <= self.before && grant.key.starts_with(&self.prefix)
    }

    /// Whether it is of every link that the other is of.
    fn covers(&self, other: &Self) -> bool {
        other.before <= self.before && other.prefix.starts_with(&self.prefix)
    }

    /// Whether no link is good any more that it is of.
    fn is_over(&self, now: u64) -> bool {
        self.before.saturating_add(LIFETIME_MAX.into()) <= now
    }
}

/// Adds to a list what somebody revokes who reaches all keys with the prefix `reached`. Whether that changed it.
pub(super) fn add(list: &mut Vec<Before>, added: Before, reached: &str, now: u64) -> Result<bool> {
    if added.is_over(now) || list.iter().any(|one| one.covers(&added)) {
        return Ok(false);
    }
    // Of one prefix the latest time is that of all.
    list.retain(|one| !one.is_over(now) && one.prefix != added.prefix && !added.covers(one));
    let is_all = added.prefix == reached || added.prefix.is_empty();
    let begin = |prefix: &str| list.iter().filter(|one| one.prefix.starts_with(prefix)).count();
    if !is_all && !reached.is_empty() && begin(reached) >= SHARE_MAX {
        return Err(full("100 prefixes of keys that this application may reach"));
    }
    if !is_all && list.len() >= PREFIXES_MAX {
        return Err(full("1,000 prefixes"));
    }
    list.push(added);
    Ok(true)
}

fn full(what: &str) -> crate::error::Error {
    invalid(format!(
        "links of {what} have been revoked within a week: no more fit; revoke those of a shorter prefix, which \
         takes the place of longer ones"
    ))
}

#[cfg(test)]
mod tests {
    use storage_core::ErrorKind;

    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn before(prefix: impl Into<String>, before: u64) -> Before {
        Before { prefix: prefix.into(), before }
    }

    fn numbered(list: &mut Vec<Before>, start: &str, count: usize, reached: &str) {
        for number in 0..count {
            assert!(add(list, before(format!("{start}{number:04}"), NOW), reached, NOW).unwrap());
        }
    }

    #[test]
    fn what_a_shorter_prefix_says_is_not_kept() {
        let mut list = Vec::new();
        for (prefix, time, changes) in [
            ("a/1", NOW - 9, true),
            ("a/2", NOW - 5, true),
            ("b/1", NOW - 9, true),
            ("a/1", NOW - 10, false),
            // That of `a/2` is later.
            ("a/", NOW - 7, true),
            ("a/1", NOW - 7, false),
            ("a/1", NOW - 6, true),
            ("a/1", NOW - 4, true),
        ] {
            let changed = add(&mut list, before(prefix, time), "", NOW).unwrap();
            assert_eq!(changed, changes, "{prefix} {time}");
        }
        let kept = [("a/2", 5), ("b/1", 9), ("a/", 7), ("a/1", 4)];
        assert_eq!(list, kept.map(|(prefix, ago)| before(prefix, NOW - ago)));
        assert!(add(&mut list, before("", NOW), "", NOW).unwrap());
        assert_eq!(list, [before("", NOW)]);
    }

    #[test]
    fn what_no_link_is_good_for_any_more_is_not_kept() {
        let week = u64::from(LIFETIME_MAX);
        let mut list = vec![before("a", NOW - week), before("b", NOW - week + 1)];
        assert!(!add(&mut list, before("c", NOW - week), "", NOW).unwrap());
        assert!(add(&mut list, before("d", NOW), "", NOW).unwrap());
        assert_eq!(list, [before("b", NOW - week + 1), before("d", NOW)]);
    }

    #[test]
    fn a_full_list_takes_all_keys_and_a_prefix_in_place_of_longer_ones() {
        let mut list = Vec::new();
        numbered(&mut list, "a/", PREFIXES_MAX, "");
        let error = add(&mut list, before("b", NOW), "", NOW).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.message().contains("1,000 prefixes"), "{error}");
        assert_eq!(list.len(), PREFIXES_MAX);
        // However early: those in the list are later.
        assert!(add(&mut list, before("", NOW - 5), "", NOW).unwrap());
        assert_eq!(list.len(), PREFIXES_MAX + 1);
        assert!(add(&mut list, before("a/", NOW), "", NOW).unwrap());
        assert!(add(&mut list, before("b", NOW), "", NOW).unwrap());
        assert_eq!(list, [before("", NOW - 5), before("a/", NOW), before("b", NOW)]);
    }

    #[test]
    fn a_caller_with_some_keys_fills_it_up_for_nobody() {
        let mut list = Vec::new();
        numbered(&mut list, "acme/", SHARE_MAX, "acme/");
        let error = add(&mut list, before("acme/x", NOW), "acme/", NOW).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.message().contains("100 prefixes of keys that"), "{error}");
        // Another, and whoever reaches all of the keys, as well among those.
        numbered(&mut list, "other/", SHARE_MAX, "other/");
        assert!(add(&mut list, before("acme/x", NOW), "", NOW).unwrap());
        // All that it reaches, in a list that is full of others as well.
        let free = PREFIXES_MAX - list.len();
        numbered(&mut list, "many/", free, "");
        assert!(add(&mut list, before("else/", NOW), "else/", NOW).unwrap());
        assert!(add(&mut list, before("acme/", NOW), "acme/", NOW).unwrap());
        assert!(add(&mut list, before("acme/y", NOW), "acme/", NOW).is_ok_and(|changed| !changed));
    }
}
