//! What a bucket declaration says.

use super::{Access, EncryptionSpec, metadata_bytes, must, must_differ, must_fit};
use crate::const_text::Writer;
#[cfg(feature = "manifest")]
use crate::limits::LimitError;
use crate::limits::r2;
use crate::name;

/// A bucket declaration as a constant: what `#[storage::bucket]` emits.
///
/// Each method checks its rule while the constant is evaluated, so a declaration that breaks one
/// does not compile, whoever wrote it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BucketSpec {
    /// The logical name, `user-assets`.
    pub name: &'static str,
    /// The group the name lives in.
    pub namespace: &'static str,
    /// What the Worker calls it, `USER_ASSETS`.
    pub binding: &'static str,
    /// Who may read without going through the Worker.
    pub access: Access,
    /// The name of a bucket that exists already and is managed elsewhere.
    pub existing: Option<&'static str>,
    /// Notes kept with the declaration.
    pub metadata: &'static [(&'static str, &'static str)],
    /// How what is written is encrypted, if it is.
    pub encryption: Option<EncryptionSpec>,
    /// Objects are deleted this many days after they were written.
    pub delete_after_days: Option<u32>,
}

impl BucketSpec {
    /// A private bucket in the default namespace.
    ///
    /// # Panics
    ///
    /// In the constant, if a name breaks its rule.
    #[must_use]
    pub const fn new(name: &'static str, binding: &'static str) -> Self {
        must(name::check_bucket(name));
        must(name::check_binding(binding));
        Self {
            name,
            namespace: name::DEFAULT_NAMESPACE,
            binding,
            access: Access::Private,
            existing: None,
            metadata: &[],
            encryption: None,
            delete_after_days: None,
        }
    }

    /// In a namespace of its own. Together with the name it has to be a bucket name, which the
    /// application makes sure of, since a bucket that [exists](Self::existing) has another name.
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

    /// On a bucket that exists already.
    ///
    /// # Panics
    ///
    /// In the constant, if the name breaks R2's rule.
    #[must_use]
    pub const fn existing(mut self, bucket: &'static str) -> Self {
        must(name::check_bucket(bucket));
        self.existing = Some(bucket);
        self
    }

    /// With notes.
    ///
    /// # Panics
    ///
    /// In the constant, if the notes are larger than an object's metadata may be.
    #[must_use]
    pub const fn metadata(mut self, metadata: &'static [(&'static str, &'static str)]) -> Self {
        must_fit(r2::METADATA.check(metadata_bytes(metadata)));
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
        must_differ(self.binding, &encryption);
        self.encryption = Some(encryption);
        self
    }

    /// With a lifecycle rule that deletes objects.
    ///
    /// # Panics
    ///
    /// In the constant, if it is less than a day.
    #[must_use]
    pub const fn delete_after_days(mut self, days: u32) -> Self {
        must_fit(r2::DELETE_AFTER_DAYS.check(days as u64));
        self.delete_after_days = Some(days);
        self
    }

    /// The rule that needs the whole declaration.
    pub(super) const fn check(&self) {
        if self.existing.is_none() {
            must_fit(name::check_qualified(self.namespace, self.name));
        }
    }

    /// The name of the R2 bucket in the account, in pieces.
    pub(super) const fn bucket_name_pieces(&self) -> [&'static str; 3] {
        match self.existing {
            Some(existing) => [existing, "", ""],
            None if name::str_eq(self.namespace, name::DEFAULT_NAMESPACE) => [self.name, "", ""],
            None => [self.namespace, "-", self.name],
        }
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        super::write_common(
            out,
            "bucket",
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
        if let Some(days) = self.delete_after_days {
            out.key("delete_after_days");
            out.number(days as u64);
        }
    }
}

/// A bucket declaration read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BucketRecord {
    /// What the Worker calls it.
    pub binding: name::BindingName,
    /// The logical name.
    pub name: name::BucketName,
    /// The group the name lives in.
    pub namespace: name::NamespaceName,
    /// Who may read without going through the Worker.
    pub access: Access,
    /// The name of a bucket that exists already and is managed elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<name::BucketName>,
    /// Notes kept with the declaration.
    #[serde(default, skip_serializing_if = "super::Metadata::is_empty")]
    pub metadata: super::Metadata,
    /// How what is written is encrypted, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<super::EncryptionRecord>,
    /// Objects are deleted this many days after they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_after_days: Option<std::num::NonZeroU32>,
}

#[cfg(feature = "manifest")]
impl BucketRecord {
    /// Checks the rules that no single field keeps by its type.
    ///
    /// # Errors
    ///
    /// The [`LimitError`] of the first that is broken.
    pub fn check(&self) -> Result<(), LimitError> {
        if self.existing.is_none() {
            name::check_qualified(self.namespace.as_str(), self.name.as_str())?;
        }
        if let Some(days) = self.delete_after_days {
            r2::DELETE_AFTER_DAYS.check(days.get().into())?;
        }
        r2::METADATA.check(super::metadata_bytes_of(&self.metadata))
    }

    /// The name of the R2 bucket in the account.
    #[must_use]
    pub fn bucket_name(&self) -> String {
        match &self.existing {
            Some(existing) => existing.to_string(),
            None => name::qualify(self.namespace.as_str(), self.name.as_str()),
        }
    }
}
