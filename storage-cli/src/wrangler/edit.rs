//! What a plan asks of a file, whatever its syntax.

use std::borrow::Cow;
use std::fmt;

use super::secret;

/// The object that holds the variables.
pub(super) const VARIABLES: &str = "vars";

/// One addition, or what becomes of something that is ours alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// A new entry of a section.
    Entry(Entry),
    /// A key of an entry.
    Field(Field),
    /// A key that the file lacks.
    Root(Root),
    /// A name that the list of secrets lacks.
    Secret(Secret),
    /// A variable that the Worker lacks.
    Variable(Variable),
}

/// A new entry of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The environment, or the top level.
    pub(super) env: Option<String>,
    pub(super) section: &'static str,
    /// Its keys, the binding first.
    pub(super) fields: Vec<(&'static str, Setting)>,
}

/// What a key is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Flag(bool),
    /// A table with a key a line, where the file has room for it.
    Lines(Vec<(String, Self)>),
    List(Vec<String>),
    Table(Vec<(String, Self)>),
    Text(String),
}

/// A key of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// The environment, or the top level.
    pub(super) env: Option<String>,
    pub(super) section: &'static str,
    /// Which entry of the section.
    pub(super) index: usize,
    pub(super) binding: String,
    /// `["props", "storage"]` is `storage` in the object `props`, which the entry has.
    pub(super) path: Vec<String>,
    pub(super) change: Change,
}

/// What becomes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It was not there.
    Add(Setting),
    Remove,
    Replace(Setting),
}

/// A key that the file lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// `["build", "command"]` is `command` in the object `build`, which the file lacks as well.
    pub(super) path: &'static [&'static str],
    pub(super) value: Setting,
}

/// A name that the list of secrets lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    /// The environment, or the top level.
    pub(super) env: Option<String>,
    pub(super) name: String,
}

/// A variable that the Worker lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    /// The environment, or the top level.
    pub(super) env: Option<String>,
    pub(super) name: String,
    pub(super) value: String,
}

impl Setting {
    pub(super) fn table(fields: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self::Table(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// In a few words, if there are any.
    fn words(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Flag(flag) => Some(flag.to_string().into()),
            Self::Lines(_) | Self::Table(_) => None,
            Self::List(names) => Some(names.join(", ").into()),
            Self::Text(text) => Some(text.into()),
        }
    }
}

/// One line for the summary: `+ r2_buckets  USER_ASSETS -> user-assets`.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(entry) => {
                f.write_str("+ ")?;
                section(f, entry.env.as_deref(), entry.section)?;
                let texts = entry.fields.iter().filter_map(|(_, value)| match value {
                    Setting::Text(text) => Some(text.as_str()),
                    _ => None,
                });
                write!(f, "  {}", texts.collect::<Vec<_>>().join(" -> "))
            }
            Self::Field(field) => {
                let (sign, value) = match &field.change {
                    Change::Add(value) => ("+", Some(value)),
                    Change::Remove => ("-", None),
                    Change::Replace(value) => ("~", Some(value)),
                };
                write!(f, "{sign} ")?;
                section(f, field.env.as_deref(), field.section)?;
                write!(f, ".{}  {}", field.path.join("."), field.binding)?;
                value.and_then(Setting::words).map_or(Ok(()), |words| write!(f, " -> {words}"))
            }
            Self::Root(root) => {
                let words = root.value.words().unwrap_or_default();
                write!(f, "+ {}  {words}", root.path.join("."))
            }
            Self::Secret(new) => {
                f.write_str("+ ")?;
                section(f, new.env.as_deref(), secret::SECTION)?;
                write!(f, ".{}  {}", secret::LIST, new.name)
            }
            Self::Variable(new) => {
                f.write_str("+ ")?;
                section(f, new.env.as_deref(), VARIABLES)?;
                write!(f, ".{}  {}", new.name, new.value)
            }
        }
    }
}

fn section(f: &mut fmt::Formatter<'_>, env: Option<&str>, section: &str) -> fmt::Result {
    if let Some(env) = env {
        write!(f, "env.{env}.")?;
    }
    f.write_str(section)
}
