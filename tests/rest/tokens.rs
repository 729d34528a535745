//! The tokens of `vectors/jwt.json`: right ones, and those that attackers send. The same natively and on
//! workerd.

use serde_json::Value;

/// What `vectors/jwt.py` made.
pub(crate) fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/jwt.json")).unwrap_or_default()
}

/// Each token: what it is, what it would be verified with (`secret` or `jwks`), itself, and whether it is
/// right.
pub(crate) fn tokens(vectors: &Value) -> impl Iterator<Item = (&str, &str, &str, bool)> {
    vectors["tokens"].as_array().into_iter().flatten().map(|case| {
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        (text("name"), text("keys"), text("token"), case["taken"] == true)
    })
}
