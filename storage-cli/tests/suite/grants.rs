//! Grants become what the code asks for, however they are written and whatever they were, and nothing else
//! in the file changes its meaning.
#![expect(clippy::indexing_slicing, reason = "JSON without what is asked for is a failure")]

use proptest::prelude::*;
use serde_json::{Value, json};
use storage_cli::wrangler::{Format, update};

use crate::support;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_toml((storage, team, form) in (grants(), team(), 0..4_u8)) {
        check(Format::Toml, &toml(&storage, team.as_ref(), form), team.as_ref())?;
    }

    #[test]
    fn in_json((storage, team, form) in (grants(), team(), 0..3_u8)) {
        check(Format::Jsonc, &jsonc(&storage, team.as_ref(), form), team.as_ref())?;
    }
}

fn check(format: Format, text: &str, team: Option<&Value>) -> Result<(), TestCaseError> {
    let manifest = support::manifest(support::VIA);
    let once = match update("file", format, Some(text.as_bytes()), &manifest, None) {
        Ok(update) => update.text,
        Err(refusal) => return Err(TestCaseError::fail(format!("{refusal}\n---\n{text}"))),
    };
    let (before, mut after) = (read(format, text), read(format, &once));
    let mut wanted = json!({
        "user-assets": { "kind": "bucket", "prefix": "tenant-a/" },
        "finance-reports": { "kind": "bucket" },
    });
    let storage = after["services"][1]["props"].as_object_mut().unwrap().remove("storage").unwrap();
    for (name, verbs) in
        [("user-assets", &["delete", "list", "read", "write"][..]), ("finance-reports", &["read"])]
    {
        let mut found: Vec<_> = storage[name]["verbs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|verb| verb.as_str().unwrap())
            .collect();
        found.sort_unstable();
        prop_assert_eq!(found, verbs, "{}\n---\n{}", text, once);
        wanted[name]["verbs"] = storage[name]["verbs"].clone();
    }
    prop_assert_eq!(&storage, &wanted, "{}\n---\n{}", text, once);
    let props = after["services"][1]["props"].take();
    prop_assert_eq!(props, team.cloned().unwrap_or_else(|| json!({})), "{}\n---\n{}", text, once);
    for key in ["name", "vars"] {
        prop_assert_eq!(&after[key], &before[key]);
    }
    for index in [0, 2] {
        prop_assert_eq!(&after["services"][index], &before["services"][index], "{}", once);
    }
    for comment in ["of the file", "of the entry", "of the team", "of vars"] {
        prop_assert_eq!(text.contains(comment), once.contains(comment), "{}\n---\n{}", text, once);
    }
    let twice = update("file", format, Some(once.as_bytes()), &manifest, None).unwrap();
    prop_assert_eq!(twice.text, once);
    Ok(())
}

fn read(format: Format, text: &str) -> Value {
    match format {
        Format::Toml => toml_edit::de::from_str(text).unwrap(),
        _ => jsonc_parser::parse_to_serde_value(text, &jsonc_parser::ParseOptions::default())
            .unwrap(),
    }
}

/// What stands in `props.storage` of the second entry.
fn grants() -> impl Strategy<Value = Vec<(String, Value)>> {
    let name = prop_oneof![
        6 => prop::sample::select(vec!["user-assets", "finance-reports"]),
        5 => prop::sample::select(vec!["old", "x.y", "a b", "binding", "ü\"'"]),
    ];
    let verb = prop_oneof![
        Just("read"),
        Just("write"),
        Just("delete"),
        Just("list"),
        Just("links"),
        Just("of_tomorrow"),
    ];
    let verbs = prop::collection::vec(verb, 0..6).prop_map(|verbs| json!(verbs));
    let odd = prop_oneof![Just(json!("all")), Just(json!(true)), Just(json!(3)), Just(json!([]))];
    let verbs = prop_oneof![6 => verbs, 1 => odd.clone()];
    let prefix = prop_oneof![Just("tenant-a/"), Just("tenant-b/"), Just("# no ' comment /")];
    let kind = prop_oneof![4 => Just("bucket"), 1 => Just("kv")];
    let grant = (
        prop::option::weighted(0.9, kind),
        prop::option::weighted(0.9, verbs),
        prop::option::of(prefix),
        prop::option::weighted(0.1, Just(json!({ "deep": ["er"] }))),
    );
    let grant = grant.prop_map(|(kind, verbs, prefix, more)| {
        let mut grant = serde_json::Map::new();
        grant.extend(kind.map(|kind| ("kind".to_owned(), json!(kind))));
        grant.extend(verbs.map(|verbs| ("verbs".to_owned(), verbs)));
        grant.extend(prefix.map(|prefix| ("prefix".to_owned(), json!(prefix))));
        grant.extend(more.map(|more| ("more".to_owned(), more)));
        Value::Object(grant)
    });
    let grant = prop_oneof![9 => grant, 1 => odd];
    let grants = prop::collection::btree_map(name, grant, 0..5);
    let grants = grants.prop_map(|grants| {
        grants.into_iter().map(|(name, grant)| (name.to_owned(), grant)).collect::<Vec<_>>()
    });
    grants.prop_shuffle()
}

/// Somebody else's props.
fn team() -> impl Strategy<Value = Option<Value>> {
    prop::option::of(Just(json!({ "team": { "name": "media", "verbs": ["read"] } })))
}

fn jsonc(storage: &[(String, Value)], team: Option<&Value>, form: u8) -> String {
    let mut props = serde_json::Map::new();
    let storage: serde_json::Map<_, _> = storage.iter().cloned().collect();
    props.extend(team.and_then(Value::as_object).cloned().into_iter().flatten());
    props.insert("storage".to_owned(), Value::Object(storage));
    let props = Value::Object(props);
    let (props, newline) = match form {
        0 => (props.to_string(), " "),
        _ => (format!("{props:#}"), "\n"),
    };
    // A comment and a comma behind each item.
    let props = match form {
        2 => props
            .replace(",\n", ", // here\n")
            .replace("{\n", "{ /* open */\n")
            .replace("\n}", ",\n}"),
        _ => props,
    };
    let props = props.replace("\"team\"", "/* of the team */ \"team\"");
    [
        "{ /* of the file */ \"name\": \"media-api\", \"main\": \"build/index.js\",",
        "\"compatibility_date\": \"2026-11-01\", \"build\": { \"command\": \"worker-build\" },",
        "\"services\": [ { \"binding\": \"AUTH\", \"service\": \"auth\", \"props\": { \"a\": 1 } },",
        "{ \"binding\": \"MEDIA_STORAGE\", /* of the entry */",
        &format!("\"service\": \"media-storage\", \"props\": {props} }},"),
        "{ \"binding\": \"LOGS\", \"service\": \"logs\", \"props\": { \"storage\": 1 } } ],",
        "\"vars\": { \"kind\": \"x\" } /* of vars */ }",
    ]
    .join(newline)
}

fn toml(storage: &[(String, Value)], team: Option<&Value>, form: u8) -> String {
    let key = |key: &str| toml_edit::Key::new(key).to_string();
    let mut lines = vec![
        "# of the file".to_owned(),
        "name = 'media-api'\nmain = 'build/index.js'\ncompatibility_date = '2026-11-01'".to_owned(),
        "build.command = 'worker-build'\n".to_owned(),
        "[[services]]\nbinding = 'AUTH'\nservice = 'auth'\nprops.a = 1\n".to_owned(),
        "[[services]]\nbinding = 'MEDIA_STORAGE' # of the entry\nservice = 'media-storage'"
            .to_owned(),
    ];
    let team = team.map(|team| inline(&team["team"]));
    let entries = storage.iter().map(|(name, grant)| (key(name), grant));
    match form {
        0 => {
            let grants: Vec<_> =
                entries.map(|(name, grant)| format!("{name} = {}", inline(grant))).collect();
            let storage = format!("storage = {{ {} }}", grants.join(", "));
            let team = team.map(|team| format!("team = {team}, ")).unwrap_or_default();
            lines.push(format!("props = {{ {team}{storage} }} # of the team"));
        }
        1 => {
            if storage.is_empty() {
                lines.push("props.storage = {}".to_owned());
            }
            lines.extend(team.map(|team| format!("props.team = {team} # of the team")));
            for (name, grant) in entries {
                lines.push(format!(
                    "# of a grant\nprops.storage.{name} = {} # behind it",
                    inline(grant)
                ));
            }
        }
        2 => {
            lines.push("[services.props]".to_owned());
            lines.extend(team.map(|team| format!("team = {team} # of the team")));
            let (tables, values): (Vec<_>, Vec<_>) =
                entries.partition(|(_, grant)| grant.is_object());
            lines.push("[services.props.storage]".to_owned());
            lines.extend(
                values.into_iter().map(|(name, grant)| format!("{name} = {}", inline(grant))),
            );
            for (name, grant) in tables {
                lines.push(format!("# of a grant\n[services.props.storage.{name}]"));
                let pairs = grant.as_object().unwrap().iter();
                lines.extend(
                    pairs.map(|(key, value)| format!("{key} = {} # behind", inline(value))),
                );
            }
        }
        _ => {
            lines.extend(team.map(|team| format!("props.team = {team} # of the team")));
            if storage.is_empty() {
                lines.push("props.storage = {}".to_owned());
            }
            for (name, grant) in entries {
                let pairs: Vec<_> = grant.as_object().into_iter().flatten().collect();
                if pairs.is_empty() {
                    lines.push(format!("props.storage.{name} = {}", inline(grant)));
                }
                for (key, value) in pairs {
                    lines.push(format!("props.storage.{name}.{key} = {}", inline(value)));
                }
            }
        }
    }
    lines
        .push("\n[[services]]\nbinding = 'LOGS'\nservice = 'logs'\nprops.storage = 1\n".to_owned());
    lines.push("[vars] # of vars\nkind = 'x'\n".to_owned());
    lines.join("\n")
}

fn inline(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let pairs = members
                .iter()
                .map(|(key, value)| format!("{} = {}", toml_edit::Key::new(key), inline(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        Value::Array(values) => {
            format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
