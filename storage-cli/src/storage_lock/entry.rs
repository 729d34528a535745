//! One resource in `storage.lock`.

use std::fmt;

use serde::{Deserialize, Serialize};
use storage_core::manifest::{Field, Manifest, Resource};
use storage_core::name;

/// A bucket or KV namespace that was declared.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// Its name, with its namespace.
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) place: Place,
    /// The secret with the keys of what is encrypted in it. What a storage Worker encrypts is its own matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) secret: Option<String>,
    /// Whether the name is a part of what its data is encrypted under. Only of what is declared now.
    #[serde(skip)]
    pub(super) is_encrypted: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Bucket,
    Kv,
}

/// Where its data is: what the platform finds it by.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// Of a KV namespace that wrangler made: it remembers it by the binding.
    Binding(String),
    /// The bucket's name in the account.
    Bucket(String),
    /// The id of a KV namespace.
    Id(String),
    /// Of a KV namespace that a storage Worker holds.
    Service(String),
}

impl Entry {
    /// Whether both mean the same data. All namespaces of a storage Worker are in one place.
    pub(super) fn is_in_place_of(&self, other: &Self) -> bool {
        let shares_place = matches!(self.place, Place::Service(_));
        self.place == other.place && (!shares_place || self.name == other.name)
    }
}

/// What a manifest declares, in the order of the file.
pub(super) fn of(manifest: &Manifest) -> Vec<Entry> {
    let mut all: Vec<_> = manifest.fields.iter().filter_map(entry).collect();
    all.sort();
    all
}

/// Nothing for a kind that this version does not know; such a manifest is refused elsewhere.
fn entry(field: &Field) -> Option<Entry> {
    let resource = &field.resource;
    let (kind, namespace, name, place) = match resource {
        Resource::Bucket(bucket) => {
            let place = Place::Bucket(bucket.bucket_name());
            (Kind::Bucket, &bucket.namespace, bucket.name.as_str(), place)
        }
        Resource::Kv(kv) => {
            let place = match (&kv.existing, &field.via) {
                (Some(id), _) => Place::Id(id.as_str().to_ascii_lowercase()),
                (None, Some(via)) => Place::Service(via.service.to_string()),
                (None, None) => Place::Binding(kv.binding.to_string()),
            };
            (Kind::Kv, &kv.namespace, kv.name.as_str(), place)
        }
        _ => return None,
    };
    let name = name::qualify(namespace.as_str(), name);
    let encryption = resource.encryption();
    let secret = encryption.filter(|_| field.via.is_none()).map(|keys| keys.secret.to_string());
    Some(Entry { kind, name, place, secret, is_encrypted: encryption.is_some() })
}

impl Kind {
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Kv => "kv",
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Kv => "KV namespace",
        }
    }
}

impl Place {
    /// The option of a declaration that means this place, whatever its name. `via` is one of a field.
    pub(super) fn option(&self) -> String {
        match self {
            Self::Binding(binding) => format!("binding = \"{binding}\""),
            Self::Bucket(text) | Self::Id(text) => format!("existing = \"{text}\""),
            Self::Service(service) => format!("via = \"{service}\""),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binding(binding) => write!(f, "the namespace that wrangler made for `{binding}`"),
            Self::Bucket(name) => write!(f, "the account's bucket `{name}`"),
            Self::Id(id) => write!(f, "the namespace with the id `{id}`"),
            Self::Service(service) => write!(f, "the namespace of the storage Worker `{service}`"),
        }
    }
}
