//! The manifest read back from an artifact.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::{BucketRecord, EncryptionRecord, KvRecord, Purpose, SCHEMA_VERSION};
use crate::name::{BindingName, WorkerName};

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
    /// What its fields hold.
    pub fields: Vec<Field>,
}

/// One field of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// The field's name in the source.
    pub field: String,
    /// What it holds.
    #[serde(flatten)]
    pub resource: Resource,
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

    /// The names it claims in the environment, and what for.
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
        self.fields.iter().flat_map(|field| field.resource.names()).collect()
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
        for Field { field, resource } in &self.fields {
            let checked = match resource {
                Resource::Bucket(record) => record.check(),
                Resource::Kv(record) => record.check(),
            };
            checked
                .map_err(|rule| serde_json::Error::custom(format!("field `{field}`: {rule}")))?;
        }
        Ok(self)
    }

    /// Two fields are two resources, and have two bindings; a name stands for one thing.
    fn check_distinct(&self) -> Result<(), ManifestError> {
        let mut purposes = BTreeMap::new();
        for (name, purpose) in self.fields.iter().flat_map(|field| field.resource.names()) {
            let first = *purposes.entry(name).or_insert(purpose);
            if first != purpose {
                let name = name.to_owned();
                return Err(ManifestError::OneNameTwice { name, purposes: [first, purpose] });
            }
        }
        let mut seen = BTreeMap::new();
        for Field { field, resource } in &self.fields {
            let binding = format!("binding `{}`", resource.binding());
            for what in [Some(binding), resource.in_account()].into_iter().flatten() {
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

/// Why a manifest can't be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ManifestError {
    /// Two fields claim one binding, or mean one resource.
    Duplicate {
        /// The fields.
        fields: [String; 2],
        /// What they share, in words.
        what: String,
    },
    /// It is not a manifest, or says something that this version doesn't know.
    Malformed {
        /// The version of the library that wrote it, as far as it says so.
        written_by: Option<String>,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A name stands for two things, and there is one thing of each name.
    OneNameTwice {
        /// The name.
        name: String,
        /// What it stands for.
        purposes: [Purpose; 2],
    },
    /// It has another shape.
    Schema {
        /// The version of the shape.
        found: u32,
        /// The version of the library that wrote it, as far as it says so.
        written_by: Option<String>,
    },
}

impl ManifestError {
    /// The version of the library that wrote what can't be read, as far as it is known.
    #[must_use]
    pub fn written_by(&self) -> Option<&str> {
        match self {
            Self::Duplicate { .. } | Self::OneNameTwice { .. } => None,
            Self::Malformed { written_by, .. } | Self::Schema { written_by, .. } => {
                written_by.as_deref()
            }
        }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { fields: [first, second], what } => {
                write!(
                    f,
                    "the fields `{first}` and `{second}` are both the {what}\n\
                     help: declare it once, or give one of the declarations another `name`, \
                     `namespace`, `binding` or `existing`"
                )
            }
            Self::Malformed { .. } => f.write_str("the manifest is malformed"),
            Self::OneNameTwice { name, purposes: [first, second] } => {
                let (one, other) = (first.words(), second.words());
                let help = first.help_to_part(*second);
                write!(f, "`{name}` is the name of the {one} and of the {other}\nhelp: {help}")
            }
            Self::Schema { found, .. } => {
                write!(f, "the manifest has schema {found}, and this tool reads {SCHEMA_VERSION}")
            }
        }
    }
}

impl std::error::Error for ManifestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { source, .. } => Some(source),
            Self::Duplicate { .. } | Self::OneNameTwice { .. } | Self::Schema { .. } => None,
        }
    }
}
