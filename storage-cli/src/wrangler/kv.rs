//! KV namespaces in a configuration file: `kv_namespaces`.

use storage_core::manifest::KvRecord;
use storage_core::name::BindingName;

use super::edit::{Change, Setting};
use super::error::Problem;
use super::kind::{Identity, Kind};
use super::tree::Node;

pub(super) const SECTION: &str = "kv_namespaces";
pub(super) const ID: &str = "id";

impl Kind for KvRecord {
    fn section(&self) -> &'static str {
        SECTION
    }

    fn help_to_rename(&self) -> String {
        "rename this one, or declare another: `#[storage::kv(..., binding = \"...\")]`".to_owned()
    }

    fn noun(&self) -> &'static str {
        "KV namespace"
    }

    fn words(&self) -> String {
        format!("KV namespace `{}`", self.name)
    }

    fn binding(&self) -> &BindingName {
        &self.binding
    }

    fn identity_key(&self) -> &'static str {
        ID
    }

    fn exists_already(&self) -> bool {
        self.existing.is_some()
    }

    /// Only for a namespace that exists already: wrangler makes the others on the first deploy and
    /// finds them again by their binding.
    fn identity(&self, _env: Option<&str>) -> Result<Option<Identity>, String> {
        Ok(self.existing.as_ref().map(|id| Identity {
            key: ID,
            value: id.to_string(),
            help: |in_file| {
                format!(
                    "to use the namespace that the file names, declare it: `existing = \"{in_file}\"`; \
                     to use the declared one, change `{ID}` in the file (entries stay where they are)"
                )
            },
        }))
    }

    fn settings(&self) -> Vec<(&'static str, Setting)> {
        Vec::new()
    }

    fn changes(&self, _entry: &Node) -> Result<Vec<(Vec<String>, Change)>, Problem> {
        Ok(Vec::new())
    }

    fn advice(&self, _entry: &Node, _env: Option<&str>) -> Vec<String> {
        Vec::new()
    }
}
