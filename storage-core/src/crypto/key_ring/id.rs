//! The names of keys.

use std::fmt;

/// The name of a key: 1 to 32 bytes of `A-Z a-z 0-9 . _ -`. It is not secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Longest id, in bytes.
    pub const MAX: usize = 32;

    /// Checks an id.
    ///
    /// # Errors
    ///
    /// [`KeyIdError`], which does not repeat the text: it may have been a key.
    pub fn new(id: impl Into<String>) -> Result<Self, KeyIdError> {
        let id = id.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if id.is_empty() || id.len() > Self::MAX || !id.bytes().all(allowed) {
            return Err(KeyIdError);
        }
        Ok(Self(id))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A text that is not the name of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyIdError;

impl fmt::Display for KeyIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the id of a key has 1 to {} characters of A-Z a-z 0-9 . _ -", KeyId::MAX)
    }
}

impl std::error::Error for KeyIdError {}
