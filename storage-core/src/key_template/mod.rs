//! Typed keys: a template such as `avatars/{user_id}/{file}`, its values, and the way back.
//!
//! Keys are read segment by segment: a value never contains `/`, so a segment ends where the next
//! `/` is. Two fields in one segment are told apart by the text between them.

mod field;
mod parse;

use std::fmt::Display;

pub use field::{FieldError, FieldRule, KeyField};
pub use parse::{FIELDS_MAX, ParsedField, ParsedTemplate, TemplateError, parse};

/// How a typed key is written: text and fields, in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTemplate {
    text: &'static str,
    head: &'static str,
    fields: &'static [KeyField],
}

impl KeyTemplate {
    /// A template that [`parse`] found good: the whole, the text in front of the first field, and
    /// the fields with the text behind each.
    #[must_use]
    pub const fn new(text: &'static str, head: &'static str, fields: &'static [KeyField]) -> Self {
        Self { text, head, fields }
    }

    /// The template as it was declared.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The key with those values, or, if there are fewer values than fields, what all keys that
    /// start with those values start with.
    ///
    /// # Errors
    ///
    /// The first value that can't be in a key.
    pub fn render(&self, values: &[&dyn Display]) -> Result<String, FieldError> {
        let mut key = self.head.to_owned();
        for (at, (field, value)) in self.fields.iter().zip(values).enumerate() {
            key.push_str(&field.write(&value.to_string(), self.ends(at))?);
            key.push_str(field.tail);
        }
        Ok(key)
    }

    /// The values in a key, to be taken one by one.
    #[must_use]
    pub fn values<'a>(&self, key: &'a str) -> KeyValues<'a> {
        KeyValues { template: *self, at: 0, rest: key.strip_prefix(self.head) }
    }

    /// What tells where the value of a field ends.
    fn ends(&self, at: usize) -> End {
        let Some(field) = self.fields.get(at) else {
            return End::Segment("");
        };
        match field.tail.split_once('/') {
            Some((rest_of_segment, _)) => End::Segment(rest_of_segment),
            None if at + 1 == self.fields.len() => End::Segment(field.tail),
            None => End::Text(field.tail),
        }
    }
}

impl Display for KeyTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text)
    }
}

/// Where a value ends.
#[derive(Clone, Copy)]
enum End {
    /// In front of this text, which is the rest of its segment.
    Segment(&'static str),
    /// In front of the first such text; another field follows in the segment.
    Text(&'static str),
}

/// The values in a key, from the first to the last.
#[derive(Clone, Debug)]
pub struct KeyValues<'a> {
    template: KeyTemplate,
    at: usize,
    /// What is not read yet; `None` if the key is not of this form.
    rest: Option<&'a str>,
}

impl<'a> KeyValues<'a> {
    /// The template that the key is read by.
    #[must_use]
    pub fn template(&self) -> KeyTemplate {
        self.template
    }

    /// The next field and its value as text, without padding. After the last value that fits the
    /// whole key is accounted for.
    ///
    /// `None` if the key is not of this form.
    ///
    /// # Errors
    ///
    /// The value, if it can't be in a key.
    pub fn read(&mut self) -> Option<Result<(&'static KeyField, &'a str), FieldError>> {
        let field = self.template.fields.get(self.at)?;
        let rest = self.rest.take()?;
        let end = self.template.ends(self.at);
        let value = match end {
            End::Segment(tail) => rest.split('/').next()?.strip_suffix(tail)?,
            End::Text(tail) => rest.split_once(tail)?.0,
        };
        let behind = rest.strip_prefix(value)?.strip_prefix(field.tail)?;
        self.at += 1;
        if self.at == self.template.fields.len() && !behind.is_empty() {
            return None;
        }
        self.rest = Some(behind);
        Some(field.read(value, end).map(|text| (field, text)))
    }
}

#[cfg(test)]
mod tests;
