//! What every kind of resource says about its place in a configuration file.
//!
//! A kind is a file beside this one and a line in each of the two lists below.

use storage_core::manifest::{Field, Manifest, Resource};
use storage_core::name::BindingName;

use super::edit::{Change, Setting};
use super::error::Problem;
use super::tree::Node;
use super::{bucket, kv, service};

/// The sections that hold entries of ours.
pub(super) const SECTIONS: &[&str] = &[bucket::SECTION, kv::SECTION, service::SECTION];

/// The kind of a declaration; nothing for one that this version doesn't know.
pub(super) fn kind(resource: &Resource) -> Option<&dyn Kind> {
    match resource {
        Resource::Bucket(record) => Some(record),
        Resource::Kv(record) => Some(record),
        _ => None,
    }
}

/// The fields that the Worker is bound to itself: the others go by a storage Worker, and need nothing else.
pub(crate) fn own_fields(manifest: &Manifest) -> impl Iterator<Item = &Field> {
    manifest.fields.iter().filter(|field| field.via.is_none())
}

/// A kind's place in a configuration file.
pub(super) trait Kind {
    /// The section, `r2_buckets`.
    fn section(&self) -> &'static str;

    /// What to do if the file has something else of its binding's name.
    fn help_to_rename(&self) -> String;

    /// What it is, `bucket`.
    fn noun(&self) -> &'static str;

    /// What it is called in messages, ``bucket `user-assets` ``.
    fn words(&self) -> String;

    /// What the Worker calls it.
    fn binding(&self) -> &BindingName;

    /// The key that says which resource the binding means, `bucket_name`.
    fn identity_key(&self) -> &'static str;

    /// Whether it was there before the Worker, and belongs to somebody.
    fn exists_already(&self) -> bool;

    /// That key, and what the declaration puts there.
    /// Nothing where wrangler decides by itself. An error is a message.
    fn identity(&self, env: Option<&str>) -> Result<Option<Identity>, String>;

    /// What else its entry has. What is there already, whatever it is set to, is the file's own choice.
    fn settings(&self) -> Vec<(&'static str, Setting)>;

    /// What is not as declared of what is this tool's alone in its entry.
    ///
    /// # Errors
    ///
    /// When there is something else in its place.
    fn changes(&self, entry: &Node) -> Result<Vec<(Vec<String>, Change)>, Problem>;

    /// What a configuration file has no words for, as advice. The entry is the one in the file.
    fn advice(&self, entry: &Node, env: Option<&str>) -> Vec<String>;
}

/// Which resource a binding means.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) key: &'static str,
    pub(super) value: String,
    /// What the two ways out of a disagreement are, given what the file says.
    pub(super) help: fn(in_file: &str) -> String,
}
