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
const NAMES: &[&str] = &[DELETE];
const DELETE: &str = "storage-delete-after-";
const DAYS: &str = "-days";

/// What is declared.
pub(super) fn wanted(record: &BucketRecord) -> Vec<Wanted> {
    let days = |days: NonZeroU32| days.get();
    let delete = record.delete_after_days.map(days).map(|days| Wanted {
        rule: rule(DELETE, days, None, "Expire objects"),
        flag: "--expire-days",
        days,
        words: format!("objects are deleted after {days} days"),
    });
    delete.into_iter().collect()
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
    }

    #[test]
    fn what_is_no_longer_declared_goes_after_the_new_is_there() {
        let changes = compare(&[delete(60)], &[delete(30).rule]);
        assert_eq!(changes.remove, ["storage-delete-after-30-days"]);
        assert_eq!((changes.add, changes.replace.len()), (vec![delete(60)], 0));
        assert_eq!(compare(&[delete(30)], &[delete(30).rule]), Changes::default());
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
