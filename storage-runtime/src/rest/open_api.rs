//! The OpenAPI document, written from the table of routes.

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
        r#"{{"openapi":"3.1.0","info":{{"title":{},"version":{}}},"servers":[{{"url":"{}"}}],"security":[{}],"paths":{{{}}},"components":{{"securitySchemes":{{{}}},"responses":{RESPONSES},"schemas":{SCHEMAS}}}}}"#,
        to_json(&format!("KV: {}", store.kv.name())),
        to_json(env!("CARGO_PKG_VERSION")),
        root(paths),
        names.join(","),
        described.join(","),
        schemes.join(","),
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
