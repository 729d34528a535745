//! What every kind of resource says about its place in a configuration file.
//!
//! A kind is a file beside this one and a line in each of the two lists below.

use storage_core::manifest::Resource;
use storage_core::name::BindingName;

use super::edit::Setting;
use super::tree::Node;
use super::{bucket, kv};

/// The sections that hold entries of ours.
pub(super) const SECTIONS: &[&str] = &[bucket::SECTION, kv::SECTION];

/// The kind of a declaration; nothing for one that this version doesn't know.
pub(super) fn kind(resource: &Resource) -> Option<&dyn Kind> {
    match resource {
        Resource::Bucket(record) => Some(record),
        Resource::Kv(record) => Some(record),
        _ => None,
    }
}

/// A kind's place in a configuration file.
pub(super) trait Kind {
    /// The section, `r2_buckets`.
    fn section(&self) -> &'static str;

    /// The attribute of the declaration, `bucket`.
    fn attribute(&self) -> &'static str;

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
