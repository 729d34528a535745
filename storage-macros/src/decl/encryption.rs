//! Encryption that keeps the rules.

use storage_core::manifest::MetadataEncryption;
use storage_core::name::{
    BindingName, DEFAULT_NAMESPACE, SecretName, derive_binding, suggest_label,
};

use crate::args::{Args, EncryptionArgs, Required, Value};
use crate::diag::{Errors, message};

pub(crate) struct EncryptionDecl {
    pub(crate) secret: SecretName,
    pub(crate) metadata: MetadataEncryption,
}

impl EncryptionDecl {
    /// Reports every rule that is broken.
    pub(super) fn new(
        args: Value<EncryptionArgs>,
        binding: Option<&BindingName>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let EncryptionArgs { secret, metadata } = args.content;
        let metadata = metadata.map_or(Some(MetadataEncryption::Plain), |text| {
            let known = MetadataEncryption::ALL.iter().find(|known| known.name() == text.content);
            if known.is_none() {
                let words: Vec<_> =
                    MetadataEncryption::ALL.iter().map(|known| known.name()).collect();
                errors.push(&text, message::unknown_word(text.key, &text.content, &words));
            }
            known.copied()
        });
        let secret = match secret {
            Required::Given(text) => {
                let suggestion = suggest_label(&text.content);
                let suggestion = suggestion.map(|label| derive_binding(DEFAULT_NAMESPACE, &label));
                let secret = super::checked(&text, SecretName::new, suggestion, errors);
                if binding.is_some_and(|binding| binding.as_str() == text.content) {
                    errors.push(&text, message::secret_is_binding(&text.content));
                }
                secret
            }
            Required::Missing => {
                let title = EncryptionArgs::GRAMMAR.title;
                let meaning = "the secret of the Worker that holds the keys";
                let paste = EncryptionArgs::GRAMMAR.example("secret").unwrap_or_default();
                let message = message::missing_option(title, "secret", meaning, paste);
                errors.push(&args.written, message);
                None
            }
            Required::Reported => None,
        };
        Some(Self { secret: secret?, metadata: metadata? })
    }
}
