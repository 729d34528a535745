//! `#[storage(...)]` on a field of an application, as written.

use super::{Args, Choice, Form, Grammar, Required, Text};

pub(crate) struct FieldArgs {
    pub(crate) via: Required<Text>,
    pub(crate) prefix: Option<Text>,
}

impl Args for FieldArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "#[storage(...)]",
        name: "what the field is called",
        leading: None,
        options: &[
            Choice { key: "via", example: r#"via = "media-storage""# },
            Choice { key: "prefix", example: r#"prefix = "tenant-a/""# },
        ],
        elsewhere: Some(
            "what a field may do is its type: `storage::BucketReader<..>`, `storage::KvReader<..>`",
        ),
        counterparts: &[("name", "via")],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self { via: form.required_text("via"), prefix: form.text("prefix") }
    }
}
