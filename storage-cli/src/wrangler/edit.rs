//! What a plan asks of a file, whatever its syntax.

use std::fmt;

use super::secret;

/// The object that holds the variables.
pub(super) const VARIABLES: &str = "vars";

/// One addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// A new entry of a section.
    Entry(Entry),
    /// A key that an entry lacks.
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
    Table(Vec<(&'static str, Self)>),
    Text(String),
}

/// A key that an entry lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// The environment, or the top level.
    pub(super) env: Option<String>,
    pub(super) section: &'static str,
    /// Which entry of the section.
    pub(super) index: usize,
    pub(super) binding: String,
    pub(super) key: &'static str,
    pub(super) value: Setting,
}

/// A key that the file lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// `["build", "command"]` is `command` in the object `build`, which the file lacks as well.
    pub(super) path: &'static [&'static str],
    pub(super) value: String,
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
    /// The text, if it is one.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Table(_) => None,
            Self::Text(text) => Some(text),
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
                let texts = entry.fields.iter().filter_map(|(_, value)| value.text());
                let values: Vec<_> = texts.collect();
                write!(f, "  {}", values.join(" -> "))
            }
            Self::Field(field) => {
                f.write_str("+ ")?;
                section(f, field.env.as_deref(), field.section)?;
                write!(f, ".{}  {}", field.key, field.binding)?;
                field.value.text().map_or(Ok(()), |text| write!(f, " -> {text}"))
            }
            Self::Root(root) => write!(f, "+ {}  {}", root.path.join("."), root.value),
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
