//! `#[storage::app(...)]`, as written.

use super::{Args, CRATE, Choice, Form, Grammar, Required, Text};

pub(crate) struct AppArgs {
    pub(crate) name: Required<Text>,
}

impl Args for AppArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "#[storage::app]",
        name: "what the Worker is called in the account",
        leading: None,
        options: &[Choice { key: "name", example: r#"name = "media-api""# }, CRATE],
        elsewhere: None,
        counterparts: &[],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self { name: form.required_text("name") }
    }
}
