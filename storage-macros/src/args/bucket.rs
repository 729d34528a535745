//! `#[storage::bucket(...)]`, as written.

use super::{
    Args, CRATE, Choice, EncryptionArgs, Form, Grammar, Number, Pairs, Required, Text, Value,
};

pub(crate) struct BucketArgs {
    pub(crate) name: Required<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) binding: Option<Text>,
    pub(crate) access: Option<Text>,
    pub(crate) existing: Option<Text>,
    pub(crate) metadata: Option<Value<Pairs>>,
    pub(crate) encryption: Option<Value<EncryptionArgs>>,
    pub(crate) delete_after_days: Option<Number>,
}

impl Args for BucketArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "#[storage::bucket]",
        name: "what the bucket is called in the account",
        leading: None,
        options: &[
            Choice { key: "name", example: r#"name = "user-assets""# },
            Choice { key: "namespace", example: r#"namespace = "media""# },
            Choice { key: "binding", example: r#"binding = "USER_ASSETS""# },
            Choice { key: "access", example: r#"access = "private""# },
            Choice {
                key: "existing",
                example: r#"existing = "<a name from wrangler r2 bucket list>""#,
            },
            Choice { key: "metadata", example: r#"metadata(owner = "media-team")"# },
            Choice { key: "encryption", example: r#"encryption(secret = "VAULT_KEYS")"# },
            Choice { key: "delete_after_days", example: "delete_after_days = 30" },
            CRATE,
        ],
        counterparts: &[("ttl_seconds", "delete_after_days"), ("secret", "encryption")],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self {
            name: form.required_text("name"),
            namespace: form.text("namespace"),
            binding: form.text("binding"),
            access: form.text("access"),
            existing: form.text("existing"),
            metadata: form.pairs("metadata"),
            encryption: form.nested("encryption"),
            delete_after_days: form.integer("delete_after_days"),
        }
    }
}
