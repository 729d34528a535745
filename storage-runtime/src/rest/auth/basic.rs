//! A name and a password (RFC 7617).

use base64ct::{Base64, Encoding as _};
use storage_core::crypto::Zeroizing;

use super::secret::{Secret, Source};
use super::{Grant, Scheme, Strategy, User};
use crate::error::Result;
use crate::rest::environment::{Environment, misconfigured};

/// A name and a password: `Authorization: Basic <base64 of name:password>`, in UTF-8.
///
/// They are in the variables or secrets `KV_USERNAME` and `KV_PASSWORD`, each 1 to 255 bytes, and allow
/// everything, unless this says otherwise. A password may have a `:`, a name may not.
#[must_use = "a password does nothing until a server has it"]
#[derive(Clone, Debug)]
pub struct Basic {
    username: Source,
    password: Source,
    pub(super) grant: Grant,
}

impl Basic {
    /// The name and the password in `KV_USERNAME` and `KV_PASSWORD`.
    pub fn new() -> Self {
        Self {
            username: Source::Variable("KV_USERNAME".into()),
            password: Source::Variable("KV_PASSWORD".into()),
            grant: Grant::all(),
        }
    }

    /// The variables or secrets that have the name and the password.
    pub fn variables(self, username: impl Into<String>, password: impl Into<String>) -> Self {
        let username = Source::Variable(username.into().into());
        Self { username, password: Source::Variable(password.into().into()), ..self }
    }

    /// The name and the password themselves. Variables are the better place.
    pub fn text(self, username: impl Into<String>, password: impl Into<String>) -> Self {
        Self { username: Source::text(username), password: Source::text(password), ..self }
    }

    /// What they allow.
    pub fn grant(self, grant: Grant) -> Self {
        Self { grant, ..self }
    }

    pub(super) fn resolve(&self, environment: &dyn Environment) -> Result<Known> {
        let name = self.username.credential(environment)?;
        if name.contains(':') {
            return Err(misconfigured("the name of Basic authentication has a `:`"));
        }
        Ok(Known {
            user: User::new(name.as_str(), Strategy::Basic, self.grant.clone()),
            username: self.username.secret(environment)?,
            password: self.password.secret(environment)?,
        })
    }
}

impl Default for Basic {
    fn default() -> Self {
        Self::new()
    }
}

/// A name and a password that are known.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) user: User,
    username: Secret,
    password: Secret,
}

impl Known {
    /// Whether nobody could tell the two apart.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.username == other.username && self.password == other.password
    }
}

/// Whose name and password these are. All are compared, and of each both.
pub(super) fn find<'a>(known: &'a [Known], presented: &str) -> Option<&'a Known> {
    let decoded = Zeroizing::new(Base64::decode_vec(presented).ok()?);
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (username, password) = decoded.split_at_checked(colon)?;
    let password = password.get(1..)?;
    let mut found = None;
    for one in known {
        if one.username.is(username) & one.password.is(password) {
            found = Some(one);
        }
    }
    found
}

/// What OpenAPI calls it.
pub(super) const SCHEME: Scheme =
    Scheme { name: "basic", json: r#"{"type":"http","scheme":"basic"}"# };

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_password_may_have_colons() {
        let environment = BTreeMap::from([("KV_USERNAME", "ada"), ("KV_PASSWORD", "a:b:c")]);
        let known = [Basic::new().resolve(&environment).unwrap()];
        let find = |text: &str| find(&known, &Base64::encode_string(text.as_bytes())).is_some();
        assert!(find("ada:a:b:c"));
        for other in ["ada:a", "ada:a:b", "ada", ":", "", "ada:", "ada:a:b:c:", "Ada:a:b:c"] {
            assert!(!find(other), "{other}");
        }
    }

    #[test]
    fn a_name_with_a_colon_could_never_be_sent() {
        let error = Basic::new().text("a:b", "c").resolve(&BTreeMap::new()).unwrap_err();
        assert_eq!(error.kind(), storage_core::ErrorKind::Misconfigured);
    }
}
