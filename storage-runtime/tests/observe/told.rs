//! What is told of what `story.rs` does: natively here, and in workerd by `tests/e2e/`.

use std::collections::BTreeMap;

/// What is told of an operation.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) verb: &'static str,
    /// The key, of which the hash is told.
    pub(crate) key: Option<&'static str>,
    pub(crate) keys: Option<u64>,
    pub(crate) bytes: Option<u64>,
    pub(crate) items: Option<u64>,
    pub(crate) outcome: &'static str,
    pub(crate) code: Option<&'static str>,
}

impl Told {
    const fn ok(verb: &'static str) -> Self {
        Self { verb, key: None, keys: None, bytes: None, items: None, outcome: "ok", code: None }
    }

    const fn key(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    const fn keys(self, keys: u64) -> Self {
        Self { keys: Some(keys), ..self }
    }

    const fn bytes(self, bytes: u64) -> Self {
        Self { bytes: Some(bytes), ..self }
    }

    const fn items(self, items: u64) -> Self {
        Self { items: Some(items), ..self }
    }

    const fn outcome(self, outcome: &'static str) -> Self {
        Self { outcome, ..self }
    }

    const fn code(self, code: &'static str) -> Self {
        Self { outcome: "error", code: Some(code), ..self }
    }

    /// The fields, as they are to be told, but for those that are the same for all, or differ each time.
    pub(crate) fn fields(&self, hash: impl Fn(&str) -> String) -> BTreeMap<&'static str, String> {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        [
            ("verb", Some(self.verb.to_owned())),
            ("key_hash", self.key.map(hash)),
            ("keys", number(self.keys)),
            ("bytes", number(self.bytes)),
            ("items", number(self.items)),
            ("outcome", Some(self.outcome.to_owned())),
            ("code", self.code.map(str::to_owned)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

pub(crate) const ONE: &str = "secret-folder/one.txt";
pub(crate) const TWO: &str = "secret-folder/two.txt";
pub(crate) const THREE: &str = "secret-folder/three.txt";
pub(crate) const PREFIX: &str = "secret-folder/";
pub(crate) const VALUE: &str = "what-nobody-may-read";
pub(crate) const META: &str = "metadata-nobody-may-read";

/// What may stand in no line and no span.
pub(crate) const SECRETS: &[&str] =
    &["secret-folder", "one.txt", "two.txt", "three.txt", VALUE, META];

/// What is told of `with_bucket`.
pub(crate) const OF_BUCKET: &[Told] = &[
    Told::ok("put").key(ONE).bytes(20),
    Told::ok("put").key(ONE).bytes(20).outcome("unmet"),
    Told::ok("get").key(ONE).bytes(20),
    Told::ok("get").key(ONE).bytes(4),
    Told::ok("get").key(ONE).code("storage_range_not_satisfiable"),
    Told::ok("get").key(ONE).outcome("unmet"),
    Told::ok("get").key(TWO).outcome("missing"),
    Told::ok("head").key(ONE),
    Told::ok("head").key(TWO).outcome("missing"),
    // A copy.
    Told::ok("get").key(ONE).bytes(20),
    Told::ok("put").key(TWO).bytes(20),
    // Another name.
    Told::ok("get").key(TWO).bytes(20),
    Told::ok("put").key(THREE).bytes(20),
    Told::ok("delete").key(TWO),
    // A body of unknown length that is short.
    Told::ok("put").key(TWO).bytes(20),
    Told::ok("create_upload").key(THREE),
    Told::ok("upload_part").key(THREE).bytes(20),
    Told::ok("complete_upload").key(THREE).bytes(20),
    Told::ok("create_upload").key(THREE),
    Told::ok("abort_upload").key(THREE),
    Told::ok("list").items(3),
    Told::ok("delete").key(ONE),
    Told::ok("delete").keys(2),
    // All that have a prefix.
    Told::ok("put").key(ONE).bytes(20),
    Told::ok("list").items(1),
    Told::ok("delete").key(ONE),
];

/// What is told of `with_kv`.
pub(crate) const OF_KV: &[Told] = &[
    Told::ok("put").key(ONE).bytes(20),
    // Only if the key is free: it looks first.
    Told::ok("head").key(ONE),
    Told::ok("get").key(ONE).bytes(20),
    Told::ok("get").key(ONE).bytes(20),
    Told::ok("get").key(TWO).outcome("missing"),
    Told::ok("get_many").keys(2).items(1).bytes(20),
    Told::ok("head").key(ONE),
    Told::ok("head").key(TWO).outcome("missing"),
    Told::ok("list").items(1),
    Told::ok("delete").key(ONE),
    Told::ok("delete").key(TWO),
];
