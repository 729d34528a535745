//! API keys.

use super::secret::{Secret, Source};
use super::{Grant, Scheme, Strategy, User};
use crate::error::Result;
use crate::rest::environment::Environment;

/// An API key: `Authorization: Bearer <key>`, or `x-api-key: <key>`.
///
/// It is in the variable or secret `KV_API_KEY`, 1 to 255 bytes, and allows everything, unless this
/// says otherwise.
///
/// # Examples
///
/// ```
/// use storage::rest::{ApiKey, Grant, Scope};
///
/// let ci = ApiKey::new("ci").variable("CI_KEY").grant(Grant::of([Scope::Write]).key_prefix("ci/"));
/// ```
#[must_use = "a key does nothing until a server has it"]
#[derive(Clone, Debug)]
pub struct ApiKey {
    name: String,
    source: Source,
    pub(super) grant: Grant,
}

impl ApiKey {
    /// A key, and what its owner is called: in the log, and in the hook
    /// ([`User::id`]).
    pub fn new(name: impl Into<String>) -> Self {
        let source = Source::Variable("KV_API_KEY".into());
        Self { name: name.into(), source, grant: Grant::all() }
    }

    /// The variable or secret that has it.
    pub fn variable(self, name: impl Into<String>) -> Self {
        Self { source: Source::Variable(name.into().into()), ..self }
    }

    /// The key itself. A variable is the better place.
    pub fn text(self, key: impl Into<String>) -> Self {
        Self { source: Source::text(key), ..self }
    }

    /// What it allows.
    pub fn grant(self, grant: Grant) -> Self {
        Self { grant, ..self }
    }

    pub(super) fn resolve(&self, environment: &dyn Environment) -> Result<Known> {
        let Self { name, source, grant } = self;
        let secret = source.secret(environment)?;
        Ok(Known { user: User::new(name, Strategy::ApiKey, grant.clone()), secret })
    }
}

impl Default for ApiKey {
    /// The key in `KV_API_KEY`, called `api-key`.
    fn default() -> Self {
        Self::new("api-key")
    }
}

/// A key that is known.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) user: User,
    pub(super) secret: Secret,
}

/// Whose key it is. All are compared, so that the time it takes does not tell which it is.
pub(super) fn find<'a>(keys: &'a [Known], presented: &str) -> Option<&'a Known> {
    let mut found = None;
    for key in keys {
        if key.secret.is(presented.as_bytes()) {
            found = Some(key);
        }
    }
    found
}

/// What OpenAPI calls them.
pub(super) const SCHEMES: [Scheme; 2] = [
    Scheme { name: "apiKey", json: r#"{"type":"apiKey","in":"header","name":"x-api-key"}"# },
    Scheme { name: "bearerKey", json: r#"{"type":"http","scheme":"bearer"}"# },
];
