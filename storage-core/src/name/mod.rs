//! Names of resources, bindings and Workers: one rule each, checked in one place.
//!
//! Each rule is a `const fn`, so that a declaration written by hand fails to compile for the same
//! reason as one refused by the macro, and a newtype with one checked constructor for the owned
//! world of the CLI.

mod prefix;
mod web;

pub use prefix::{check_prefix, suggest_prefix};
pub use web::{
    check_domain, check_header, check_host, check_origin, suggest_domain, suggest_header,
    suggest_host, suggest_origin,
};

use std::fmt;

use crate::limits::{self, LimitError};

/// The namespace of a declaration that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Namespaces that no declaration may use: kept for what the library stores itself.
pub const RESERVED_NAMESPACES: &[&str] = &["storage"];

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// A binding is not an identifier.
    Binding,
    /// A bucket name breaks R2's rule.
    Bucket,
    /// A public host is no name in the DNS, or has more around it.
    Domain,
    /// A header field has a name that HTTP doesn't allow.
    Header,
    /// A host is not one, or has more around it.
    Host,
    /// A host has a scheme in front of it.
    HostScheme,
    /// A KV namespace id is not 32 hexadecimal digits.
    KvId,
    /// A KV namespace name breaks this library's rule.
    Kv,
    /// A method is none of those that a CORS policy of R2 can name.
    Method,
    /// A namespace breaks this library's rule.
    Namespace,
    /// An origin is not what a browser sends.
    Origin,
    /// What keys start with is empty, too long, or has no mark at its end.
    Prefix,
    /// A namespace is one that the library keeps for itself.
    ReservedNamespace,
    /// The name of a secret is not an identifier.
    Secret,
    /// The name of a variable is not an identifier.
    Variable,
    /// A Worker name is not a DNS label.
    Worker,
}

impl NameError {
    /// The rule that was broken, in a few words.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Binding => {
                "a binding is 1 to 63 letters, digits and underscores, and does not start with a digit"
            }
            Self::Bucket => {
                "an R2 bucket name is 3 to 63 lowercase letters, digits and hyphens, and starts and \
                 ends with a letter or digit"
            }
            Self::Domain => {
                "a public host is a name of a zone of yours: labels in lowercase with dots in between, \
                 without scheme, port or path"
            }
            Self::Header => {
                "the name of a header is letters, digits and hyphens, without a colon, or `*` for all"
            }
            Self::Host => {
                "a host is what stands between `https://` and the path: a name in lowercase or an \
                 address, and a port if it has one"
            }
            Self::HostScheme => {
                "a host has no scheme in front of it: URLs lead to `https://` and the host"
            }
            Self::Kv => {
                "a KV name is 1 to 63 lowercase letters, digits and hyphens, and starts and ends \
                 with a letter or digit"
            }
            Self::KvId => "a KV namespace id is 32 hexadecimal digits",
            Self::Method => "a method is `GET`, `PUT`, `POST`, `DELETE` or `HEAD`",
            Self::Namespace => {
                "a namespace is 1 to 63 lowercase letters, digits and hyphens, and starts and ends \
                 with a letter or digit"
            }
            Self::Origin => {
                "an origin is `*`, or as browsers send it: a scheme and a host in lowercase, with the \
                 port unless it is the scheme's own, and nothing behind"
            }
            Self::Prefix => {
                "a prefix is 1 to 1,023 bytes and ends in a mark such as `/`: `tenant-a` is how the \
                 keys of `tenant-ab/` start, too"
            }
            Self::ReservedNamespace => "the namespace `storage` is reserved for the library itself",
            Self::Secret => {
                "the name of a secret is 1 to 63 letters, digits and underscores, and does not \
                 start with a digit"
            }
            Self::Variable => {
                "the name of a variable is 1 to 63 letters, digits and underscores, and does not \
                 start with a digit"
            }
            Self::Worker => {
                "a Worker name is 1 to 63 lowercase letters, digits and hyphens, and starts and \
                 ends with a letter or digit"
            }
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule())
    }
}

impl std::error::Error for NameError {}

/// Checks an R2 bucket name.
///
/// # Errors
///
/// [`NameError::Bucket`].
pub const fn check_bucket(name: &str) -> Result<(), NameError> {
    if name.len() >= limits::r2::BUCKET_NAME_MIN
        && name.len() <= limits::r2::BUCKET_NAME_MAX
        && is_label(name)
    {
        Ok(())
    } else {
        Err(NameError::Bucket)
    }
}

/// Checks the logical name of a KV namespace.
///
/// # Errors
///
/// [`NameError::Kv`].
pub const fn check_kv(name: &str) -> Result<(), NameError> {
    if name.len() <= limits::kv::NAME_MAX && is_label(name) { Ok(()) } else { Err(NameError::Kv) }
}

/// Checks the id of a KV namespace that already exists.
///
/// # Errors
///
/// [`NameError::KvId`].
pub const fn check_kv_id(id: &str) -> Result<(), NameError> {
    let mut rest = id.as_bytes();
    let right_length = rest.len() == 32;
    while let [byte, tail @ ..] = rest {
        if !byte.is_ascii_hexdigit() {
            return Err(NameError::KvId);
        }
        rest = tail;
    }
    if right_length { Ok(()) } else { Err(NameError::KvId) }
}

/// Checks the namespace that groups declarations.
///
/// # Errors
///
/// [`NameError::Namespace`] and [`NameError::ReservedNamespace`].
pub const fn check_namespace(name: &str) -> Result<(), NameError> {
    if name.len() > 63 || !is_label(name) {
        return Err(NameError::Namespace);
    }
    let mut reserved = RESERVED_NAMESPACES;
    while let [first, rest @ ..] = reserved {
        if str_eq(first, name) {
            return Err(NameError::ReservedNamespace);
        }
        reserved = rest;
    }
    Ok(())
}

/// Checks the name of a Worker.
///
/// # Errors
///
/// [`NameError::Worker`].
pub const fn check_worker(name: &str) -> Result<(), NameError> {
    if name.len() <= limits::worker::NAME_MAX && is_label(name) {
        Ok(())
    } else {
        Err(NameError::Worker)
    }
}

/// Checks the name of a binding.
///
/// # Errors
///
/// [`NameError::Binding`].
pub const fn check_binding(name: &str) -> Result<(), NameError> {
    if is_identifier(name) { Ok(()) } else { Err(NameError::Binding) }
}

/// Checks the name of a secret, which stands in the environment beside the bindings.
///
/// # Errors
///
/// [`NameError::Secret`].
pub const fn check_secret(name: &str) -> Result<(), NameError> {
    if is_identifier(name) { Ok(()) } else { Err(NameError::Secret) }
}

/// Checks the name of a variable, which stands in the environment beside the bindings.
///
/// # Errors
///
/// [`NameError::Variable`].
pub const fn check_variable(name: &str) -> Result<(), NameError> {
    if is_identifier(name) { Ok(()) } else { Err(NameError::Variable) }
}

/// Letters, digits and underscores, not starting with a digit.
const fn is_identifier(name: &str) -> bool {
    let bytes = name.as_bytes();
    let [first, ..] = bytes else {
        return false;
    };
    if first.is_ascii_digit() || bytes.len() > limits::worker::BINDING_MAX {
        return false;
    }
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        if !byte.is_ascii_alphanumeric() && *byte != b'_' {
            return false;
        }
        rest = tail;
    }
    true
}

/// Lowercase letters, digits and hyphens, with a letter or digit at both ends.
const fn is_label(name: &str) -> bool {
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    if *first == b'-' || *last == b'-' {
        return false;
    }
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        if !byte.is_ascii_lowercase() && !byte.is_ascii_digit() && *byte != b'-' {
            return false;
        }
        rest = tail;
    }
    true
}

/// `a == b`, usable in constants.
pub(crate) const fn str_eq(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        match (a, b) {
            ([], []) => return true,
            ([x, rest_a @ ..], [y, rest_b @ ..]) if *x == *y => (a, b) = (rest_a, rest_b),
            _ => return false,
        }
    }
}

/// The binding a declaration gets when it names none: `user-assets` becomes `USER_ASSETS`, and
/// `media` / `user-assets` becomes `MEDIA_USER_ASSETS`.
///
/// A name that starts with a digit gets an underscore in front.
#[must_use]
pub fn derive_binding(namespace: &str, name: &str) -> String {
    let logical = qualify(namespace, name);
    let mut binding = logical.to_ascii_uppercase().replace('-', "_");
    if binding.starts_with(|first: char| first.is_ascii_digit()) {
        binding.insert(0, '_');
    }
    binding
}

/// The name of a resource in the account: `user-assets` in the default namespace, else
/// `media-user-assets`.
#[must_use]
pub fn qualify(namespace: &str, name: &str) -> String {
    if namespace == DEFAULT_NAMESPACE { name.to_owned() } else { format!("{namespace}-{name}") }
}

/// Checks that what [`qualify`] makes of two valid names is a bucket name.
///
/// # Errors
///
/// [`LimitError`] if it is too long.
pub const fn check_qualified(namespace: &str, name: &str) -> Result<(), LimitError> {
    let in_front = if str_eq(namespace, DEFAULT_NAMESPACE) { 0 } else { namespace.len() + 1 };
    limits::r2::BUCKET_NAME.check((in_front + name.len()) as u64)
}

/// The nearest name that the rule for buckets, KV namespaces and Workers allows, if there is one
/// close enough to be what was meant.
#[must_use]
pub fn suggest_label(wrong: &str) -> Option<String> {
    let mut label = String::new();
    let mut before = ' ';
    for c in wrong.chars() {
        let starts_word = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (starts_word || !c.is_ascii_alphanumeric()) && !label.ends_with('-') {
            label.push('-');
        }
        if c.is_ascii_alphanumeric() {
            label.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    label.truncate(63);
    let label = label.trim_matches('-');
    (label.len() >= limits::r2::BUCKET_NAME_MIN).then(|| label.to_owned())
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $check:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "manifest", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "manifest", serde(try_from = "String", into = "String"))]
        pub struct $name(String);

        impl $name {
            /// The one way in: the rule is checked here.
            ///
            /// # Errors
            ///
            /// The [`NameError`] of this kind of name.
            pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
                let name = name.into();
                $check(&name)?;
                Ok(Self(name))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(name: String) -> Result<Self, NameError> {
                Self::new(name)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    )*};
}

names! {
    /// The name of a binding: what a Worker calls a resource, `USER_ASSETS`.
    BindingName = check_binding;
    /// The name of an R2 bucket, `user-assets`.
    BucketName = check_bucket;
    /// A name in the DNS, `files.example.com`.
    Domain = check_domain;
    /// The name of a header field, or `*` for all.
    HeaderName = check_header;
    /// A host and its port, if it has one: `files.example.com`.
    Host = check_host;
    /// What keys start with, `tenant-a/`.
    KeyPrefix = check_prefix;
    /// The id of a KV namespace that already exists.
    KvId = check_kv_id;
    /// The logical name of a KV namespace, `app-configs`.
    KvName = check_kv;
    /// The group that a declaration belongs to.
    NamespaceName = check_namespace;
    /// Where a browser's page comes from, `https://app.example.com`, or `*` for anywhere.
    Origin = check_origin;
    /// The name of a secret of a Worker, `VAULT_KEYS`.
    SecretName = check_secret;
    /// The name of a variable of a Worker, `R2_ACCOUNT_ID`.
    VariableName = check_variable;
    /// The name of a Worker, `media-api`.
    WorkerName = check_worker;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_r2() {
        for good in ["abc", "user-assets", "a1b", "0-0", &"x".repeat(63)] {
            assert!(check_bucket(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "-abc", "abc-", "Abc", "a_b", "a.b", "äbc", &"x".repeat(64)] {
            assert_eq!(check_bucket(bad), Err(NameError::Bucket), "{bad}");
        }
    }

    #[test]
    fn bindings_are_identifiers() {
        for good in ["A", "_", "USER_ASSETS", "a1"] {
            assert!(check_binding(good).is_ok(), "{good}");
        }
        for bad in ["", "1A", "A-B", "A B", "Ä", &"A".repeat(64)] {
            assert_eq!(check_binding(bad), Err(NameError::Binding), "{bad}");
            assert_eq!(check_secret(bad), Err(NameError::Secret), "{bad}");
            assert_eq!(check_variable(bad), Err(NameError::Variable), "{bad}");
        }
    }

    #[test]
    fn namespaces_can_be_reserved() {
        assert!(check_namespace("default").is_ok());
        assert_eq!(check_namespace("storage"), Err(NameError::ReservedNamespace));
        assert!(check_namespace("storages").is_ok());
    }

    #[test]
    fn kv_ids_are_32_hex_digits() {
        assert!(check_kv_id("0f2ac74b498b48021cb68387c421e279").is_ok());
        assert!(check_kv_id("0f2ac74b498b48021cb68387c421e27").is_err());
        assert!(check_kv_id("0f2ac74b498b48021cb68387c421e27g").is_err());
    }

    #[test]
    fn derived_bindings_are_always_valid() {
        assert_eq!(derive_binding("default", "user-assets"), "USER_ASSETS");
        assert_eq!(derive_binding("media", "user-assets"), "MEDIA_USER_ASSETS");
        assert_eq!(derive_binding("default", "2024-logs"), "_2024_LOGS");
    }

    #[test]
    fn qualified_names_are_counted_as_they_are_made() {
        for (namespace, name) in
            [("default", "x".repeat(63)), ("m", "x".repeat(61)), ("a-b", "c".to_owned())]
        {
            assert_eq!(
                check_qualified(namespace, &name).is_ok(),
                check_bucket(&qualify(namespace, &name)).is_ok(),
                "{namespace} {name}"
            );
        }
        assert!(check_qualified("default", &"x".repeat(63)).is_ok());
        assert!(check_qualified("m", &"x".repeat(61)).is_ok());
        assert!(check_qualified("m", &"x".repeat(62)).is_err());
    }

    #[test]
    fn suggestions_obey_the_rule() {
        assert_eq!(suggest_label("User_Assets").as_deref(), Some("user-assets"));
        assert_eq!(suggest_label("userAssets").as_deref(), Some("user-assets"));
        assert_eq!(suggest_label("Media API").as_deref(), Some("media-api"));
        assert_eq!(suggest_label("--").as_deref(), None);
        for wrong in ["UPPER", "a__b__c", "x".repeat(90).as_str(), "ö-bucket-ö"] {
            let suggestion = suggest_label(wrong).expect("a suggestion");
            assert!(check_bucket(&suggestion).is_ok(), "{wrong} -> {suggestion}");
        }
    }
}
