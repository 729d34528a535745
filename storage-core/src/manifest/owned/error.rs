//! Why a manifest can't be read.

use std::fmt;

use super::super::{Purpose, SCHEMA_VERSION};

/// Why a manifest can't be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ManifestError {
    /// Two fields claim one binding, or mean one resource.
    Duplicate {
        /// The fields.
        fields: [String; 2],
        /// What they share, in words.
        what: String,
    },
    /// It is not a manifest, or says something that this version doesn't know.
    Malformed {
        /// The version of the library that wrote it, as far as it says so.
        written_by: Option<String>,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A name stands for two things, and there is one thing of each name.
    OneNameTwice {
        /// The name.
        name: String,
        /// What it stands for.
        purposes: [Purpose; 2],
    },
    /// It has another shape.
    Schema {
        /// The version of the shape.
        found: u32,
        /// The version of the library that wrote it, as far as it says so.
        written_by: Option<String>,
    },
}

impl ManifestError {
    /// The version of the library that wrote what can't be read, as far as it is known.
    #[must_use]
    pub fn written_by(&self) -> Option<&str> {
        match self {
            Self::Duplicate { .. } | Self::OneNameTwice { .. } => None,
            Self::Malformed { written_by, .. } | Self::Schema { written_by, .. } => {
                written_by.as_deref()
            }
        }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { fields: [first, second], what } => {
                write!(
                    f,
                    "the fields `{first}` and `{second}` are both the {what}\n\
                     help: declare it once, or give one of the declarations another `name`, \
                     `namespace`, `binding` or `existing`"
                )
            }
            Self::Malformed { .. } => f.write_str("the manifest is malformed"),
            Self::OneNameTwice { name, purposes: [first, second] } => {
                let (one, other) = (first.words(), second.words());
                let help = first.help_to_part(*second);
                write!(f, "`{name}` is the name of the {one} and of the {other}\nhelp: {help}")
            }
            Self::Schema { found, .. } => {
                write!(f, "the manifest has schema {found}, and this tool reads {SCHEMA_VERSION}")
            }
        }
    }
}

impl std::error::Error for ManifestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { source, .. } => Some(source),
            Self::Duplicate { .. } | Self::OneNameTwice { .. } | Self::Schema { .. } => None,
        }
    }
}
