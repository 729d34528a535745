//! The CORS policy that a bucket's declaration asks for.
//!
//! A bucket has one policy, without names in it: where `cors` is declared, all of it is the declaration's.

use serde_json::Value;
use storage_core::manifest::CorsRecord;

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
    let methods: Vec<_> = record.methods.iter().map(|method| method.name()).collect();
    let shown = Rule {
        origins: listed(&record.origins),
        methods: listed(&methods),
        headers: listed(&record.headers),
        expose: listed(&record.expose),
        max_age_seconds: record.max_age_seconds,
    };
    let words = format!("{} from pages of {}", shown.methods, shown.origins);
    Wanted { policy: record.policy(), shown, words }
}

fn listed(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Wanted {
    /// Whether a bucket has this policy and no other.
    pub(super) fn is(&self, present: &[Rule]) -> bool {
        present == std::slice::from_ref(&self.shown)
    }
}
