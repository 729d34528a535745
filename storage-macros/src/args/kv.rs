//! `#[storage::kv(...)]`, as written.

use syn::Type;

use super::{
    Args, CRATE, Choice, EncryptionArgs, Form, Grammar, Number, Pairs, Required, Text, Value,
};

pub(crate) struct KvArgs {
    pub(crate) name: Required<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) binding: Option<Text>,
    pub(crate) access: Option<Text>,
    pub(crate) existing: Option<Text>,
    pub(crate) metadata: Option<Value<Pairs>>,
    pub(crate) encryption: Option<Value<EncryptionArgs>>,
    pub(crate) observability: Option<Value<bool>>,
    pub(crate) ttl_seconds: Option<Number>,
    pub(crate) value: Option<Value<Type>>,
}

impl Args for KvArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "#[storage::kv]",
        name: "what errors call the KV namespace, and what its binding is made of",
        leading: None,
        options: &[
            Choice { key: "name", example: r#"name = "app-configs""# },
            Choice { key: "namespace", example: r#"namespace = "media""# },
            Choice { key: "binding", example: r#"binding = "APP_CONFIGS""# },
            Choice { key: "access", example: r#"access = "private""# },
            Choice {
                key: "existing",
                example: r#"existing = "<an id from wrangler kv namespace list>""#,
            },
            Choice { key: "metadata", example: r#"metadata(owner = "media-team")"# },
            Choice { key: "encryption", example: r#"encryption(secret = "VAULT_KEYS")"# },
            Choice { key: "observability", example: "observability = true" },
            Choice { key: "ttl_seconds", example: "ttl_seconds = 86_400" },
            Choice { key: "value", example: "value = Session" },
            CRATE,
        ],
        elsewhere: None,
        counterparts: &[("delete_after_days", "ttl_seconds"), ("secret", "encryption")],
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
            observability: form.boolean("observability"),
            ttl_seconds: form.integer("ttl_seconds"),
            value: form.ty("value"),
        }
    }
}
