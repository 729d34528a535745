//! Buckets in a configuration file: `r2_buckets`.

use std::num::NonZeroU32;

use storage_core::manifest::BucketRecord;
use storage_core::name::{self, BindingName};

use super::edit::{Change, Setting};
use super::error::Problem;
use super::kind::{Identity, Kind};
use super::s3;
use super::tree::Node;

pub(super) const SECTION: &str = "r2_buckets";
const NAME: &str = "bucket_name";

impl Kind for BucketRecord {
    fn section(&self) -> &'static str {
        SECTION
    }

    fn help_to_rename(&self) -> String {
        "rename this one, or declare another: `#[storage::bucket(..., binding = \"...\")]`"
            .to_owned()
    }

    fn noun(&self) -> &'static str {
        "bucket"
    }

    fn words(&self) -> String {
        format!("bucket `{}`", self.bucket_name())
    }

    fn binding(&self) -> &BindingName {
        &self.binding
    }

    fn identity_key(&self) -> &'static str {
        NAME
    }

    fn exists_already(&self) -> bool {
        self.existing.is_some()
    }

    fn identity(&self, env: Option<&str>) -> Result<Option<Identity>, String> {
        let value = match env {
            Some(env) if self.existing.is_none() => {
                let bucket = format!("{}-{env}", self.bucket_name());
                if let Err(rule) = name::check_bucket(&bucket) {
                    return Err(format!(
                        "the environment's bucket would be called `{bucket}`: {rule}\n\
                         help: add the entry of `{}` to the environment by hand, with a \
                         `{NAME}` of your choice",
                        self.binding
                    ));
                }
                bucket
            }
            _ => self.bucket_name(),
        };
        Ok(Some(Identity {
            key: NAME,
            value,
            help: if self.encryption.is_some() { help_if_encrypted } else { help },
        }))
    }

    fn settings(&self) -> Vec<(&'static str, Setting)> {
        // `wrangler deploy` leaves it out.
        self.s3.iter().map(|_| s3::local_credentials()).collect()
    }

    fn changes(&self, _entry: &Node) -> Result<Vec<(Vec<String>, Change)>, Problem> {
        Ok(Vec::new())
    }

    fn advice(&self, entry: &Node, env: Option<&str>) -> Vec<String> {
        let bucket = self.bucket_name();
        let bucket = entry.get(NAME).and_then(Node::text).unwrap_or(&bucket);
        let rules = Rules::of(self);
        if rules.names.is_empty() {
            return Vec::new();
        }
        let names = rules.names.join(", ");
        if self.existing.is_none() {
            let option = env.map(|env| format!(" --env {env}")).unwrap_or_default();
            return vec![format!(
                "`{bucket}` itself keeps {names}, not this file: `cargo storage apply{option}` tells it"
            )];
        }
        let jurisdiction = match entry.get("jurisdiction").and_then(Node::text) {
            Some(jurisdiction) => format!(" --jurisdiction {jurisdiction}"),
            None => String::new(),
        };
        let commands = rules.commands.iter().map(|(command, arguments)| {
            format!("\n  wrangler r2 bucket {command} {bucket} {arguments}{jurisdiction}")
        });
        let policy = self.cors.as_ref().map(|cors| format!("\ncors.json:\n{:#}", cors.policy()));
        vec![format!(
            "`{bucket}` itself keeps {names}, not this file, and as it existed already, its owner decides; \
             once:{}{}",
            commands.collect::<Vec<_>>().concat(),
            policy.unwrap_or_default()
        )]
    }
}

/// What a declaration says of the bucket itself.
struct Rules {
    /// The options.
    names: Vec<&'static str>,
    /// The command of `wrangler r2 bucket` that sets each, and what follows the name of the bucket.
    commands: Vec<(&'static str, String)>,
}

impl Rules {
    fn of(record: &BucketRecord) -> Self {
        let days = |days: Option<NonZeroU32>| days.map(NonZeroU32::get);
        let lifecycle = [
            ("`delete_after_days`", days(record.delete_after_days), "delete", "--expire-days"),
            (
                "`infrequent_access_after_days`",
                days(record.infrequent_access_after_days),
                "infrequent-access",
                "--ia-transition-days",
            ),
            (
                "`abort_uploads_after_days`",
                days(record.abort_uploads_after_days),
                "abort-uploads",
                "--abort-multipart-days",
            ),
        ];
        let mut rules = Self { names: Vec::new(), commands: Vec::new() };
        for (name, days, rule, option) in lifecycle {
            if let Some(days) = days {
                rules.names.push(name);
                let arguments = format!("storage-{rule}-after-{days}-days {option} {days}");
                rules.commands.push(("lifecycle add", arguments));
            }
        }
        if record.cors.is_some() {
            rules.names.push("`cors`");
            rules.commands.push(("cors set", "--file cors.json".to_owned()));
        }
        rules
    }
}

fn help(in_file: &str) -> String {
    format!(
        "to use the bucket that the file names, declare it: `existing = \"{in_file}\"`; to use the declared \
         one, change `{NAME}` in the file (objects stay where they are)"
    )
}

/// The name is a part of what its objects are encrypted under, so they could not be read under another.
fn help_if_encrypted(in_file: &str) -> String {
    format!(
        "to use the bucket that the file names, give it its name back, `name = \"{in_file}\"`: what is encrypted \
         in it can only be read under the name that it was written under; to use the declared one, change \
         `{NAME}` in the file (objects stay where they are)"
    )
}
