//! Buckets of an account.

use std::fmt;

use anyhow::Result;

use super::table;
use super::{Account, not_understood};

/// The API's numbers for what is not there.
const NO_BUCKET: u64 = 10006;

/// Which bucket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Address {
    pub(crate) name: String,
    /// Buckets of one name may be in several.
    pub(crate) jurisdiction: Option<String>,
}

/// A lifecycle rule, as wrangler shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) is_enabled: bool,
    /// Which keys it is about, if not all.
    pub(crate) prefix: Option<String>,
    /// What it does, in wrangler's words.
    pub(crate) action: String,
}

impl Account {
    /// The lifecycle rules of a bucket; nothing if there is no such bucket.
    ///
    /// wrangler's list of buckets ends after a page, and what it shows of one bucket takes a permission
    /// for analytics. This takes no other permission than to set the rules.
    pub(crate) fn lifecycle(&self, bucket: &Address) -> Result<Option<Vec<Rule>>> {
        let args = bucket.args(&["lifecycle", "list"], &[]);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let printed = match self.run(&args)? {
            Ok(printed) => printed,
            Err(failure) if failure.code == Some(NO_BUCKET) => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        rules(&printed).map(Some).ok_or_else(|| not_understood(&args, &printed))
    }

    pub(crate) fn create_bucket(&self, bucket: &Address) -> Result<()> {
        self.change(bucket, &["create"], &["--no-update-config"])
    }

    /// Adds a rule to those that are there. wrangler reads and writes them whole, so others stay as they
    /// are. `flags` say what it does.
    pub(crate) fn add_rule(&self, bucket: &Address, rule: &Rule, flags: &[&str]) -> Result<()> {
        let mut more = vec!["--name", rule.name.as_str(), "--force"];
        if let Some(prefix) = &rule.prefix {
            more.extend(["--prefix", prefix]);
        }
        more.extend(flags);
        self.change(bucket, &["lifecycle", "add"], &more)
    }

    pub(crate) fn remove_rule(&self, bucket: &Address, name: &str) -> Result<()> {
        self.change(bucket, &["lifecycle", "remove"], &["--name", name])
    }

    fn change(&self, bucket: &Address, verb: &[&str], more: &[&str]) -> Result<()> {
        let args = bucket.args(verb, more);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        self.must_run(&args).map(drop)
    }
}

impl Address {
    fn args(&self, verb: &[&str], more: &[&str]) -> Vec<String> {
        let mut args = [&["r2", "bucket"], verb, &[self.name.as_str()], more].concat();
        args.extend(self.jurisdiction.iter().flat_map(|one| ["--jurisdiction", one]));
        args.into_iter().map(str::to_owned).collect()
    }
}

const LABELS: &[&str] = &["name", "enabled", "prefix", "action"];

fn rules(printed: &str) -> Option<Vec<Rule>> {
    let listed = table::after_heading(printed, "Listing lifecycle rules for bucket")?;
    if listed.trim().starts_with("There are no lifecycle rules for bucket") {
        return Some(Vec::new());
    }
    let records = table::records(listed, LABELS)?;
    let rules = records.into_iter().map(|record| {
        let [name, enabled, prefix, action] = <[String; 4]>::try_from(record).ok()?;
        let is_enabled = match enabled.as_str() {
            "Yes" => true,
            "No" => false,
            _ => return None,
        };
        let prefix = (prefix != "(all prefixes)").then_some(prefix);
        Some(Rule { name, is_enabled, prefix, action })
    });
    rules.collect()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.jurisdiction {
            Some(jurisdiction) => write!(f, " ({jurisdiction})"),
            None => Ok(()),
        }
    }
}
