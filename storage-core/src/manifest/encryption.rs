//! What a declaration says of encryption.

use super::must;
use crate::const_text::Writer;
use crate::name;

/// Everything written is encrypted, with the keys in a secret of the Worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptionSpec {
    /// The secret that holds the key ring, `VAULT_KEYS`.
    pub secret: &'static str,
    /// Whether the user's metadata is encrypted as well.
    pub metadata: MetadataEncryption,
}

/// What becomes of the user's metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "manifest", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "manifest", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum MetadataEncryption {
    /// It is kept as it is, readable by whoever may list.
    #[default]
    Plain,
    /// Its values are encrypted; its names are not.
    Encrypted,
}

impl MetadataEncryption {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Plain, Self::Encrypted];

    /// The word used in declarations and manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Encrypted => "encrypted",
        }
    }
}

impl EncryptionSpec {
    /// With the keys in that secret.
    ///
    /// # Panics
    ///
    /// In the constant, if the secret's name breaks the rule.
    #[must_use]
    pub const fn new(secret: &'static str) -> Self {
        must(name::check_secret(secret));
        Self { secret, metadata: MetadataEncryption::Plain }
    }

    /// With the values of the user's metadata.
    #[must_use]
    pub const fn with_metadata(mut self) -> Self {
        self.metadata = MetadataEncryption::Encrypted;
        self
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.key("encryption");
        out.raw("{\"secret\":");
        out.string(self.secret);
        out.key("metadata");
        out.string(self.metadata.name());
        out.raw("}");
    }
}

/// The same, read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EncryptionRecord {
    /// The secret that holds the key ring.
    pub secret: name::SecretName,
    /// What becomes of the user's metadata.
    pub metadata: MetadataEncryption,
}
