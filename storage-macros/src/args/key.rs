//! `#[key("...")]` below `#[derive(storage::Key)]`, as written.

use super::{Args, CRATE, Form, Grammar, Required, Text};

pub(crate) struct KeyArgs {
    pub(crate) template: Required<Text>,
}

impl Args for KeyArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "#[key]",
        name: "",
        leading: Some(r#""avatars/{user_id}/{file}""#),
        options: &[CRATE],
        elsewhere: None,
        counterparts: &[],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self { template: form.leading_text() }
    }
}
