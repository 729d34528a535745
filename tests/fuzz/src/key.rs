//! Keys and names: the rules of `storage-core` against the same rules said a second time. The
//! input is a key or a name, or a namespace and a name on two lines.

use std::sync::LazyLock;

use regex_lite::Regex;
use storage_core::key::{BucketKey, KeyError, KvKey};
use storage_core::name::{self, NameError};

/// A rule, and the regular expression that says the same.
type Rule = (fn(&str) -> Result<(), NameError>, Regex);

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |check: fn(&str) -> _, text| (check, Regex::new(text).unwrap());
    let label = r"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z";
    vec![
        rule(name::check_binding, r"\A[A-Za-z_][A-Za-z0-9_]{0,62}\z"),
        rule(name::check_bucket, r"\A[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\z"),
        rule(name::check_kv, label),
        rule(name::check_kv_id, r"\A[0-9A-Fa-f]{32}\z"),
        rule(name::check_worker, label),
    ]
});

pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    keys(text);
    names(text);
    if let Some((namespace, name)) = text.split_once('\n') {
        together(namespace, name);
    }
    together(name::DEFAULT_NAMESPACE, text);
    suggestion(text);
}

fn keys(text: &str) {
    let expected = |max| match text.len() {
        0 => Err(KeyError::Empty),
        bytes if bytes > max => Err(KeyError::TooLong { bytes, max }),
        _ => Ok(text.to_owned()),
    };
    assert_eq!(BucketKey::new(text).map(BucketKey::into_string), expected(1024));
    let in_kv = if matches!(text, "." | "..") { Err(KeyError::Dots) } else { expected(512) };
    assert_eq!(KvKey::new(text).map(KvKey::into_string), in_kv);
}

fn names(text: &str) {
    for (check, rule) in RULES.iter() {
        assert_eq!(check(text).is_ok(), rule.is_match(text), "{text:?} and {rule}");
    }
    let namespace = name::check_kv(text).is_ok() && text != "storage";
    assert_eq!(name::check_namespace(text).is_ok(), namespace, "{text:?}");
}

/// What is made of a namespace and a name that are both right.
fn together(namespace: &str, name: &str) {
    if name::check_namespace(namespace).is_err() || name::check_kv(name).is_err() {
        return;
    }
    let bucket = name::qualify(namespace, name);
    assert_eq!(
        name::check_qualified(namespace, name).is_ok(),
        name::check_bucket(&bucket).is_ok(),
        "{bucket}"
    );
    let binding = name::derive_binding(namespace, name);
    assert_eq!(name::check_binding(&binding).is_ok(), binding.len() <= 63, "{binding}");
}

fn suggestion(text: &str) {
    let Some(suggested) = name::suggest_label(text) else { return };
    assert_eq!(name::check_bucket(&suggested), Ok(()), "{text:?}");
    assert_eq!(name::suggest_label(&suggested).as_ref(), Some(&suggested), "{text:?}");
}
