//! Encryption that keeps the rules.

use storage_core::manifest::{MetadataEncryption, Purpose};
use storage_core::name::SecretName;

use super::Environment;
use crate::args::{EncryptionArgs, Value};
use crate::diag::{Errors, message};

pub(crate) struct EncryptionDecl {
    pub(crate) secret: SecretName,
    pub(crate) metadata: MetadataEncryption,
}

impl EncryptionDecl {
    /// Reports every rule that is broken.
    pub(super) fn new(
        args: Value<EncryptionArgs>,
        environment: &mut Environment,
        errors: &mut Errors,
    ) -> Option<Self> {
        let Value { content: EncryptionArgs { secret, metadata }, written, .. } = args;
        let metadata = metadata.map_or(Some(MetadataEncryption::Plain), |text| {
            let known = MetadataEncryption::ALL.iter().find(|known| known.name() == text.content);
            if known.is_none() {
                let words: Vec<_> =
                    MetadataEncryption::ALL.iter().map(|known| known.name()).collect();
                errors.push(&text, message::unknown_word(text.key, &text.content, &words));
            }
            known.copied()
        });
        let meaning = "the secret of the Worker that holds the keys";
        let secret =
            super::required::<EncryptionArgs, _>(secret, "secret", meaning, &written, errors)
                .and_then(|text| {
                    environment.claim(&text, Purpose::EncryptionKeys, SecretName::new, errors)
                });
        Some(Self { secret: secret?, metadata: metadata? })
    }
}
