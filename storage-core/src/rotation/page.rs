//! What is asked of a page, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many entries a page names of those that it could not rotate.
const PROBLEMS_MAX: usize = 10;

/// Which page to rotate, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RotationRequest {
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most so many entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Only keys that start with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Whether what is not encrypted is to be.
    pub encrypt_plain: bool,
}

/// What came of one page of a rotation.
///
/// Every entry of the page is in exactly one of `changed`, `current`, `failed`, `plain`, `rotated` and
/// `unreadable`, unless it was deleted meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RotationPage {
    /// Where the next page starts; `None` at the end. Opaque, and good for the same prefix, however many
    /// keys come and go meanwhile.
    pub cursor: Option<String>,
    /// Which keys the page is of, if not of all: those that start with it. It is what was asked for, or what the
    /// field that rotates reaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Entries that somebody else wrote meanwhile, and that were left as they are; and entries of KV that
    /// expire within about a minute. What this writer wrote is under the primary key, or comes again in the
    /// next run.
    pub changed: u64,
    /// Entries that were under the primary key already.
    pub current: u64,
    /// Entries that could not be written anew, and are as they were.
    pub failed: u64,
    /// Entries that are not encrypted, and were left as they are.
    pub plain: u64,
    /// Entries that are under the primary key now.
    pub rotated: u64,
    /// Entries that no key of the ring opens, or that are damaged.
    pub unreadable: u64,
    /// How many bytes of plaintext were encrypted anew.
    pub bytes: u64,
    /// How many entries of the page are under each key now, by the id of the key. Damaged ones count if the
    /// key is known.
    pub keys: BTreeMap<String, u64>,
    /// The first of the entries that are unreadable or failed.
    pub problems: Vec<RotationProblem>,
}

/// An entry that could not be rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RotationProblem {
    /// Its key.
    pub key: String,
    /// The stable code of the error, `storage_decryption_failed` if it can't be read.
    pub code: String,
}

impl RotationPage {
    /// How many entries there were.
    #[must_use]
    pub fn entries(&self) -> u64 {
        let Self { changed, current, failed, plain, rotated, unreadable, .. } = self;
        [current, failed, plain, rotated, unreadable]
            .into_iter()
            .fold(*changed, |sum, entries| sum.saturating_add(*entries))
    }

    /// Adds what came of the page behind, so that the sum of all pages is what came of the run. A count ends at
    /// [`u64::MAX`].
    pub fn append(&mut self, page: Self) {
        let Self {
            cursor,
            prefix,
            changed,
            current,
            failed,
            plain,
            rotated,
            unreadable,
            bytes,
            keys,
            problems,
        } = page;
        self.cursor = cursor;
        // A run with one page of a part is no run of all.
        self.prefix = self.prefix.take().or(prefix);
        self.changed = self.changed.saturating_add(changed);
        self.current = self.current.saturating_add(current);
        self.failed = self.failed.saturating_add(failed);
        self.plain = self.plain.saturating_add(plain);
        self.rotated = self.rotated.saturating_add(rotated);
        self.unreadable = self.unreadable.saturating_add(unreadable);
        self.bytes = self.bytes.saturating_add(bytes);
        for (id, entries) in keys {
            let sum = self.keys.entry(id).or_default();
            *sum = sum.saturating_add(entries);
        }
        for RotationProblem { key, code } in problems {
            self.note(&key, &code);
        }
    }

    /// Names an entry that could not be rotated, if there is room.
    pub fn note(&mut self, key: &str, code: &str) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(RotationProblem { key: key.to_owned(), code: code.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_add_up() {
        let page = |rotated, key: &str, cursor: Option<&str>| {
            let mut page =
                RotationPage { rotated, current: 1, bytes: 5, ..RotationPage::default() };
            page.cursor = cursor.map(str::to_owned);
            page.keys.insert("new".into(), rotated + 1);
            page.note(key, "storage_decryption_failed");
            page
        };
        let mut sum = page(2, "a", Some("more"));
        sum.append(page(3, "b", None));
        assert_eq!((sum.entries(), sum.rotated, sum.current, sum.bytes), (7, 5, 2, 10));
        assert_eq!((sum.cursor.as_ref(), sum.keys["new"]), (None, 7));
        let named: Vec<_> = sum.problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(named, ["a", "b"]);
        for _ in 0..20 {
            sum.append(page(0, "c", None));
        }
        assert_eq!(sum.problems.len(), PROBLEMS_MAX);
    }

    #[test]
    fn a_part_stays_a_part() {
        let part = |prefix: Option<&str>| {
            let prefix = prefix.map(str::to_owned);
            RotationPage { prefix, ..RotationPage::default() }
        };
        for (first, then) in [(Some("a/"), None), (None, Some("a/")), (Some("a/"), Some("b/"))] {
            let mut sum = part(first);
            sum.append(part(then));
            assert_eq!(sum.prefix.as_deref(), Some("a/"), "{first:?}, {then:?}");
        }
        let all = serde_json::to_value(RotationPage::default()).unwrap();
        assert!(all.get("prefix").is_none(), "{all}");
        // One of before there was such a field.
        assert_eq!(serde_json::from_value::<RotationPage>(all).unwrap(), RotationPage::default());
        let json = serde_json::to_string(&part(Some("a/"))).unwrap();
        assert_eq!(serde_json::from_str::<RotationPage>(&json).unwrap(), part(Some("a/")));
    }

    /// What a server says is only a number.
    #[test]
    fn no_count_begins_again() {
        let mut most = RotationPage { rotated: u64::MAX, bytes: 5, ..RotationPage::default() };
        most.keys.insert("new".into(), u64::MAX);
        let mut sum = most.clone();
        sum.append(most);
        sum.current = 1;
        assert_eq!((sum.rotated, sum.bytes, sum.keys["new"]), (u64::MAX, 10, u64::MAX));
        assert_eq!(sum.entries(), u64::MAX);
    }

    #[test]
    fn a_request_has_no_other_fields() {
        let read = |json: &str| serde_json::from_str::<RotationRequest>(json);
        assert_eq!(read("{}").unwrap(), RotationRequest::default());
        let asked = read(r#"{"cursor":"x","limit":7,"encrypt_plain":true}"#).unwrap();
        assert_eq!(
            (asked.cursor.as_deref(), asked.limit, asked.encrypt_plain),
            (Some("x"), Some(7), true)
        );
        for wrong in ["", "null", r#"{"encryptPlain":true}"#, r#"{"limit":-1}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
