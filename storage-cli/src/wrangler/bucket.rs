//! Buckets in a configuration file: `r2_buckets`.

use storage_core::manifest::BucketRecord;
use storage_core::name::{self, BindingName};

use super::kind::{Identity, Kind};
use super::tree::Node;

pub(super) const SECTION: &str = "r2_buckets";
const NAME: &str = "bucket_name";

impl Kind for BucketRecord {
    fn section(&self) -> &'static str {
        SECTION
    }

    fn attribute(&self) -> &'static str {
        "bucket"
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
            help: |in_file| {
                format!(
                    "to use the bucket that the file names, declare it: `existing = \"{in_file}\"`; \
                     to use the declared one, change `{NAME}` in the file (objects stay where they are)"
                )
            },
        }))
    }

    fn advice(&self, entry: &Node) -> Vec<String> {
        let Some(days) = self.delete_after_days else {
            return Vec::new();
        };
        let declared = self.bucket_name();
        let bucket = entry.get(NAME).and_then(Node::text).unwrap_or(&declared);
        let jurisdiction = match entry.get("jurisdiction").and_then(Node::text) {
            Some(jurisdiction) => format!(" --jurisdiction {jurisdiction}"),
            None => String::new(),
        };
        vec![format!(
            "`delete_after_days` is a rule of the bucket, not of this file; once per bucket:\n  \
             wrangler r2 bucket lifecycle add {bucket} delete-after-{days}-days --expire-days {days}{jurisdiction}"
        )]
    }
}
