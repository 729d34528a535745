//! The CORS policy that a bucket's declaration asks for.
//!
//! A bucket has one policy, without names in it: where `cors` is declared, all of it is the declaration's.

use serde_json::{Value, json};
use storage_core::manifest::{CorsMethod, CorsRecord};

use crate::account::cors::Rule;

/// A policy, as the API takes it and as wrangler shows it.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) policy: Value,
    shown: Rule,
    /// What it does, in our words.
    pub(super) words: String,
}

pub(super) fn wanted(record: &CorsRecord) -> Wanted {
    let origins: Vec<_> = record.origins.iter().map(ToString::to_string).collect();
    let methods: Vec<_> = record.methods.iter().map(|method| CorsMethod::name(*method)).collect();
    let headers: Vec<_> = record.headers.iter().map(ToString::to_string).collect();
    let expose: Vec<_> = record.expose.iter().map(ToString::to_string).collect();
    let mut allowed = json!({ "origins": origins, "methods": methods });
    let mut rule = json!({});
    if !headers.is_empty() {
        insert(&mut allowed, "headers", json!(headers));
    }
    insert(&mut rule, "allowed", allowed);
    if !expose.is_empty() {
        insert(&mut rule, "exposeHeaders", json!(expose));
    }
    if let Some(seconds) = record.max_age_seconds {
        insert(&mut rule, "maxAgeSeconds", json!(seconds));
    }
    let words = format!("{} from pages of {}", methods.join(", "), origins.join(", "));
    let shown = Rule {
        origins: origins.join(", "),
        methods: methods.join(", "),
        headers: headers.join(", "),
        expose: expose.join(", "),
        max_age_seconds: record.max_age_seconds,
    };
    Wanted { policy: json!({ "rules": [rule] }), shown, words }
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

impl Wanted {
    /// Whether a bucket has this policy and no other.
    pub(super) fn is(&self, present: &[Rule]) -> bool {
        present == std::slice::from_ref(&self.shown)
    }
}
