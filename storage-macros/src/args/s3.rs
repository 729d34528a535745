//! `s3(...)`, as written.

use super::{Args, Choice, Form, Grammar, Required, Text};

pub(crate) struct S3Args {
    pub(crate) account_id: Required<Text>,
    pub(crate) access_key_id: Required<Text>,
    pub(crate) secret_access_key: Required<Text>,
}

impl Args for S3Args {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "s3(...)",
        name: "",
        leading: None,
        options: &[
            Choice { key: "account_id", example: r#"account_id = "R2_ACCOUNT_ID""# },
            Choice { key: "access_key_id", example: r#"access_key_id = "R2_ACCESS_KEY_ID""# },
            Choice {
                key: "secret_access_key",
                example: r#"secret_access_key = "R2_SECRET_ACCESS_KEY""#,
            },
        ],
        elsewhere: None,
        counterparts: &[],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self {
            account_id: form.required_text("account_id"),
            access_key_id: form.required_text("access_key_id"),
            secret_access_key: form.required_text("secret_access_key"),
        }
    }
}
