//! One field of a template, and what its values may be.

use std::borrow::Cow;
use std::fmt;

use super::End;

/// A field of a [template](super::KeyTemplate), and the text behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyField {
    pub(super) name: &'static str,
    pub(super) tail: &'static str,
    /// To how many digits it is padded with zeros; 0 if it is written as it is.
    digits: usize,
}

impl KeyField {
    /// A field that is written as it is.
    #[must_use]
    pub const fn new(name: &'static str, tail: &'static str) -> Self {
        Self { name, tail, digits: 0 }
    }

    /// The same, padded with zeros to so many digits.
    #[must_use]
    pub const fn digits(self, digits: usize) -> Self {
        Self { digits, ..self }
    }

    /// That a value breaks that rule.
    #[must_use]
    pub const fn error(&self, rule: FieldRule) -> FieldError {
        FieldError { field: self.name, rule }
    }

    /// A value as it stands in the key.
    pub(super) fn write<'a>(&self, value: &'a str, end: End) -> Result<Cow<'a, str>, FieldError> {
        let width = self.digits;
        let written = match width {
            0 => broken_rule(value).map_or(Ok(Cow::Borrowed(value)), Err),
            _ if is_whole_number(value) && value.len() <= width => {
                Ok(Cow::Owned(format!("{value:0>width$}")))
            }
            _ => Err(FieldRule::Digits(width)),
        };
        let written = written.map_err(|rule| self.error(rule))?;
        match end {
            End::Text(tail) if ends_early(&written, tail) => {
                Err(self.error(FieldRule::EndsEarly(tail)))
            }
            End::Segment(_) | End::Text(_) => Ok(written),
        }
    }

    /// A value as it stood in front of the padding.
    pub(super) fn read<'a>(&self, value: &'a str, end: End) -> Result<&'a str, FieldError> {
        let plain = match value.trim_start_matches('0') {
            _ if self.digits == 0 => value,
            "" => value.get(value.len().saturating_sub(1)..).unwrap_or_default(),
            number => number,
        };
        match self.write(plain, end)? {
            written if written == value => Ok(plain),
            _ => Err(self.error(FieldRule::Digits(self.digits))),
        }
    }
}

/// The rule for any value that this one breaks.
fn broken_rule(value: &str) -> Option<FieldRule> {
    if value.is_empty() {
        Some(FieldRule::Empty)
    } else if value.contains('/') {
        Some(FieldRule::Slash)
    } else if value.contains(char::is_control) {
        Some(FieldRule::Control)
    } else if value.bytes().all(|byte| byte == b'.') {
        Some(FieldRule::Dots)
    } else {
        None
    }
}

/// Whether a reader would think the value to end before it does: `x-` in front of `--` is read as
/// `x` in front of `--` and `-`.
fn ends_early(value: &str, tail: &str) -> bool {
    let both = format!("{value}{tail}");
    both.find(tail) != Some(value.len())
}

/// Digits as numbers are written: no sign, no zeros in front.
fn is_whole_number(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

/// Why a value can't be in a key. It never says the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    field: &'static str,
    rule: FieldRule,
}

/// What a value of a field has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldRule {
    /// Without control characters.
    Control,
    /// A whole number of at most so many digits.
    Digits(usize),
    /// Not of dots only: `.` and `..` mean something else in paths and URLs.
    Dots,
    /// Not empty.
    Empty,
    /// Without the text that ends it.
    EndsEarly(&'static str),
    /// Without `/`.
    Slash,
    /// Spelt as the value is shown: `7`, not `007` or `+7`.
    Spelling,
    /// Something that its type can be read from.
    Type,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, rule } = self;
        write!(f, "the part `{field}` of the key ")?;
        match rule {
            FieldRule::Control => f.write_str("has a control character"),
            FieldRule::Digits(most) => {
                write!(f, "is not a whole number of at most {most} digits")
            }
            FieldRule::Dots => f.write_str("is made of dots only"),
            FieldRule::Empty => f.write_str("is empty"),
            FieldRule::EndsEarly(tail) => write!(f, "runs into the `{tail}` that ends it"),
            FieldRule::Slash => f.write_str("has a `/`"),
            FieldRule::Spelling => f.write_str("is spelt in an unusual way"),
            FieldRule::Type => f.write_str("is not a value of its type"),
        }
    }
}

impl std::error::Error for FieldError {}
