//! The OpenAPI document, written from the table of routes.

use storage_core::manifest::{Verb, Verbs};

use super::answer::to_json;
use super::route::{Group, KEY, Operation, Paths, Route};
use super::service::Parts;

const SCHEMAS: &str = include_str!("open_api/schemas.json");
const RESPONSES: &str = include_str!("open_api/responses.json");
const KEY_PARAMETER: &str = include_str!("open_api/key.json");

impl Operation {
    /// What OpenAPI says of it: an operation object.
    fn described(self) -> &'static str {
        match self {
            Self::Batch => include_str!("open_api/batch.json"),
            Self::DeleteEntry => include_str!("open_api/delete_entry.json"),
            Self::GetEntry => include_str!("open_api/get_entry.json"),
            Self::Health => include_str!("open_api/health.json"),
            Self::Info => include_str!("open_api/info.json"),
            Self::ListEntries => include_str!("open_api/list_entries.json"),
            Self::OpenApi => include_str!("open_api/open_api.json"),
            Self::PutEntry => include_str!("open_api/put_entry.json"),
        }
    }
}

/// The whole document.
pub(super) fn document(parts: &Parts) -> String {
    let Parts { store, guard, paths, .. } = parts;
    let described: Vec<_> = paths.routes().map(|(path, route)| item(paths, &path, route)).collect();
    let schemes = guard.schemes();
    let names: Vec<_> = schemes.iter().map(|s| format!(r#"{{"{}":[]}}"#, s.name)).collect();
    let schemes: Vec<_> = schemes.iter().map(|s| format!(r#""{}":{}"#, s.name, s.json)).collect();
    format!(
        r#"{{"openapi":"3.1.0","info":{{"title":{},"version":{}}},"servers":[{{"url":"{}"}}],"security":[{}],"paths":{{{}}},"components":{{"securitySchemes":{{{}}},"responses":{RESPONSES},"schemas":{{"Batch":{},{}}}}}"#,
        to_json(&format!("KV: {}", store.kv.name())),
        to_json(env!("CARGO_PKG_VERSION")),
        root(paths),
        names.join(","),
        described.join(","),
        schemes.join(","),
        batch(paths.verbs),
        SCHEMAS.strip_prefix('{').unwrap_or_default(),
    )
}

/// What a batch may ask for: only what the server does.
fn batch(verbs: Verbs) -> String {
    const KEYS: &str =
        r##"{"type":"array","items":{"$ref":"#/components/schemas/Key"},"maxItems":100}"##;
    const ONCE: &str = r##"{"type":"array","items":{"$ref":"#/components/schemas/Key"},"maxItems":100,"uniqueItems":true}"##;
    const WRITES: &str =
        r##"{"type":"array","items":{"$ref":"#/components/schemas/Write"},"maxItems":100}"##;
    let lists = [
        (Verb::Read, "get", "No key is read twice, and all values have at most 8 MiB (413).", ONCE),
        (Verb::Write, "put", "No key is written twice.", WRITES),
        (Verb::Delete, "delete", "No key is written and deleted.", KEYS),
    ];
    let lists: Vec<_> = lists.into_iter().filter(|(verb, ..)| verbs.contains(*verb)).collect();
    let rules: Vec<_> = lists.iter().map(|(_, _, rule, _)| *rule).collect();
    let fields: Vec<_> =
        lists.iter().map(|(_, name, _, list)| format!(r#""{name}":{list}"#)).collect();
    format!(
        r#"{{"description":{},"type":"object","properties":{{{}}},"additionalProperties":false}}"#,
        to_json(&format!("At most 100 entries in all, and 8 MiB. {}", rules.join(" "))),
        fields.join(","),
    )
}

/// A path with its operations.
fn item(paths: &Paths, path: &str, route: &'static Route) -> String {
    let mut fields = Vec::new();
    if route.rest == KEY {
        fields.push(format!(r#""parameters":[{KEY_PARAMETER}]"#));
    }
    for (method, operation) in paths.operations(route) {
        fields.push(format!(r#""{}":{}"#, method.to_ascii_lowercase(), operation.described()));
    }
    format!("{}:{{{}}}", to_json(path), fields.join(","))
}

/// Where the paths begin, seen from the document: so it is right wherever the server is mounted.
fn root(paths: &Paths) -> String {
    let folders = paths.of(Group::Public).unwrap_or_default().matches('/').count();
    match folders {
        0 => "./".to_owned(),
        _ => vec![".."; folders].join("/"),
    }
}
