//! The lifecycle rules that a bucket's declaration asks for.

use std::num::NonZeroU32;

use storage_core::manifest::BucketRecord;

use crate::account::bucket::Rule;

/// A rule, and how wrangler is told of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) rule: Rule,
    flag: &'static str,
    days: u32,
    /// What it does, in our words.
    pub(super) words: String,
}

/// The beginnings of the names of our rules; the number of days follows. What is called otherwise was set
/// by somebody else.
const NAMES: &[&str] = &[ABORT, DELETE, INFREQUENT_ACCESS, SIGNED_URLS];
const ABORT: &str = "storage-abort-uploads-after-";
const DELETE: &str = "storage-delete-after-";
const INFREQUENT_ACCESS: &str = "storage-infrequent-access-after-";
const SIGNED_URLS: &str = "storage-signed-urls-after-";
const DAYS: &str = "-days";

/// Where the uses of signed URLs are counted, in the bucket itself.
const USES: &str = ".storage/uses/";
/// A URL is good for a week at most, and its uses have to be known for as long.
const USES_DAYS: u32 = 8;

/// Where everything is that is known of them.
const RESERVED: &str = ".storage/";

/// What wrangler says of a rule that ends uploads, before the number of days.
const ABORTS: &str = "Abort incomplete multipart uploads";
/// What it says of one that deletes.
const EXPIRES: &str = "Expire objects";

/// What is declared.
pub(super) fn wanted(record: &BucketRecord) -> Vec<Wanted> {
    let days = |days: Option<NonZeroU32>| days.map(NonZeroU32::get);
    let delete = days(record.delete_after_days).map(|days| Wanted {
        rule: rule(DELETE, days, None, EXPIRES),
        flag: "--expire-days",
        days,
        words: format!("objects are deleted after {}", in_words(days)),
    });
    let infrequent_access = days(record.infrequent_access_after_days).map(|days| Wanted {
        rule: rule(INFREQUENT_ACCESS, days, None, "Transition to Infrequent Access"),
        flag: "--ia-transition-days",
        days,
        words: format!("objects move to infrequent access after {}", in_words(days)),
    });
    let abort = days(record.abort_uploads_after_days).map(|days| Wanted {
        rule: rule(ABORT, days, None, ABORTS),
        flag: "--abort-multipart-days",
        days,
        words: format!("uploads in parts end after {}", in_words(days)),
    });
    let uses = record.signed_urls.as_ref().map(|_| Wanted {
        rule: rule(SIGNED_URLS, USES_DAYS, Some(USES), EXPIRES),
        flag: "--expire-days",
        days: USES_DAYS,
        words: format!("uses of signed URLs are forgotten after {}", in_words(USES_DAYS)),
    });
    [delete, infrequent_access, abort, uses].into_iter().flatten().collect()
}

fn in_words(days: u32) -> String {
    if days == 1 { "a day".to_owned() } else { format!("{days} days") }
}

/// A rule of others that ends uploads in parts sooner than is declared. Every new bucket has one.
pub(super) fn sooner(wanted: &[Wanted], present: &[Rule]) -> Option<String> {
    let declared = wanted.iter().find(|one| one.rule.action.starts_with(ABORTS))?.days;
    present.iter().find_map(|rule| {
        if !rule.is_enabled || rule.prefix.is_some() || is_ours(&rule.name) {
            return None;
        }
        let days = rule.action.split(", ").find_map(|action| {
            action.strip_prefix(ABORTS)?.strip_prefix(" after ")?.strip_suffix(" days")
        })?;
        let days: u32 = days.parse().ok()?;
        let words = || format!("the rule `{}` ends uploads after {}", rule.name, in_words(days));
        (days < declared).then(words)
    })
}

/// A rule of others that deletes what is known of signed URLs while they are good: spent and revoked ones would be
/// good again.
pub(super) fn forgets(wanted: &[Wanted], present: &[Rule]) -> Option<String> {
    wanted.iter().find(|one| one.rule.name.starts_with(SIGNED_URLS))?;
    present.iter().find_map(|rule| {
        let prefix = rule.prefix.as_deref().unwrap_or_default();
        let is_of_them = RESERVED.starts_with(prefix) || prefix.starts_with(RESERVED);
        if !rule.is_enabled || !is_of_them || is_ours(&rule.name) {
            return None;
        }
        let days = rule.action.split(", ").find_map(|action| {
            action.strip_prefix(EXPIRES)?.strip_prefix(" after ")?.strip_suffix(" days")
        })?;
        let days: u32 = days.parse().ok()?;
        let words = || {
            format!(
                "the rule `{}` makes spent and revoked URLs good again after {}: let it leave out `{RESERVED}`",
                rule.name,
                in_words(days)
            )
        };
        (days < USES_DAYS).then(words)
    })
}

impl Wanted {
    /// What wrangler is told beside the rule's name and prefix.
    pub(crate) fn flags(&self) -> [String; 2] {
        [self.flag.to_owned(), self.days.to_string()]
    }
}

fn rule(name: &str, days: u32, prefix: Option<&str>, action: &str) -> Rule {
    Rule {
        name: format!("{name}{days}{DAYS}"),
        is_enabled: true,
        prefix: prefix.map(str::to_owned),
        action: format!("{action} after {days} days"),
    }
}

/// Whether this tool made a rule of that name.
pub(super) fn is_ours(name: &str) -> bool {
    let days = NAMES.iter().find_map(|start| name.strip_prefix(start)?.strip_suffix(DAYS));
    days.is_some_and(|days| days.parse::<NonZeroU32>().is_ok())
}

/// What has to happen to the rules of a bucket.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Changes {
    /// What is ours and has been changed by somebody, so is in the way of what is added.
    pub(super) replace: Vec<String>,
    pub(super) add: Vec<Wanted>,
    /// What is ours and no longer declared; removed last, so that at no time there is no rule.
    pub(super) remove: Vec<String>,
}

pub(super) fn compare(wanted: &[Wanted], present: &[Rule]) -> Changes {
    let is_right = |one: &&Wanted| present.contains(&one.rule);
    let add: Vec<_> = wanted.iter().filter(|one| !is_right(one)).cloned().collect();
    let ours = present.iter().filter(|rule| is_ours(&rule.name)).map(|rule| &rule.name);
    let is_wanted = |name: &&String| wanted.iter().any(|one| one.rule.name == **name);
    let remove = ours.clone().filter(|name| !is_wanted(name)).cloned().collect();
    let is_added = |name: &&String| add.iter().any(|one| one.rule.name == **name);
    let replace = ours.filter(is_added).cloned().collect();
    Changes { replace, add, remove }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delete(days: u32) -> Wanted {
        let rule = rule(DELETE, days, None, "Expire objects");
        Wanted { rule, flag: "--expire-days", days, words: String::new() }
    }

    #[test]
    fn rules_of_others_are_neither_changed_nor_counted() {
        let others =
            ["storage-delete-after-days", "storage-delete-after-0-days", "storage-mine", ""];
        for name in others {
            assert!(!is_ours(name), "{name}");
            let foreign = Rule { name: name.to_owned(), ..delete(30).rule };
            assert_eq!(compare(&[], &[foreign]), Changes::default());
        }
        assert!(is_ours("storage-delete-after-30-days"));
        assert!(is_ours("storage-signed-urls-after-8-days"));
    }

    #[test]
    fn what_is_no_longer_declared_goes_after_the_new_is_there() {
        let changes = compare(&[delete(60)], &[delete(30).rule]);
        assert_eq!(changes.remove, ["storage-delete-after-30-days"]);
        assert_eq!((changes.add, changes.replace.len()), (vec![delete(60)], 0));
        assert_eq!(compare(&[delete(30)], &[delete(30).rule]), Changes::default());
    }

    #[test]
    fn rules_of_others_are_told_of_that_forget_what_became_of_urls() {
        let uses =
            Wanted { rule: rule(SIGNED_URLS, USES_DAYS, Some(USES), EXPIRES), ..delete(USES_DAYS) };
        let of = |name: &str, prefix: Option<&str>, days| {
            let prefix = prefix.map(str::to_owned);
            let foreign = Rule { name: name.to_owned(), prefix, ..delete(days).rule };
            forgets(std::slice::from_ref(&uses), &[foreign])
        };
        for prefix in [None, Some(""), Some("."), Some(".storage/"), Some(".storage/revoked/")] {
            assert!(of("theirs", prefix, 7).is_some_and(|said| said.contains("`theirs`")));
            assert_eq!(of("theirs", prefix, 8), None);
        }
        assert_eq!(of("theirs", Some("logs/"), 1), None);
        // Of this one the library knows.
        assert_eq!(of("storage-delete-after-1-days", None, 1), None);
        let foreign = Rule { name: "theirs".to_owned(), ..delete(1).rule };
        assert_eq!(forgets(&[delete(30)], std::slice::from_ref(&foreign)), None);
        let disabled = Rule { is_enabled: false, ..foreign };
        assert_eq!(forgets(&[uses], &[disabled]), None);
    }

    #[test]
    fn a_rule_that_somebody_changed_is_replaced() {
        let disabled = Rule { is_enabled: false, ..delete(30).rule };
        let narrowed = Rule { prefix: Some("a/".to_owned()), ..delete(30).rule };
        for rule in [disabled, narrowed] {
            let changes = compare(&[delete(30)], &[rule]);
            assert_eq!(changes.replace, ["storage-delete-after-30-days"]);
            assert_eq!((changes.add, changes.remove.len()), (vec![delete(30)], 0));
        }
    }
}
