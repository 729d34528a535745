//! `#[storage::worker(...)]`, as written.

use super::{Args, CRATE, Choice, Form, Grammar, Required, Text};

pub(crate) struct WorkerArgs {
    pub(crate) name: Required<Text>,
    pub(crate) placement: Option<Text>,
    pub(crate) public_host: Option<Text>,
}

impl Args for WorkerArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "#[storage::worker]",
        name: "what the storage Worker is called in the account, and what apps go by",
        leading: None,
        options: &[
            Choice { key: "name", example: r#"name = "media-storage""# },
            Choice { key: "placement", example: r#"placement = "smart""# },
            Choice { key: "public_host", example: r#"public_host = "files.example.com""# },
            CRATE,
        ],
        elsewhere: None,
        counterparts: &[("host", "public_host"), ("via", "name")],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self {
            name: form.required_text("name"),
            placement: form.text("placement"),
            public_host: form.text("public_host"),
        }
    }
}
