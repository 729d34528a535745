//! Whether a storage Worker has what an app asks it for.

use storage_core::manifest::{Field, Manifest, Resource, Verb};

/// What the app asks for and the Worker has not, a text each.
///
/// Only what the app relies on is compared: a Worker that does more, which is deployed first, is right.
pub(crate) fn compare(app: &Manifest, worker: &Manifest, package: &str) -> Vec<String> {
    let service = worker.app.as_str();
    if worker.worker.is_none() {
        return vec![format!(
            "`{service}` (package `{package}`) is an application, and fields of `{}` go by it as by a storage \
             Worker\nhelp: `#[storage::worker(name = \"{service}\")]` in place of `#[storage::app(..)]`",
            app.app
        )];
    }
    let asked = app
        .fields
        .iter()
        .filter(|field| field.via.as_ref().is_some_and(|via| via.service.as_str() == service));
    asked.filter_map(|field| missing(field, worker)).collect()
}

fn missing(asked: &Field, worker: &Manifest) -> Option<String> {
    let service = &worker.app;
    let words = words(&asked.resource);
    let is_it = |field: &&Field| {
        kind(&field.resource) == kind(&asked.resource)
            && field.resource.qualified_name() == asked.resource.qualified_name()
    };
    let Some(held) = worker.fields.iter().find(is_it) else {
        let all: Vec<_> = worker.fields.iter().map(|field| self::words(&field.resource)).collect();
        return Some(format!(
            "the field `{}` goes by the storage Worker `{service}`, which does not declare the {words} (it has: \
             {})\nhelp: a field with the same declaration in its `#[storage::worker(..)]`",
            asked.field,
            if all.is_empty() { "nothing".to_owned() } else { all.join(", ") },
        ));
    };
    let relies_on_links = asked.via.as_ref().is_some_and(|via| via.grants.contains(&Verb::Links));
    let lacks = if asked.resource.encryption().is_some() && held.resource.encryption().is_none() {
        "`encryption`"
    } else if relies_on_links && !held.resource.verbs().contains(Verb::Links) {
        "`signed_urls` or `s3`"
    } else {
        return None;
    };
    Some(format!(
        "the {words} is declared with {lacks} for the field `{}`, and without it in the storage Worker \
         `{service}` (field `{}`)\nhelp: one declaration for both, in a crate that both depend on",
        asked.field, held.field,
    ))
}

fn kind(resource: &Resource) -> &'static str {
    match resource {
        Resource::Kv(_) => "KV namespace",
        _ => "bucket",
    }
}

fn words(resource: &Resource) -> String {
    format!("{} `{}`", kind(resource), resource.qualified_name())
}
