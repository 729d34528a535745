//! CORS policies of buckets.

use std::io::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

use super::bucket::Address;
use super::table;
use super::{Account, not_understood};

/// The API's number for a bucket without a policy.
const NO_POLICY: u64 = 10059;

/// A rule of a policy, as wrangler shows it: lists with commas.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rule {
    pub(crate) origins: String,
    pub(crate) methods: String,
    pub(crate) headers: String,
    pub(crate) expose: String,
    pub(crate) max_age_seconds: Option<u32>,
}

impl Account {
    /// The policy of a bucket that is there.
    pub(crate) fn cors(&self, bucket: &Address) -> Result<Vec<Rule>> {
        let args = bucket.args(&["cors", "list"], &[]);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let printed = match self.run(&args)? {
            Ok(printed) => printed,
            Err(failure) if failure.code == Some(NO_POLICY) => return Ok(Vec::new()),
            Err(failure) => return Err(failure.into()),
        };
        rules(&printed).ok_or_else(|| not_understood(&args, &printed))
    }

    /// Replaces the policy of a bucket.
    pub(crate) fn set_cors(&self, bucket: &Address, policy: &Value) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new().context("can't make a temporary file")?;
        file.write_all(policy.to_string().as_bytes()).context("can't write a temporary file")?;
        let path = file.path().to_str().context("the folder for temporary files is not UTF-8")?;
        let args = bucket.args(&["cors", "set"], &["--file", path, "--force"]);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        self.must_run(&args).map(drop)
    }
}

const LABELS: &[&str] = &[
    "allowed_origins",
    "allowed_methods",
    "allowed_headers",
    "exposed_headers",
    "max_age_seconds",
];

fn rules(printed: &str) -> Option<Vec<Rule>> {
    let listed = table::after_heading(printed, "Listing CORS rules for bucket")?;
    if listed.trim().starts_with("There is no CORS configuration defined for bucket") {
        return Some(Vec::new());
    }
    let records = table::records(listed, LABELS)?;
    let rules = records.into_iter().map(|record| {
        let [origins, methods, headers, expose, age] = <[String; 5]>::try_from(record).ok()?;
        let list = |text: String, nothing| if text == nothing { String::new() } else { text };
        let max_age_seconds = match age.as_str() {
            "(0 seconds)" => None,
            seconds => Some(seconds.parse().ok()?),
        };
        Some(Rule {
            origins: list(origins, "(no origins)"),
            methods: list(methods, "(no methods)"),
            headers: list(headers, "(no headers)"),
            expose: list(expose, "(no exposed headers)"),
            max_age_seconds,
        })
    });
    rules.collect()
}
