//! What a caller may do.

/// One thing that a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Ask how the server is configured.
    Admin,
    /// Read and list entries.
    Read,
    /// Write and delete entries.
    Write,
}

/// What a caller may do, and with which keys.
///
/// # Examples
///
/// ```
/// use storage::rest::{Grant, Scope};
///
/// let reader = Grant::of([Scope::Read]).key_prefix("public/");
/// assert!(reader.allows(Scope::Read, Some("public/theme")));
/// assert!(!reader.allows(Scope::Read, Some("private/theme")));
/// assert!(!reader.allows(Scope::Write, Some("public/theme")));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    admin: bool,
    read: bool,
    write: bool,
    key_prefix: Option<String>,
}

impl Grant {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::of([Scope::Admin, Scope::Read, Scope::Write])
    }

    /// These, with any key.
    #[must_use]
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        let mut grant = Self::default();
        for scope in scopes {
            match scope {
                Scope::Admin => grant.admin = true,
                Scope::Read => grant.read = true,
                Scope::Write => grant.write = true,
            }
        }
        grant
    }

    /// The same, with keys that start so, and no others. An empty prefix allows nothing: a server that
    /// has credentials with one does not start.
    #[must_use]
    pub fn key_prefix(self, prefix: impl Into<String>) -> Self {
        Self { key_prefix: Some(prefix.into()), ..self }
    }

    /// Whether this may be done: with that key, if it is done with one.
    #[must_use]
    pub fn allows(&self, scope: Scope, key: Option<&str>) -> bool {
        let has_scope = match scope {
            Scope::Admin => self.admin,
            Scope::Read => self.read,
            Scope::Write => self.write,
        };
        let has_key = match (key, self.prefix()) {
            // What was to have a prefix and has none is not to have everything.
            (_, Some("")) => false,
            (Some(key), Some(prefix)) => key.starts_with(prefix),
            _ => true,
        };
        has_scope && has_key
    }

    /// What keys have to start with.
    #[must_use]
    pub fn prefix(&self) -> Option<&str> {
        self.key_prefix.as_deref()
    }

    /// What may be done, in the order of [`Scope`].
    pub fn scopes(&self) -> impl Iterator<Item = Scope> {
        let all =
            [(self.admin, Scope::Admin), (self.read, Scope::Read), (self.write, Scope::Write)];
        all.into_iter().filter(|(has, _)| *has).map(|(_, scope)| scope)
    }
}

impl Scope {
    /// `admin`, `read` or `write`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}
