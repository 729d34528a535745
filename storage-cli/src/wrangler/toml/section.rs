//! A new section of a TOML document, in the two forms that it can take.

use super::field::lines;
use super::{inline_entry, quoted_key, secrets_list, variable_line};
use crate::wrangler::edit::{Entry, Secret, VARIABLES, Variable};
use crate::wrangler::secret;

/// What is written where the section is not there yet.
#[derive(Clone, Copy)]
pub(super) enum Section<'a> {
    /// A list with that entry.
    Entries(&'a Entry),
    /// The secrets, with that one.
    Secrets(&'a Secret),
    /// The variables, with that one.
    Variables(&'a Variable),
}

impl<'a> Section<'a> {
    pub(super) fn env(&self) -> Option<&'a str> {
        match self {
            Self::Entries(entry) => entry.env.as_deref(),
            Self::Secrets(new) => new.env.as_deref(),
            Self::Variables(new) => new.env.as_deref(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Entries(entry) => entry.section,
            Self::Secrets(_) => secret::SECTION,
            Self::Variables(_) => VARIABLES,
        }
    }

    /// Its lines, with a header.
    pub(super) fn block(&self) -> Vec<String> {
        let path = match self.env() {
            None => self.name().to_owned(),
            Some(env) => format!("env.{}.{}", quoted_key(env), self.name()),
        };
        match self {
            Self::Entries(entry) => {
                let pairs = entry.fields.iter();
                let pairs = pairs.flat_map(|(key, value)| lines(&[(*key).to_owned()], value));
                std::iter::once(format!("[[{path}]]")).chain(pairs).collect()
            }
            Self::Secrets(new) => vec![format!("[{path}]"), secrets_list(new)],
            Self::Variables(new) => vec![format!("[{path}]"), variable_line(new)],
        }
    }

    /// As a pair of an inline table.
    pub(super) fn inline(&self) -> String {
        match self {
            Self::Entries(entry) => format!("{} = [{}]", entry.section, inline_entry(entry)),
            Self::Secrets(new) => format!("{} = {{ {} }}", secret::SECTION, secrets_list(new)),
            Self::Variables(new) => format!("{VARIABLES} = {{ {} }}", variable_line(new)),
        }
    }
}
