//! What an application may ask a storage Worker for.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::Declaration;
use crate::manifest::Verb;

/// What an application was granted, by the name of the resource: the field [`PROPS`](super::PROPS) of
/// `ctx.props`, which the platform hands to the storage Worker, and no caller can write.
///
/// ```json
/// { "user-assets": { "kind": "bucket", "verbs": ["read", "links"], "prefix": "tenant-a/" } }
/// ```
///
/// What is not there is not granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grants(BTreeMap<String, Grant>);

/// What was granted of one resource. A field that is not known here may be a restriction, so it is
/// refused; a verb that is not known here allows nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// `bucket` or `kv`.
    pub kind: String,
    /// What may be done, by the [names](Verb::name) of the verbs.
    pub verbs: Vec<String>,
    /// What keys have to begin with. It is left out if that is nothing: an empty one is a mistake, of a template
    /// with no tenant, say.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some_text")]
    pub prefix: Option<String>,
}

fn some_text<'de, D: Deserializer<'de>>(text: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(text)?;
    if text.is_empty() { Err(D::Error::custom("the prefix is empty")) } else { Ok(Some(text)) }
}

/// What a call takes: of each of the groups one verb, and keys.
#[derive(Debug)]
pub struct Needs<'a> {
    /// Each of them has to be granted in one verb at least.
    pub verbs: &'static [&'static [Verb]],
    /// Which keys.
    pub scope: Scope<'a>,
}

/// Which keys a call is about.
#[derive(Debug)]
pub enum Scope<'a> {
    /// This one.
    Key(&'a str),
    /// These.
    Keys(&'a [String]),
    /// All with this prefix.
    Prefix(Option<&'a str>),
    /// The call itself finds out, and checks.
    Later,
}

/// Why a call is not allowed. For the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing was granted of it.
    Nothing {
        /// The kind of the resource.
        kind: String,
        /// Its name.
        name: String,
    },
    /// None of these verbs was granted.
    Verb {
        /// One of these would do.
        verbs: &'static [Verb],
        /// The resource.
        name: String,
    },
    /// The key, or the prefix of a listing, does not begin with the prefix that was granted.
    Prefix {
        /// What was granted.
        prefix: String,
        /// The resource.
        name: String,
    },
}

impl Grants {
    /// What was granted of what a caller calls on.
    ///
    /// # Errors
    ///
    /// If that is nothing.
    pub fn of(&self, on: &Declaration) -> Result<&Grant, Refusal> {
        let found = self.0.get(on.name()).filter(|grant| grant.kind == on.kind());
        found.ok_or_else(|| Refusal::Nothing {
            kind: on.kind().to_owned(),
            name: on.name().to_owned(),
        })
    }

    /// The same, with this granted.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, grant: Grant) -> Self {
        self.0.insert(name.into(), grant);
        self
    }
}

impl Grant {
    /// Everything that can be granted of a kind.
    #[must_use]
    pub fn all(kind: &str) -> Self {
        let verbs = Verb::ALL.iter().map(|verb| verb.name().to_owned()).collect();
        Self { kind: kind.to_owned(), verbs, prefix: None }
    }

    /// Whether the verb was granted.
    #[must_use]
    pub fn has(&self, verb: Verb) -> bool {
        self.verbs.iter().any(|granted| granted == verb.name())
    }

    /// Checks that a call of the resource of that name is allowed.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn check(&self, name: &str, needs: &Needs<'_>) -> Result<(), Refusal> {
        let missing = |verbs: &&&'static [Verb]| !verbs.iter().any(|verb| self.has(*verb));
        if let Some(verbs) = needs.verbs.iter().find(missing) {
            return Err(Refusal::Verb { verbs, name: name.to_owned() });
        }
        let is_allowed = match needs.scope {
            Scope::Key(key) => self.reaches(key),
            Scope::Keys(keys) => keys.iter().all(|key| self.reaches(key)),
            Scope::Prefix(prefix) => self.reaches(prefix.unwrap_or_default()),
            Scope::Later => true,
        };
        if is_allowed { Ok(()) } else { Err(self.beyond(name)) }
    }

    /// Whether a key, or all with that prefix, are among those that were granted.
    #[must_use]
    pub fn reaches(&self, key: &str) -> bool {
        self.prefix.as_deref().is_none_or(|prefix| key.starts_with(prefix))
    }

    /// What is said of a key that is not.
    #[must_use]
    pub fn beyond(&self, name: &str) -> Refusal {
        let prefix = self.prefix.clone().unwrap_or_default();
        Refusal::Prefix { prefix, name: name.to_owned() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing { kind, name } => {
                write!(f, "nothing of the {kind} `{name}` was granted to the caller")?;
            }
            Self::Verb { verbs, name } => {
                let verbs: Vec<_> = verbs.iter().map(|verb| format!("`{}`", verb.name())).collect();
                write!(f, "{} on `{name}` was not granted to the caller", verbs.join(" or "))?;
            }
            Self::Prefix { prefix, name } => {
                write!(f, "the caller was granted keys of `{name}` that begin with `{prefix}`")?;
            }
        }
        f.write_str("; help: `cargo storage generate` writes the grants of an application")
    }
}
