//! `cors(...)`, as written.

use super::{Args, Choice, Form, Grammar, Number, Required, Texts};

pub(crate) struct CorsArgs {
    pub(crate) origins: Required<Texts>,
    pub(crate) methods: Required<Texts>,
    pub(crate) headers: Option<Texts>,
    pub(crate) expose: Option<Texts>,
    pub(crate) max_age_seconds: Option<Number>,
}

impl Args for CorsArgs {
    const GRAMMAR: &'static Grammar = &Grammar {
        title: "cors(...)",
        name: "",
        leading: None,
        options: &[
            Choice { key: "origins", example: r#"origins = ["https://app.example.com"]"# },
            Choice { key: "methods", example: r#"methods = ["GET", "PUT"]"# },
            Choice { key: "headers", example: r#"headers = ["content-type"]"# },
            Choice { key: "expose", example: r#"expose = ["etag"]"# },
            Choice { key: "max_age_seconds", example: "max_age_seconds = 3600" },
        ],
        elsewhere: None,
        counterparts: &[],
    };

    fn read(form: &mut Form<'_>) -> Self {
        Self {
            origins: form.required_texts("origins"),
            methods: form.required_texts("methods"),
            headers: form.texts("headers"),
            expose: form.texts("expose"),
            max_age_seconds: form.integer("max_age_seconds"),
        }
    }
}
