//! What an application relies on, in words.

use std::fmt;

use super::PROTOCOL;
use crate::manifest::{BucketSpec, EncryptionSpec, KvSpec, MetadataEncryption, ResourceSpec};
use crate::name::qualify;

const BUCKET: &str = "bucket";
const KV: &str = "kv";
const ENCRYPTED: &str = "encrypted";
const METADATA_ENCRYPTED: &str = "metadata-encrypted";

/// What one side says of a resource: `1 bucket user-assets encrypted`. That is the version of the
/// protocol, the kind, the name with its namespace, and what else a caller may rely on.
///
/// Lifecycle, CORS, notes and secrets are not part of it: no caller relies on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    text: String,
}

impl Declaration {
    /// Of what is declared.
    #[must_use]
    pub fn of(resource: &ResourceSpec) -> Self {
        match resource {
            ResourceSpec::Bucket(spec) => Self::of_bucket(spec),
            ResourceSpec::Kv(spec) => Self::of_kv(spec),
        }
    }

    /// Of a bucket.
    #[must_use]
    pub fn of_bucket(spec: &BucketSpec) -> Self {
        Self::new(BUCKET, &qualify(spec.namespace, spec.name), spec.encryption.as_ref())
    }

    /// Of a KV namespace.
    #[must_use]
    pub fn of_kv(spec: &KvSpec) -> Self {
        Self::new(KV, &qualify(spec.namespace, spec.name), spec.encryption.as_ref())
    }

    /// As the other side wrote it, whatever it is.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    fn new(kind: &str, name: &str, encryption: Option<&EncryptionSpec>) -> Self {
        let mut text = format!("{PROTOCOL} {kind} {name}");
        if let Some(encryption) = encryption {
            text = text + " " + ENCRYPTED;
            if encryption.metadata == MetadataEncryption::Encrypted {
                text = text + " " + METADATA_ENCRYPTED;
            }
        }
        Self { text }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The version of the protocol.
    #[must_use]
    pub fn protocol(&self) -> Option<u32> {
        self.words().next()?.parse().ok()
    }

    /// The kind: `bucket` or `kv`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.words().nth(1).unwrap_or_default()
    }

    /// The name, with its namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        self.words().nth(2).unwrap_or_default()
    }

    /// Whether it is of the same resource, in the same version of the protocol.
    #[must_use]
    pub fn is_of(&self, other: &Self) -> bool {
        self.words().take(3).eq(other.words().take(3))
    }

    /// The same of what is declared here.
    #[must_use]
    pub fn is_of_declared(&self, resource: &ResourceSpec) -> bool {
        let (kind, namespace, name) = match resource {
            ResourceSpec::Bucket(spec) => (BUCKET, spec.namespace, spec.name),
            ResourceSpec::Kv(spec) => (KV, spec.namespace, spec.name),
        };
        self.protocol() == Some(PROTOCOL)
            && self.kind() == kind
            && self.name() == qualify(namespace, name)
    }

    /// Whether what is declared is all that this relies on. It may be more.
    #[must_use]
    pub fn is_met_by(&self, declared: &Self) -> bool {
        let has = |word: &str| declared.words().skip(3).any(|other| other == word);
        self.is_of(declared) && self.words().skip(3).all(has)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ')
    }
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
