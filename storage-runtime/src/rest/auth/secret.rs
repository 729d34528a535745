//! Credentials that a server compares with.

use std::borrow::Cow;
use std::fmt;

use storage_core::crypto::Zeroizing;
use subtle::ConstantTimeEq as _;

use crate::error::Result;
use crate::rest::environment::{Environment, misconfigured};

/// How long a credential may be, in bytes. All are compared at this length, so that the time it takes
/// tells nothing, not even how long they are.
const BYTES_MAX: usize = 256;

/// Where a credential comes from.
#[derive(Clone)]
pub(super) enum Source {
    /// A variable or a secret of the environment.
    Variable(Cow<'static, str>),
    /// Given by the program.
    Text(Zeroizing<String>),
}

/// A credential, ready to be compared with. Its memory is overwritten when it is dropped.
#[derive(Clone)]
pub(super) struct Secret(Zeroizing<[u8; BYTES_MAX]>);

impl Source {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }

    /// The text. What is not set or empty is an error, never something to match; and so is what no request can have.
    pub(super) fn read(&self, environment: &dyn Environment) -> Result<Zeroizing<String>> {
        let text = match self {
            Self::Variable(name) => {
                let Some(text) = environment.variable(name).map(Zeroizing::new) else {
                    return Err(misconfigured(format!(
                        "there is no variable `{name}`; help: set it with `wrangler secret put \
                         {name}`, locally in `.dev.vars` (and in `secrets.required` of the wrangler file, \
                         if there is that list), or natively in the environment"
                    )));
                };
                text
            }
            Self::Text(text) => text.clone(),
        };
        let wrong = if text.is_empty() {
            "is empty"
        } else if text.trim() != text.as_str() {
            "begins or ends with white space"
        } else if text.contains(char::is_control) {
            "has a control character"
        } else {
            return Ok(text);
        };
        Err(misconfigured(format!("{self} {wrong}")))
    }

    /// The text as a credential.
    pub(super) fn credential(&self, environment: &dyn Environment) -> Result<Zeroizing<String>> {
        let text = self.read(environment)?;
        if text.len() < BYTES_MAX {
            return Ok(text);
        }
        let max = BYTES_MAX - 1;
        Err(misconfigured(format!("{self} has more than {max} bytes")))
    }

    /// The credential as what others are compared with.
    pub(super) fn secret(&self, environment: &dyn Environment) -> Result<Secret> {
        self.credential(environment).map(|text| Secret::of(text.as_bytes()))
    }
}

impl Secret {
    /// Whether it is the same, in a time that does not depend on what either is.
    pub(super) fn is(&self, presented: &[u8]) -> bool {
        // Longer than any that there is: no secret is told by this.
        presented.len() < BYTES_MAX && self == &Self::of(presented)
    }

    /// Padded with a byte that marks the end, so that zeros at the end count.
    fn of(bytes: &[u8]) -> Self {
        let mut padded = Zeroizing::new([0; BYTES_MAX]);
        for (place, byte) in padded.iter_mut().zip(bytes.iter().chain(&[0x80])) {
            *place = *byte;
        }
        Self(padded)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl fmt::Display for Source {
    /// What it is called in errors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable `{name}`"),
            Self::Text(_) => f.write_str("a credential"),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "Variable({name:?})"),
            Self::Text(_) => f.write_str("Text(..)"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_bytes_are_the_same() {
        let secret = Secret::of(b"correct horse");
        assert!(secret.is(b"correct horse"));
        for other in ["", "c", "correct hors", "correct horse ", "correct horse\0", "Correct horse"]
        {
            assert!(!secret.is(other.as_bytes()), "{other:?}");
        }
        assert!(!secret.is(b"correct horse\x80"));
        let longest = [b'x'; BYTES_MAX - 1];
        assert!(Secret::of(&longest).is(&longest));
        assert!(!Secret::of(&longest).is(&[b'x'; BYTES_MAX]));
    }

    #[test]
    fn nobody_prints_a_secret() {
        let source = Source::text("hunter2");
        let secret = Secret::of(b"hunter2");
        assert_eq!(format!("{source:?} {secret:?}"), "Text(..) Secret(..)");
    }
}
