//! The manifest: what an application declares, as the artifact itself carries it.
//!
//! The constants ([`AppSpec`], [`BucketSpec`], [`KvSpec`]) are what the macros emit.
//! [`AppSpec::render`] turns them into one line of JSON while the crate is compiled, and the linker
//! puts that line into the section [`SECTION`] of the artifact. [`Manifest`] is the owned twin that
//! the CLI reads back.

mod app;
mod bucket;
mod cors;
mod encryption;
mod environment;
mod field;
mod json;
mod kv;
#[cfg(feature = "manifest")]
mod owned;
mod s3;
mod service;
mod signed_urls;
#[cfg(test)]
mod tests;
mod verb;
mod worker;

pub use app::AppSpec;
#[cfg(feature = "manifest")]
pub use bucket::BucketRecord;
pub use bucket::BucketSpec;
#[cfg(feature = "manifest")]
pub use cors::CorsRecord;
pub use cors::{CORS_RULE_ID, CorsMethod, CorsSpec};
#[cfg(feature = "manifest")]
pub use encryption::EncryptionRecord;
pub use encryption::{EncryptionSpec, MetadataEncryption};
pub use environment::Purpose;
pub use field::FieldSpec;
#[cfg(feature = "manifest")]
pub use kv::KvRecord;
pub use kv::KvSpec;
#[cfg(feature = "manifest")]
pub use owned::{Field, Manifest, ManifestError, Metadata, Resource, ViaRecord, parse_section};
#[cfg(feature = "manifest")]
pub use s3::S3Record;
pub use s3::{
    S3_BUCKET_VARIABLE_PREFIX, S3_ENDPOINT_VARIABLE, S3_JURISDICTION_VARIABLE_PREFIX, S3Spec,
};
pub use service::ServiceSpec;
#[cfg(feature = "manifest")]
pub use signed_urls::SignedUrlsRecord;
pub use signed_urls::{SIGNED_URLS_ORIGIN_VARIABLE, SignedUrlsSpec};
pub use verb::{Verb, Verbs};
#[cfg(feature = "manifest")]
pub use worker::WorkerRecord;
pub use worker::{Placement, WorkerSpec};

use crate::const_text::Writer;
use crate::limits::{self, LimitError};
use crate::name::{self, NameError};

/// The custom section of the artifact that holds the manifest.
pub const SECTION: &str = "storage.manifest";

/// The version of the manifest's shape. It changes when an older CLI would misread a newer manifest.
pub const SCHEMA_VERSION: u32 = 1;

/// The version of the library, which is in the manifest so that a CLI of another one can say so.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Who may read a resource without going through the Worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "manifest", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "manifest", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Access {
    /// Nobody: everything goes through the Worker.
    Private,
}

impl Access {
    /// The word used in declarations and manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
        }
    }
}

/// One declaration of any kind.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ResourceSpec {
    /// An R2 bucket.
    Bucket(&'static BucketSpec),
    /// A Workers KV namespace.
    Kv(&'static KvSpec),
}

impl ResourceSpec {
    /// What the Worker calls it.
    #[must_use]
    pub const fn binding(&self) -> &'static str {
        match self {
            Self::Bucket(spec) => spec.binding,
            Self::Kv(spec) => spec.binding,
        }
    }

    /// The names it claims in the environment.
    const fn names(&self) -> environment::Names {
        match self {
            Self::Bucket(spec) => spec.names(),
            Self::Kv(spec) => spec.names(),
        }
    }

    /// What it is called here: "bucket".
    const fn kind(&self) -> &'static str {
        match self {
            Self::Bucket(_) => "bucket",
            Self::Kv(_) => "KV namespace",
        }
    }

    /// Which one it is in the account, as far as the declaration alone decides that: in pieces, so
    /// that comparing it with many others copies nothing.
    const fn in_account(&self) -> Option<[&'static str; 3]> {
        match self {
            Self::Bucket(spec) => Some(spec.bucket_name_pieces()),
            Self::Kv(spec) => match spec.existing {
                Some(id) => Some([id, "", ""]),
                None => None,
            },
        }
    }

    /// Whether two are declared in the same words, which is mostly one declaration, held twice.
    const fn is_declared_like(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.declared(), other.declared());
        name::str_eq(self.kind(), other.kind())
            && name::str_eq(ours.name, theirs.name)
            && name::str_eq(ours.namespace, theirs.namespace)
            && name::str_eq(ours.existing, theirs.existing)
    }

    const fn declared(&self) -> Declared {
        let (name, namespace, existing) = match self {
            Self::Bucket(spec) => (spec.name, spec.namespace, spec.existing),
            Self::Kv(spec) => (spec.name, spec.namespace, spec.existing),
        };
        let existing = if let Some(existing) = existing { existing } else { "" };
        Declared { name, namespace, existing }
    }

    /// What can be done with it at all.
    #[must_use]
    pub const fn verbs(&self) -> Verbs {
        match self {
            Self::Bucket(spec) => {
                let has_links = spec.signed_urls.is_some() || spec.s3.is_some();
                Verbs::possible(has_links, spec.encryption.is_some())
            }
            Self::Kv(spec) => Verbs::possible(false, spec.encryption.is_some()),
        }
    }

    /// What storage Workers call it, and what it is called in the account if it is a bucket: in pieces,
    /// so that comparing it with many others copies nothing.
    const fn qualified(&self) -> [&'static str; 3] {
        let Declared { name, namespace, .. } = self.declared();
        if name::str_eq(namespace, name::DEFAULT_NAMESPACE) {
            [name, "", ""]
        } else {
            [namespace, "-", name]
        }
    }

    const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        match self {
            Self::Bucket(spec) => spec.write(out),
            Self::Kv(spec) => spec.write(out),
        }
    }

    /// How long a key of it may be.
    const fn key_bytes_max(&self) -> usize {
        match self {
            Self::Bucket(_) => limits::r2::KEY_BYTES_MAX,
            Self::Kv(_) => limits::kv::KEY_BYTES_MAX,
        }
    }

    const fn check(&self) {
        match self {
            Self::Bucket(spec) => spec.check(),
            Self::Kv(_) => {}
        }
    }
}

/// What a declaration calls its resource.
struct Declared {
    name: &'static str,
    namespace: &'static str,
    /// Empty if there is none.
    existing: &'static str,
}

/// Stops the evaluation of a constant with a text.
#[expect(clippy::panic, reason = "evaluated in constants: it is a compile error, not a panic")]
#[track_caller]
const fn stop(message: &Writer<512>) -> ! {
    panic!("{}", message.as_str())
}

/// Size of metadata as the platform counts it: names and values, in bytes.
#[must_use]
pub const fn metadata_bytes(metadata: &[(&str, &str)]) -> u64 {
    let mut bytes = 0;
    let mut rest = metadata;
    while let [(key, value), tail @ ..] = rest {
        bytes += key.len() + value.len();
        rest = tail;
    }
    bytes as u64
}

#[cfg(feature = "manifest")]
fn metadata_bytes_of(metadata: &Metadata) -> u64 {
    let pairs: Vec<_> =
        metadata.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    metadata_bytes(&pairs)
}

const fn must_fit(checked: Result<(), LimitError>) {
    if let Err(error) = checked {
        error.stop();
    }
}

#[expect(clippy::panic, reason = "evaluated in constants: it is a compile error, not a panic")]
const fn must(checked: Result<(), NameError>) {
    if let Err(error) = checked {
        panic!("{}", error.rule());
    }
}

#[expect(clippy::too_many_arguments, reason = "the fields every kind has, in the order written")]
const fn write_common<const N: usize>(
    out: &mut Writer<N>,
    kind: &str,
    binding: &str,
    name: &str,
    namespace: &str,
    access: Access,
    existing: Option<&str>,
    metadata: &[(&str, &str)],
) {
    out.key("kind");
    out.string(kind);
    out.key("binding");
    out.string(binding);
    out.key("name");
    out.string(name);
    out.key("namespace");
    out.string(namespace);
    out.key("access");
    out.string(access.name());
    if let Some(existing) = existing {
        out.key("existing");
        out.string(existing);
    }
    if !metadata.is_empty() {
        out.key("metadata");
        out.raw("{");
        let mut rest = metadata;
        while let [(key, value), tail @ ..] = rest {
            out.string(key);
            out.raw(":");
            out.string(value);
            if !tail.is_empty() {
                out.raw(",");
            }
            rest = tail;
        }
        out.raw("}");
    }
}
