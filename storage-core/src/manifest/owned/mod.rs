//! The manifest read back from an artifact.

mod error;
#[cfg(test)]
mod tests;
mod via;

pub use error::ManifestError;
pub use via::ViaRecord;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::{
    BucketRecord, EncryptionRecord, KvRecord, Purpose, SCHEMA_VERSION, Verbs, WorkerRecord,
};
use crate::limits;
use crate::name::{BindingName, WorkerName, qualify};

/// Notes kept with a declaration.
pub type Metadata = BTreeMap<String, String>;

/// What one application declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the shape, [`SCHEMA_VERSION`].
    pub schema: u32,
    /// The version of the library that wrote it.
    pub version: String,
    /// The Worker's name.
    pub app: WorkerName,
    /// What makes it a storage Worker, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<WorkerRecord>,
    /// What its fields hold.
    pub fields: Vec<Field>,
}

/// One field of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// The field's name in the source.
    pub field: String,
    /// The storage Worker it goes by, if it is not bound itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<ViaRecord>,
    /// What it holds.
    #[serde(flatten)]
    pub resource: Resource,
}

impl Field {
    /// The names it claims in the environment, and what for: by a storage Worker it claims that Worker's,
    /// and nothing of what the declaration needs there.
    #[must_use]
    pub fn names(&self) -> Vec<(&str, Purpose)> {
        match &self.via {
            Some(via) => vec![(via.binding.as_str(), Purpose::Service)],
            None => self.resource.names(),
        }
    }

    /// The rules that no part of it keeps by its type.
    fn check(&self) -> Result<(), String> {
        let record = match &self.resource {
            Resource::Bucket(record) => record.check(),
            Resource::Kv(record) => record.check(),
        };
        record.map_err(|rule| rule.to_string())?;
        let Some(ViaRecord { grants, prefix, .. }) = &self.via else {
            return Ok(());
        };
        if let Some(prefix) = prefix {
            let limit = limits::key_prefix(self.resource.key_bytes_max());
            limit.check(prefix.as_str().len() as u64).map_err(|rule| rule.to_string())?;
        }
        match grants.iter().find(|verb| !self.resource.verbs().contains(**verb)) {
            Some(verb) => Err(format!("`{}` can't be done with it", verb.name())),
            None => Ok(()),
        }
    }
}

/// A declaration of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "there is a handful of them; not large on wasm")]
pub enum Resource {
    /// An R2 bucket.
    Bucket(BucketRecord),
    /// A Workers KV namespace.
    Kv(KvRecord),
}

impl Resource {
    /// What the Worker calls it.
    #[must_use]
    pub fn binding(&self) -> &BindingName {
        match self {
            Self::Bucket(record) => &record.binding,
            Self::Kv(record) => &record.binding,
        }
    }

    /// How it is encrypted, if it is.
    #[must_use]
    pub fn encryption(&self) -> Option<&EncryptionRecord> {
        match self {
            Self::Bucket(record) => record.encryption.as_ref(),
            Self::Kv(record) => record.encryption.as_ref(),
        }
    }

    /// What storage Workers call it: its name, behind that of a namespace of its own.
    #[must_use]
    pub fn qualified_name(&self) -> String {
        match self {
            Self::Bucket(record) => qualify(record.namespace.as_str(), record.name.as_str()),
            Self::Kv(record) => qualify(record.namespace.as_str(), record.name.as_str()),
        }
    }

    /// What can be done with it at all.
    #[must_use]
    pub fn verbs(&self) -> Verbs {
        match self {
            Self::Bucket(record) => {
                let has_links = record.signed_urls.is_some() || record.s3.is_some();
                Verbs::possible(has_links, record.encryption.is_some())
            }
            Self::Kv(record) => Verbs::possible(false, record.encryption.is_some()),
        }
    }

    /// How long a key of it may be.
    fn key_bytes_max(&self) -> usize {
        match self {
            Self::Bucket(_) => limits::r2::KEY_BYTES_MAX,
            Self::Kv(_) => limits::kv::KEY_BYTES_MAX,
        }
    }

    /// The names it claims in the environment where it is bound, and what for.
    #[must_use]
    pub fn names(&self) -> Vec<(&str, Purpose)> {
        let mut names = vec![(self.binding().as_str(), Purpose::Binding)];
        if let Some(encryption) = self.encryption() {
            names.push((encryption.secret.as_str(), Purpose::EncryptionKeys));
        }
        let Self::Bucket(record) = self else {
            return names;
        };
        if let Some(signed_urls) = &record.signed_urls {
            names.push((signed_urls.secret.as_str(), Purpose::SigningKeys));
        }
        if let Some(s3) = &record.s3 {
            names.extend([
                (s3.account_id.as_str(), Purpose::AccountId),
                (s3.access_key_id.as_str(), Purpose::AccessKeyId),
                (s3.secret_access_key.as_str(), Purpose::SecretAccessKey),
            ]);
        }
        names
    }

    /// What in the account it is, where the declaration alone decides that: ``bucket `notes` ``.
    fn in_account(&self) -> Option<String> {
        match self {
            Self::Bucket(record) => Some(format!("bucket `{}`", record.bucket_name())),
            Self::Kv(record) => {
                // Hexadecimal digits mean the same in either case.
                let id = record.existing.as_ref()?.as_str().to_ascii_lowercase();
                Some(format!("KV namespace `{id}`"))
            }
        }
    }
}

impl Manifest {
    /// The names that its fields claim in the environment, each once, in order, and what for.
    #[must_use]
    pub fn names(&self) -> BTreeMap<&str, Purpose> {
        self.fields.iter().flat_map(Field::names).collect()
    }

    /// The secrets it needs, each once, in order.
    #[must_use]
    pub fn secrets(&self) -> BTreeSet<&str> {
        let names = self.names().into_iter();
        names.filter(|(_, purpose)| purpose.is_secret()).map(|(name, _)| name).collect()
    }

    /// Those of its secrets that are rings of keys, each once, in order.
    #[must_use]
    pub fn key_rings(&self) -> BTreeSet<&str> {
        let names = self.names().into_iter();
        names.filter(|(_, purpose)| purpose.is_key_ring()).map(|(name, _)| name).collect()
    }

    /// Reads one line.
    fn parse(line: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Heading {
            schema: u32,
            version: Option<String>,
        }
        let malformed = |written_by| move |source| ManifestError::Malformed { written_by, source };
        let Heading { schema, version } = serde_json::from_slice(line).map_err(malformed(None))?;
        if schema != SCHEMA_VERSION {
            return Err(ManifestError::Schema { found: schema, written_by: version });
        }
        let manifest = serde_json::from_slice(line).and_then(Self::within_limits);
        let manifest = manifest.map_err(malformed(version))?;
        manifest.check_distinct()?;
        Ok(manifest)
    }

    /// The rules of the constants hold for a manifest that anyone wrote, too.
    fn within_limits(self) -> serde_json::Result<Self> {
        for field in &self.fields {
            let by = field.via.as_ref().map(|via| &via.service);
            let checked = match by {
                Some(_) if self.worker.is_some() => {
                    Err("a storage Worker is bound to what it holds".to_owned())
                }
                Some(service) if *service == self.app => {
                    Err("a Worker does not go by itself".to_owned())
                }
                _ => field.check(),
            };
            let name = &field.field;
            checked.map_err(|rule| serde_json::Error::custom(format!("field `{name}`: {rule}")))?;
        }
        let signs = |field: &Field| matches!(&field.resource, Resource::Bucket(record) if record.signed_urls.is_some());
        let is_public = self.worker.as_ref().is_some_and(|worker| worker.public_host.is_some());
        if is_public && !self.fields.iter().any(signs) {
            return Err(serde_json::Error::custom(
                "`public_host` without a bucket that signs URLs",
            ));
        }
        Ok(self)
    }

    /// Two fields are two resources, and have two bindings; a name stands for one thing.
    fn check_distinct(&self) -> Result<(), ManifestError> {
        let mut purposes = BTreeMap::new();
        for (name, purpose) in self.fields.iter().flat_map(Field::names) {
            let first = *purposes.entry(name).or_insert(purpose);
            if first != purpose {
                let name = name.to_owned();
                return Err(ManifestError::OneNameTwice { name, purposes: [first, purpose] });
            }
        }
        let mut seen = BTreeMap::new();
        for Field { field, via, resource } in &self.fields {
            let binding = format!("binding `{}`", resource.binding());
            let there = via.as_ref().map(|via| {
                format!("`{}` of the storage Worker `{}`", resource.qualified_name(), via.service)
            });
            for what in [Some(binding), there, resource.in_account()].into_iter().flatten() {
                if let Some(first) = seen.insert(what.clone(), field) {
                    let fields = [first.clone(), field.clone()];
                    return Err(ManifestError::Duplicate { fields, what });
                }
            }
        }
        Ok(())
    }
}

/// Reads the whole section: one manifest a line.
///
/// # Errors
///
/// The [`ManifestError`] of the first line that can't be read.
pub fn parse_section(section: &[u8]) -> Result<Vec<Manifest>, ManifestError> {
    section
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(Manifest::parse)
        .collect()
}
