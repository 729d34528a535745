//! `encryption(...)`, as written.

use super::{Args, Choice, Form, Grammar, Required, Text};

pub(crate) struct EncryptionArgs {
    pub(crate) secret: Required<Text>,
    pub(crate) metadata: Option<Text>,
}

impl Args for EncryptionArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "encryption(...)",
        name: "",
        leading: None,
        options: &[
            Choice { key: "secret", example: r#"secret = "VAULT_KEYS""# },
            Choice { key: "metadata", example: r#"metadata = "encrypted""# },
        ],
        elsewhere: None,
        counterparts: &[],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self { secret: form.required_text("secret"), metadata: form.text("metadata") }
    }
}
