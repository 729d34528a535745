//! Generated code names nothing that a user could shadow.

use syn::visit::{self, Visit};

use super::{expand, file};

/// Every path that leads somewhere else than to `::core` or to the private part of the library.
struct Strays<'a> {
    root: &'a str,
    found: Vec<String>,
}

impl Visit<'_> for Strays<'_> {
    fn visit_path(&mut self, path: &syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|word| word.ident.to_string()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let anchored = path.leading_colon.is_some();
        let allowed = match words.as_slice() {
            ["core", ..] => anchored,
            [root, "__private", _, ..] => anchored && *root == self.root,
            // What the expansion defines itself, and the types of the fields, which are the user's.
            [
                "App" | "Self" | "__C" | "SPEC" | "to" | "env" | "folder" | "self" | "key"
                | "values" | "Bucket" | "Kv" | "Field" | "wanted" | "this" | "head" | "body"
                | "request" | "requests" | "__R",
            ]
            | ["__C", "Error"]
            | ["__R", "Results"] => !anchored,
            _ => false,
        };
        if !allowed {
            self.found.push(words.join("::"));
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &syn::Attribute) {}
}

#[test]
fn all_paths_are_anchored_and_private() {
    for (kind, form, item) in [
        ("bucket", r#"name = "assets", metadata(a = "b"), existing = "abc""#, "struct App;"),
        ("kv", r#"name = "configs", namespace = "media", ttl_seconds = 60"#, "struct App;"),
        ("app", r#"name = "api""#, "struct App { a: Bucket<Field>, b: Kv<Field> }"),
        (
            "app",
            r#"name = "api""#,
            r#"struct App { #[storage(via = "x", prefix = "a/")] a: Bucket<Field>, b: Kv<Field> }"#,
        ),
        (
            "worker",
            r#"name = "api", placement = "smart", public_host = "a.example""#,
            "struct App { a: Bucket<Field>, b: Kv<Field> }",
        ),
        ("key", r#""a/{id}/{page:03}""#, "struct App { id: Field, page: Field }"),
        ("bucket", "", "struct App;"),
        ("kv", "", "struct App;"),
        ("app", "", "struct App { a: Bucket<Field> }"),
        ("worker", "", "struct App { a: Bucket<Field> }"),
        ("key", "", "struct App { a: Field }"),
    ] {
        for (root, option) in [("storage", ""), ("other", ", crate = ::other")] {
            let form = format!("{form}{option}");
            let tokens = expand(kind, form.trim_start_matches(", "), item);
            let mut strays = Strays { root, found: Vec::new() };
            strays.visit_file(&file(tokens));
            assert!(strays.found.is_empty(), "#[{kind}({form})]: {:?}", strays.found);
        }
    }
}
