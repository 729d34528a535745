//! Why a secret is no key ring. Nothing here ever holds what follows the colon of an entry.

use std::fmt;

use super::{KEY_LEN, KeyId, KeyIdError};

/// An entry of the secret that breaks a rule. It says which one, but nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRingError {
    pub(super) position: usize,
    pub(super) id: Option<KeyId>,
    pub(super) rule: KeyRingRule,
}

/// A rule of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRingRule {
    /// Between two entries is one comma, and after the last none.
    EmptyEntry,
    /// The key is in the standard form of base64.
    Encoding,
    /// The id has 1 to 32 characters of those that are allowed.
    Id,
    /// The key has 32 bytes.
    Length {
        /// The bytes that it has.
        bytes: usize,
    },
    /// Between the id and its key is a colon.
    NoColon,
    /// There is at least one key.
    NoKeys,
    /// No two entries have the same id.
    SameId {
        /// The position of the entry that has it as well.
        earlier: usize,
    },
    /// No two entries have the same key.
    SameKey {
        /// The position of the entry that has it as well.
        earlier: usize,
    },
}

impl KeyRingError {
    /// Which entry it is, from 1.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The id of the entry, if all of the entry has the right form: of another, what stands before the
    /// colon may have been a part of the key.
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    /// The rule that is broken.
    #[must_use]
    pub fn rule(&self) -> KeyRingRule {
        self.rule
    }
}

impl fmt::Display for KeyRingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rule != KeyRingRule::NoKeys {
            write!(f, "entry {} of the keys", self.position)?;
            if let Some(id) = &self.id {
                write!(f, ", `{id}`")?;
            }
            f.write_str(": ")?;
        }
        match self.rule {
            KeyRingRule::EmptyEntry => {
                f.write_str("it is empty\nhelp: one comma between two entries, and none at the end")
            }
            KeyRingRule::Encoding => write!(
                f,
                "the key is not base64 of {KEY_LEN} bytes: 44 characters of A-Z a-z 0-9 + /, the \
                 last of them `=`\n\
                 help: `cargo storage keygen` prints a new entry: its id, a colon and its key"
            ),
            KeyRingRule::Id => write!(f, "{KeyIdError}\nhelp: `2026-11:<key>`, as `cargo storage keygen` prints it"),
            KeyRingRule::Length { bytes } => write!(
                f,
                "the key has {bytes} bytes, it needs {KEY_LEN}\n\
                 help: `cargo storage keygen` prints a new entry: its id, a colon and its key"
            ),
            KeyRingRule::NoColon => f.write_str(
                "no colon between the id and its key\nhelp: `2026-11:<key>`, as `cargo storage keygen` prints it",
            ),
            KeyRingRule::NoKeys => f.write_str(
                "there are no keys\nhelp: one is `2026-11:<key>`, as `cargo storage keygen` prints it",
            ),
            KeyRingRule::SameId { earlier } => write!(
                f,
                "entry {earlier} has the same id\nhelp: a new key takes a new id; keep both keys, \
                 the one that is to be used from now on first"
            ),
            KeyRingRule::SameKey { earlier } => {
                write!(f, "entry {earlier} has the same key\nhelp: remove one of them")
            }
        }
    }
}

impl std::error::Error for KeyRingError {}
