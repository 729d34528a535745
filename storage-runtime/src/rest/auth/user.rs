//! Who is asking.

use super::Grant;

/// Who is asking, as the server found out, or as a [hook](super::super::KvServer::authorize) says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    id: String,
    strategy: Strategy,
    grant: Grant,
    claims: Option<String>,
}

/// How a user was told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strategy {
    /// By an API key.
    ApiKey,
    /// By a name and a password.
    Basic,
    /// By the program's own hook.
    Hook,
    /// By a JWT.
    Jwt,
}

impl User {
    /// A user that a hook knows, and what it may do.
    #[must_use]
    pub fn named(id: impl Into<String>, grant: Grant) -> Self {
        Self::new(id, Strategy::Hook, grant)
    }

    pub(super) fn new(id: impl Into<String>, strategy: Strategy, grant: Grant) -> Self {
        Self { id: id.into(), strategy, grant, claims: None }
    }

    /// The name of an API key, the name of Basic authentication, the subject of a JWT (empty if it has
    /// none).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it was told.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// What it may do.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// The claims of a JWT, as JSON.
    #[must_use]
    pub fn claims(&self) -> Option<&str> {
        self.claims.as_deref()
    }

    #[cfg(feature = "jwt")]
    pub(super) fn with_claims(self, claims: String) -> Self {
        Self { claims: Some(claims), ..self }
    }
}

impl Strategy {
    /// `api_key`, `basic`, `hook` or `jwt`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Basic => "basic",
            Self::Hook => "hook",
            Self::Jwt => "jwt",
        }
    }
}
