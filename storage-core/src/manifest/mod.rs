//! The manifest: what an application declares, as the artifact itself carries it.
//!
//! The constants ([`AppSpec`], [`BucketSpec`], [`KvSpec`]) are what the macros emit.
//! [`AppSpec::render`] turns them into one line of JSON while the crate is compiled, and the linker
//! puts that line into the section [`SECTION`] of the artifact. [`Manifest`] is the owned twin that
//! the CLI reads back.

mod bucket;
mod cors;
mod encryption;
mod environment;
mod json;
mod kv;
#[cfg(feature = "manifest")]
mod owned;
mod s3;
mod signed_urls;
#[cfg(test)]
mod tests;

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
#[cfg(feature = "manifest")]
pub use kv::KvRecord;
pub use kv::KvSpec;
#[cfg(feature = "manifest")]
pub use owned::{Field, Manifest, ManifestError, Metadata, Resource, parse_section};
#[cfg(feature = "manifest")]
pub use s3::S3Record;
pub use s3::{
    S3_BUCKET_VARIABLE_PREFIX, S3_ENDPOINT_VARIABLE, S3_JURISDICTION_VARIABLE_PREFIX, S3Spec,
};
#[cfg(feature = "manifest")]
pub use signed_urls::SignedUrlsRecord;
pub use signed_urls::{SIGNED_URLS_ORIGIN_VARIABLE, SignedUrlsSpec};

use crate::const_text::Writer;
use crate::limits::LimitError;
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

/// One field of an application.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    field: &'static str,
    resource: ResourceSpec,
}

impl FieldSpec {
    /// The field `field` holds `resource`.
    #[must_use]
    pub const fn new(field: &'static str, resource: ResourceSpec) -> Self {
        Self { field, resource }
    }

    #[track_caller]
    const fn assert_distinct(&self, later: &Self) {
        let (ours, theirs) = (&self.resource, &later.resource);
        if name::str_eq(ours.binding(), theirs.binding()) {
            let help = if ours.is_declared_like(theirs) {
                "hold a declaration in one field; if they are two, give one another `name`"
            } else {
                "give one of the declarations its own: `binding = \"...\"`"
            };
            self.stop(later, "binding", ours.binding(), help);
        }
        if let Some((name, [first, second])) = environment::conflict(&ours.names(), &theirs.names())
        {
            self.stop(later, "name in the environment", name, first.help_to_part(second));
        }
        if !name::str_eq(ours.kind(), theirs.kind()) {
            return;
        }
        if let (Some(ours_is), Some(theirs_is)) = (ours.in_account(), theirs.in_account())
            && same_text(ours_is, theirs_is)
        {
            let help = match ours {
                ResourceSpec::Bucket(_) => {
                    "use one declaration for both, or give one of them another `name`, \
                     `namespace` or `existing`"
                }
                ResourceSpec::Kv(_) => {
                    "use one declaration for both, or give one of them another `existing`"
                }
            };
            let mut shared = Writer::<128>::new();
            let [one, two, three] = ours_is;
            shared.raw(one);
            shared.raw(two);
            shared.raw(three);
            self.stop(later, ours.kind(), shared.as_str(), help);
        }
    }

    #[track_caller]
    const fn stop(&self, later: &Self, what: &str, shared: &str, help: &str) -> ! {
        let mut message = Writer::<512>::new();
        message.raw("fields `");
        message.raw(self.field);
        message.raw("` and `");
        message.raw(later.field);
        message.raw("` claim one ");
        message.raw(what);
        message.raw(", `");
        message.raw(shared);
        message.raw("`\nhelp: ");
        message.raw(help);
        stop(&message)
    }
}

/// An application: a Worker's name and what its fields hold.
#[derive(Clone, Copy, Debug)]
pub struct AppSpec {
    name: &'static str,
    fields: &'static [FieldSpec],
}

impl AppSpec {
    /// An application of that name.
    ///
    /// # Panics
    ///
    /// In the constant, if the name breaks the rule for Workers, or a resource one of its kind that
    /// needs the whole declaration.
    #[must_use]
    pub const fn new(name: &'static str, fields: &'static [FieldSpec]) -> Self {
        must(name::check_worker(name));
        let mut rest = fields;
        while let [first, tail @ ..] = rest {
            first.resource.check();
            rest = tail;
        }
        Self { name, fields }
    }

    /// Checks that no field before `field` claims its binding, or what it is in the account.
    ///
    /// # Panics
    ///
    /// In the constant, naming both fields and what they share.
    #[track_caller] // shown at the field alone, without the way here
    pub const fn assert_distinct(&self, field: &str) {
        let Some((later, behind)) = find(self.fields, field) else {
            return;
        };
        let mut rest = self.fields;
        while let [first, tail @ ..] = rest
            && tail.len() > behind
        {
            first.assert_distinct(later);
            rest = tail;
        }
    }

    /// How many bytes [`Self::render`] makes of it.
    #[must_use]
    pub const fn rendered_len(&self) -> usize {
        let mut counter = Writer::<0>::new();
        self.write(&mut counter);
        counter.len()
    }

    /// One line of JSON, with its line feed. `N` is [`Self::rendered_len`].
    ///
    /// # Panics
    ///
    /// In the constant, if `N` is another number.
    #[must_use]
    pub const fn render<const N: usize>(&self) -> [u8; N] {
        let mut out = Writer::<N>::new();
        self.write(&mut out);
        assert!(out.len() == N, "render::<N> takes rendered_len()");
        out.bytes()
    }

    const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.raw("{\"schema\":");
        out.number(SCHEMA_VERSION as u64);
        out.key("version");
        out.string(VERSION);
        out.key("app");
        out.string(self.name);
        out.key("fields");
        out.raw("[");
        let mut rest = self.fields;
        while let [first, tail @ ..] = rest {
            out.raw("{\"field\":");
            out.string(first.field);
            match &first.resource {
                ResourceSpec::Bucket(spec) => spec.write(out),
                ResourceSpec::Kv(spec) => spec.write(out),
            }
            out.raw(if tail.is_empty() { "}" } else { "}," });
            rest = tail;
        }
        out.raw("]}\n");
    }
}

/// Stops the evaluation of a constant with a text.
#[expect(clippy::panic, reason = "evaluated in constants: it is a compile error, not a panic")]
#[track_caller]
const fn stop(message: &Writer<512>) -> ! {
    panic!("{}", message.as_str())
}

/// A field, and how many there are behind it.
const fn find<'a>(fields: &'a [FieldSpec], name: &str) -> Option<(&'a FieldSpec, usize)> {
    let mut rest = fields;
    while let [first, tail @ ..] = rest {
        if name::str_eq(first.field, name) {
            return Some((first, tail.len()));
        }
        rest = tail;
    }
    None
}

/// Whether two texts in pieces are the same, but for the case of ASCII letters.
const fn same_text(one: [&str; 3], other: [&str; 3]) -> bool {
    let mut at = 0;
    loop {
        match (byte(one, at), byte(other, at)) {
            (Some(ours), Some(theirs)) if ours.eq_ignore_ascii_case(&theirs) => at += 1,
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// A byte of a text in pieces.
const fn byte(text: [&str; 3], mut at: usize) -> Option<u8> {
    let mut pieces: &[&str] = &text;
    while let [piece, rest @ ..] = pieces {
        if let Some((_, tail)) = piece.as_bytes().split_at_checked(at)
            && let [byte, ..] = tail
        {
            return Some(*byte);
        }
        at = at.saturating_sub(piece.len());
        pieces = rest;
    }
    None
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
