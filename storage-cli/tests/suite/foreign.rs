//! Whatever else a file holds survives byte for byte, in whatever way it is written.

use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use proptest::prelude::*;
use serde_json::Value;
use storage_cli::wrangler::{Format, update};

use crate::support;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_toml((parts, env, sealed) in (toml_parts(), environment(), any::<bool>())) {
        check(Format::Toml, &parts, env, sealed)?;
    }

    #[test]
    fn in_json((parts, env, sealed) in (json_parts(), environment(), any::<bool>())) {
        check(Format::Jsonc, &parts, env, sealed)?;
    }
}

/// The bytes of the file are still there, in order; its parts are whole; and without the entries that
/// were asked for, the new file means what the old one did.
fn check(
    format: Format,
    parts: &[String],
    env: Option<&str>,
    sealed: bool,
) -> Result<(), TestCaseError> {
    let text = parts.concat();
    let manifest = match env {
        _ if sealed => support::manifest(support::SEALED),
        None => support::manifest(support::FOUR),
        Some(_) => support::own(),
    };
    let once = match update("file", format, Some(text.as_bytes()), &manifest, env) {
        Ok(update) => update.text,
        Err(refusal) => return Err(TestCaseError::fail(format!("{refusal}\n---\n{text}"))),
    };
    let lost = |what: &str| {
        Err(TestCaseError::fail(format!("lost {what:?}\n--- before\n{text}\n--- after\n{once}")))
    };
    let mut bytes = once.bytes();
    for byte in text.bytes() {
        if !bytes.any(|next| next == byte) {
            return lost(&char::from(byte).to_string());
        }
    }
    let mut rest = once.as_str();
    for part in parts.iter().map(|part| part.trim_end()) {
        let Some(at) = rest.find(part) else {
            return lost(part);
        };
        rest = &rest[at + part.len()..];
    }
    let (before, after) = (meaning(format, &text), meaning(format, &once));
    prop_assert_eq!(without_ours(before), without_ours(after), "{}", once);
    let twice = update("file", format, Some(once.as_bytes()), &manifest, env).unwrap();
    prop_assert_eq!(twice.text, once);
    Ok(())
}

fn meaning(format: Format, text: &str) -> Value {
    if format == Format::Toml {
        let document: toml_edit::DocumentMut = text.parse().unwrap();
        return of_toml(document.as_item());
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).unwrap();
    of_json(&parsed.value.unwrap())
}

fn of_toml(item: &toml_edit::Item) -> Value {
    if let Some(table) = item.as_table_like() {
        return table.iter().map(|(key, item)| (key.to_owned(), of_toml(item))).collect();
    }
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().map(|table| of_toml(&table.clone().into())).collect();
    }
    if let Some(array) = item.as_array() {
        return array.iter().map(|value| of_toml(&value.clone().into())).collect();
    }
    item.as_str().map_or_else(|| item.to_string().trim().into(), Value::from)
}

fn of_json(value: &jsonc_parser::ast::Value<'_>) -> Value {
    use jsonc_parser::ast;
    match value {
        ast::Value::Array(array) => array.elements.iter().map(of_json).collect(),
        ast::Value::BooleanLit(literal) => literal.value.into(),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::NumberLit(literal) => literal.value.into(),
        ast::Value::Object(object) => object
            .properties
            .iter()
            .map(|member| (member.name.as_str().to_owned(), of_json(&member.value)))
            .collect(),
        ast::Value::StringLit(literal) => literal.value.as_ref().into(),
    }
}

/// Without the entries asked for, without what that leaves empty, and without the Worker's settings.
fn without_ours(mut value: Value) -> Value {
    let root = value.as_object_mut().unwrap();
    for setting in ["name", "main", "compatibility_date"] {
        root.remove(setting);
    }
    if root.get("build") == Some(&serde_json::json!({ "command": "worker-build --release" })) {
        root.remove("build");
    }
    remove_entries(root);
    if let Some(Value::Object(all)) = root.get_mut("env") {
        all.values_mut().filter_map(Value::as_object_mut).for_each(remove_entries);
        all.retain(|_, env| env != &serde_json::json!({}));
        if all.is_empty() {
            root.remove("env");
        }
    }
    value
}

fn remove_entries(container: &mut serde_json::Map<String, Value>) {
    for section in ["r2_buckets", "kv_namespaces"] {
        let Some(Value::Array(entries)) = container.get_mut(section) else {
            continue;
        };
        entries.retain(|entry| {
            let binding = entry["binding"].as_str().unwrap();
            !["USER_ASSETS", "INVOICES", "APP_CONFIGS", "SESSIONS", "VAULT", "DRAFTS"]
                .contains(&binding)
        });
        if entries.is_empty() {
            container.remove(section);
        }
    }
    if let Some(Value::Object(secrets)) = container.get_mut("secrets") {
        if let Some(Value::Array(names)) = secrets.get_mut("required") {
            names.retain(|name| name != "VAULT_KEYS" && name != "SESSION_KEYS");
        }
        secrets.retain(|key, value| key != "required" || value != &serde_json::json!([]));
        if secrets.is_empty() {
            container.remove("secrets");
        }
    }
}

fn environment() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![Just(None), Just(Some("staging")), Just(Some("other"))]
}

fn newline() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("\n"), Just("\r\n")]
}

/// Text for comments and strings: no control characters, and nothing that ends either.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 äßŁ漢🦀,;:{}#=/-]{0,20}".prop_map(|text| text.replace("*/", ""))
}

fn toml_parts() -> impl Strategy<Value = Vec<String>> {
    let value = prop_oneof![
        words().prop_map(|text| format!("\"{text}\"")),
        words().prop_map(|text| format!("'''{text}\n  [[r2_buckets]]\n'''")),
        Just("3".to_owned()),
        Just("[ 1, # one\n  2,\n]".to_owned()),
        Just("{ binding = \"NOT_OURS\", x = [] }".to_owned()),
    ];
    let line = prop_oneof![
        4 => (Just(()), value, words(), any::<bool>()).prop_map(|((), value, comment, commented)| {
            let comment = if commented { format!(" # {comment}") } else { String::new() };
            Line::Pair(format!("{value}{comment}"))
        }),
        2 => words().prop_map(|comment| Line::Verbatim(format!("# {comment}"))),
        1 => Just(Line::Verbatim(String::new())),
        1 => Just(Line::Verbatim(" \t".to_owned())),
    ];
    let lines = prop::collection::vec(line, 0..5);
    let header = prop::sample::subsequence(
        vec![
            "[vars]",
            "[build]",
            "[[d1_databases]]",
            "[[r2_buckets]]\nbinding = \"LOGS\"",
            "[r2_buckets.local_dev]",
            "[[kv_namespaces]]\nbinding = \"CACHE\"",
            "[env.staging]",
            "[env.staging.limits] # small",
            "[[env.staging.r2_buckets]]\nbinding = \"LOGS\"",
            "  [[env.staging.kv_namespaces]]\n  binding = \"CACHE\"",
            "[env.production.vars]",
            "[triggers]",
            "[secrets] # kept elsewhere",
            "[env.staging.secrets]",
            "[env.other.secrets]\nrequired = [\n  \"OLD\", # old\n]",
            "[secrets.of_tomorrow]",
        ],
        0..16,
    );
    let secrets = prop::option::of(prop::sample::select(vec![
        "secrets.required = [ 'OLD' ] # by hand",
        "secrets = { required = [\"OLD\", \"VAULT_KEYS\"] }",
        "secrets = {}",
        "secrets.required = []",
    ]));
    let first = (secrets, lines.clone());
    (first, header, prop::collection::vec(lines, 16), newline(), any::<bool>()).prop_map(
        |((secrets, first), mut headers, bodies, newline, last_newline)| {
            // They are in one place.
            if secrets.is_some() {
                headers.retain(|header| !header.starts_with("[secrets"));
            }
            // A table below an entry needs that entry.
            if !headers.iter().any(|header| header.starts_with("[[r2_buckets]]")) {
                headers.retain(|header| *header != "[r2_buckets.local_dev]");
            }
            let mut count = 0;
            let mut parts: Vec<String> = Vec::new();
            let mut push = |line: Line| {
                count += 1;
                parts.push(match line {
                    Line::Pair(value) => format!("key_{count} = {value}\n"),
                    Line::Open(text) => text,
                    Line::Verbatim(text) => format!("{text}\n"),
                });
            };
            if let Some((start, end)) =
                secrets.map(|line| line.split_at(line.find([']', '}']).unwrap()))
            {
                // The list grows, so it is no part that stays whole.
                push(Line::Open(start.to_owned()));
                push(Line::Verbatim(end.to_owned()));
            }
            first.into_iter().for_each(&mut push);
            for (header, body) in headers.into_iter().zip(bodies) {
                for line in header.lines() {
                    push(Line::Verbatim(line.to_owned()));
                }
                body.into_iter().for_each(&mut push);
            }
            finish(parts, newline, last_newline)
        },
    )
}

#[derive(Clone, Debug)]
enum Line {
    /// The next one goes on.
    Open(String),
    /// `key = ` comes in front.
    Pair(String),
    Verbatim(String),
}

fn json_parts() -> impl Strategy<Value = Vec<String>> {
    let comment = prop_oneof![
        3 => Just(String::new()),
        1 => words().prop_map(|text| format!(" // {text}")),
        1 => words().prop_map(|text| format!(" /* {text} */")),
        1 => words().prop_map(|text| format!("\n// {text}\n")),
    ];
    let value = prop_oneof![
        words().prop_map(|text| format!("\"{text}\"")),
        Just("{ \"binding\": \"NOT_OURS\" }".to_owned()),
        Just("[\n    1, // one\n    2\n  ]".to_owned()),
        Just("true".to_owned()),
    ];
    let known = prop::sample::subsequence(
        vec![
            r#""r2_buckets": []"#,
            r#""kv_namespaces": [{ "binding": "CACHE" }, ]"#,
            "\"env\": {\n    \"staging\": { // empty\n    },\n    \"other\": { \"r2_buckets\": [\n      { \"binding\": \"LOGS\" } // logs\n    ], \"secrets\": { // later\n    } }\n  }",
        ],
        0..4,
    );
    let secrets = prop::option::of(prop::sample::select(vec![
        r#""secrets": {}"#,
        r#""secrets": { "required": ["OLD", ], }"#,
        "\"secrets\": {\n    \"required\": [\n      \"OLD\", // old\n    ] // all\n  }",
        r#""secrets": { "required": [] }"#,
    ]));
    let known = (known, secrets).prop_map(|(mut known, secrets)| {
        known.extend(secrets);
        known
    });
    let members = prop::collection::vec((value, comment.clone(), comment.clone()), 0..6);
    (members, known, comment, newline(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(members, known, top, newline, trailing_comma, lines, last_newline)| {
            let gap = if lines { "\n  " } else { " " };
            let foreign =
                members.into_iter().enumerate().map(|(n, (value, before_comma, after))| {
                    (format!("\"key_{n}\": {value}"), before_comma, after)
                });
            let known =
                known.into_iter().map(|text| (text.to_owned(), String::new(), String::new()));
            let mut all: Vec<_> = foreign.chain(known).collect();
            let middle = all.len().min(2);
            all.rotate_left(middle);
            let count = all.len();
            let mut parts = vec![format!("{top}\n"), "{".to_owned()];
            for (n, (member, before_comma, after)) in all.into_iter().enumerate() {
                parts.push(gap.to_owned());
                // The lists among the known ones grow, so they are no part that stays whole.
                if member.starts_with("\"key_") {
                    parts.push(member);
                } else {
                    let pieces = member.split_inclusive(['{', '[', '}', ']', ',', '\n']);
                    parts.extend(pieces.map(str::to_owned));
                }
                let end = |comment: &str| {
                    if comment.contains("//") { format!("{comment}\n") } else { comment.to_owned() }
                };
                if n + 1 < count || trailing_comma {
                    parts.extend([end(&before_comma), ",".to_owned()]);
                }
                parts.push(end(&after));
            }
            parts.push(if lines { "\n}" } else { " }" }.to_owned());
            finish(parts, newline, last_newline)
        },
    )
}

fn finish(mut parts: Vec<String>, newline: &str, last_newline: bool) -> Vec<String> {
    if !last_newline && let Some(last) = parts.last_mut() {
        *last = last.trim_end_matches('\n').to_owned();
    }
    parts.into_iter().map(|part| part.replace('\n', newline)).collect()
}
