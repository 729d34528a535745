//! What a KV declaration says.

use super::environment::{Names, Purpose, must_be_apart};
use super::{Access, EncryptionSpec, metadata_bytes, must, must_fit};
use crate::const_text::Writer;
#[cfg(feature = "manifest")]
use crate::limits::LimitError;
use crate::limits::kv;
use crate::name;

/// A KV declaration as a constant: what `#[storage::kv]` emits.
///
/// Each method checks its rule while the constant is evaluated, so a declaration that breaks one
/// does not compile, whoever wrote it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KvSpec {
    /// The logical name, `app-configs`.
    pub name: &'static str,
    /// The group the name lives in.
    pub namespace: &'static str,
    /// What the Worker calls it, `APP_CONFIGS`.
    pub binding: &'static str,
    /// Who may read without going through the Worker.
    pub access: Access,
    /// The id of a KV namespace that exists already and is managed elsewhere.
    pub existing: Option<&'static str>,
    /// Notes kept with the declaration.
    pub metadata: &'static [(&'static str, &'static str)],
    /// How what is written is encrypted, if it is.
    pub encryption: Option<EncryptionSpec>,
    /// Every operation writes a line to the log.
    pub observability: bool,
    /// Entries expire after this many seconds, unless a write says otherwise.
    pub ttl_seconds: Option<u64>,
}

impl KvSpec {
    /// A private KV namespace in the default group.
    ///
    /// # Panics
    ///
    /// In the constant, if a name breaks its rule.
    #[must_use]
    pub const fn new(name: &'static str, binding: &'static str) -> Self {
        must(name::check_kv(name));
        must(name::check_binding(binding));
        Self {
            name,
            namespace: name::DEFAULT_NAMESPACE,
            binding,
            access: Access::Private,
            existing: None,
            metadata: &[],
            encryption: None,
            observability: false,
            ttl_seconds: None,
        }
    }

    /// In a group of its own.
    ///
    /// # Panics
    ///
    /// In the constant, if the namespace breaks its rule.
    #[must_use]
    pub const fn namespace(mut self, namespace: &'static str) -> Self {
        must(name::check_namespace(namespace));
        self.namespace = namespace;
        self
    }

    /// On a KV namespace that exists already.
    ///
    /// # Panics
    ///
    /// In the constant, if the id breaks its rule.
    #[must_use]
    pub const fn existing(mut self, id: &'static str) -> Self {
        must(name::check_kv_id(id));
        self.existing = Some(id);
        self
    }

    /// With notes.
    ///
    /// # Panics
    ///
    /// In the constant, if the notes are larger than an entry's metadata may be.
    #[must_use]
    pub const fn metadata(mut self, metadata: &'static [(&'static str, &'static str)]) -> Self {
        must_fit(kv::METADATA.check(metadata_bytes(metadata)));
        self.metadata = metadata;
        self
    }

    /// With everything written encrypted.
    ///
    /// # Panics
    ///
    /// In the constant, if the secret is called as the binding.
    #[must_use]
    pub const fn encryption(mut self, encryption: EncryptionSpec) -> Self {
        self.encryption = Some(encryption);
        must_be_apart(&self.names());
        self
    }

    /// With a line in the log for every operation.
    #[must_use]
    pub const fn observability(mut self) -> Self {
        self.observability = true;
        self
    }

    /// With entries that expire by themselves.
    ///
    /// # Panics
    ///
    /// In the constant, if it is under 60 or over 2,147,483,647 seconds.
    #[must_use]
    pub const fn ttl_seconds(mut self, seconds: u64) -> Self {
        must_fit(kv::TTL.check(seconds));
        self.ttl_seconds = Some(seconds);
        self
    }

    /// The names it claims in the environment.
    pub(super) const fn names(&self) -> Names {
        let keys = match self.encryption {
            Some(EncryptionSpec { secret, .. }) => Some((secret, Purpose::EncryptionKeys)),
            None => None,
        };
        [Some((self.binding, Purpose::Binding)), keys, None, None, None, None]
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        super::write_common(
            out,
            "kv",
            self.binding,
            self.name,
            self.namespace,
            self.access,
            self.existing,
            self.metadata,
        );
        if let Some(encryption) = &self.encryption {
            encryption.write(out);
        }
        if self.observability {
            out.key("observability");
            out.raw("true");
        }
        if let Some(seconds) = self.ttl_seconds {
            out.key("ttl_seconds");
            out.number(seconds);
        }
    }
}

/// A KV declaration read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KvRecord {
    /// What the Worker calls it.
    pub binding: name::BindingName,
    /// The logical name.
    pub name: name::KvName,
    /// The group the name lives in.
    pub namespace: name::NamespaceName,
    /// Who may read without going through the Worker.
    pub access: Access,
    /// The id of a KV namespace that exists already and is managed elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<name::KvId>,
    /// Notes kept with the declaration.
    #[serde(default, skip_serializing_if = "super::Metadata::is_empty")]
    pub metadata: super::Metadata,
    /// How what is written is encrypted, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<super::EncryptionRecord>,
    /// Every operation writes a line to the log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub observability: bool,
    /// Entries expire after this many seconds, unless a write says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u64>,
}

#[cfg(feature = "manifest")]
impl KvRecord {
    /// Checks the rules that no single field keeps by its type.
    ///
    /// # Errors
    ///
    /// The [`LimitError`] of the first that is broken.
    pub fn check(&self) -> Result<(), LimitError> {
        if let Some(seconds) = self.ttl_seconds {
            kv::TTL.check(seconds)?;
        }
        kv::METADATA.check(super::metadata_bytes_of(&self.metadata))
    }
}
