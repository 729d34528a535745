//! `#[storage::bucket(...)]`, as written.

use super::{
    Args, CRATE, Choice, CorsArgs, EncryptionArgs, Form, Grammar, Number, Pairs, Required, S3Args,
    SignedUrlsArgs, Text, Value,
};

pub(crate) struct BucketArgs {
    pub(crate) name: Required<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) binding: Option<Text>,
    pub(crate) access: Option<Text>,
    pub(crate) existing: Option<Text>,
    pub(crate) metadata: Option<Value<Pairs>>,
    pub(crate) encryption: Option<Value<EncryptionArgs>>,
    pub(crate) observability: Option<Value<bool>>,
    pub(crate) signed_urls: Option<Value<SignedUrlsArgs>>,
    pub(crate) s3: Option<Value<S3Args>>,
    pub(crate) cors: Option<Value<CorsArgs>>,
    pub(crate) delete_after_days: Option<Number>,
    pub(crate) infrequent_access_after_days: Option<Number>,
    pub(crate) abort_uploads_after_days: Option<Number>,
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
            Choice { key: "observability", example: "observability = true" },
            Choice {
                key: "signed_urls",
                example: r#"signed_urls(secret = "LINK_KEYS", host = "files.example.com")"#,
            },
            Choice {
                key: "s3",
                example: r#"s3(account_id = "R2_ACCOUNT_ID", access_key_id = "R2_ACCESS_KEY_ID", secret_access_key = "R2_SECRET_ACCESS_KEY")"#,
            },
            Choice {
                key: "cors",
                example: r#"cors(origins = ["https://app.example.com"], methods = ["GET", "PUT"])"#,
            },
            Choice { key: "delete_after_days", example: "delete_after_days = 30" },
            Choice {
                key: "infrequent_access_after_days",
                example: "infrequent_access_after_days = 30",
            },
            Choice { key: "abort_uploads_after_days", example: "abort_uploads_after_days = 7" },
            CRATE,
        ],
        elsewhere: None,
        counterparts: &[
            ("ttl_seconds", "delete_after_days"),
            ("secret", "encryption"),
            ("host", "signed_urls"),
            ("other_hosts", "signed_urls"),
            ("account_id", "s3"),
            ("access_key_id", "s3"),
            ("secret_access_key", "s3"),
            ("origins", "cors"),
            ("methods", "cors"),
            ("headers", "cors"),
            ("expose", "cors"),
        ],
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
            signed_urls: form.nested("signed_urls"),
            s3: form.nested("s3"),
            cors: form.nested("cors"),
            delete_after_days: form.integer("delete_after_days"),
            infrequent_access_after_days: form.integer("infrequent_access_after_days"),
            abort_uploads_after_days: form.integer("abort_uploads_after_days"),
        }
    }
}
