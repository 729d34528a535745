//! `signed_urls(...)`, as written.

use super::{Args, Choice, Form, Grammar, Number, Required, Text, Texts};

pub(crate) struct SignedUrlsArgs {
    pub(crate) secret: Required<Text>,
    pub(crate) host: Option<Text>,
    pub(crate) other_hosts: Option<Texts>,
    pub(crate) max_age_seconds: Option<Number>,
}

impl Args for SignedUrlsArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "signed_urls(...)",
        name: "",
        leading: None,
        options: &[
            Choice { key: "secret", example: r#"secret = "LINK_KEYS""# },
            Choice { key: "host", example: r#"host = "files.example.com""# },
            Choice { key: "other_hosts", example: r#"other_hosts = ["cdn.example.com"]"# },
            Choice { key: "max_age_seconds", example: "max_age_seconds = 86_400" },
        ],
        elsewhere: None,
        counterparts: &[],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self {
            secret: form.required_text("secret"),
            host: form.text("host"),
            other_hosts: form.texts("other_hosts"),
            max_age_seconds: form.integer("max_age_seconds"),
        }
    }
}
