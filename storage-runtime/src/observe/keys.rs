//! What is told of keys.

use std::sync::atomic::{AtomicU8, Ordering};

use sha2::{Digest, Sha256};

use crate::hex;

/// How many bytes of the digest are told: enough to tell billions of keys apart.
const HASH_BYTES: usize = 8;

/// What is told of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keys {
    /// Its hash, as `key_hash`: the first 16 hexadecimal digits of the SHA-256 of its UTF-8, the same in
    /// every Worker and on every day. `printf %s avatars/1.png | sha256sum | cut -c -16` finds the lines of
    /// a key. It is no secret: whoever can guess a key can tell whether it is the one.
    #[default]
    Hashed,
    /// Nothing: for keys that can be guessed and that nobody should tell, such as addresses of people.
    Hidden,
    /// The key itself, as `key`.
    Shown,
}

static KEYS: AtomicU8 = AtomicU8::new(HASHED);

const HASHED: u8 = 0;
const HIDDEN: u8 = 1;
const SHOWN: u8 = 2;

/// Says what is told of keys from now on, for all of this Worker, or this process: of operations, and of what can't
/// be read, whose errors name the key in the log.
///
/// # Examples
///
/// ```
/// use storage::observe::{Keys, set_keys};
///
/// set_keys(Keys::Shown); // while looking for a fault, with data of tests
/// ```
pub fn set_keys(keys: Keys) {
    let keys = match keys {
        Keys::Hashed => HASHED,
        Keys::Hidden => HIDDEN,
        Keys::Shown => SHOWN,
    };
    KEYS.store(keys, Ordering::Relaxed);
}

/// What errors say in the log of the key of something that can't be read.
pub(crate) fn in_the_log(key: &str) -> Option<String> {
    match ToldKey::of(key) {
        ToldKey::Hash(hash) => Some(format!("the hash of the key is {hash}")),
        ToldKey::Itself(key) => Some(format!("the key is {key:?}")),
        ToldKey::Nothing => None,
    }
}

/// A key, as far as it is told.
pub(super) enum ToldKey {
    Hash(String),
    Itself(String),
    Nothing,
}

impl ToldKey {
    pub(super) fn of(key: &str) -> Self {
        match KEYS.load(Ordering::Relaxed) {
            SHOWN => Self::Itself(key.to_owned()),
            HIDDEN => Self::Nothing,
            _ => {
                let digest = Sha256::digest(key);
                Self::Hash(hex::encode(digest.get(..HASH_BYTES).unwrap_or_default()))
            }
        }
    }

    pub(super) fn hash(&self) -> Option<&str> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::Itself(_) | Self::Nothing => None,
        }
    }

    pub(super) fn itself(&self) -> Option<&str> {
        match self {
            Self::Itself(key) => Some(key),
            Self::Hash(_) | Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_what_sha256sum_says() {
        assert_eq!(ToldKey::of("avatars/1.png").hash(), Some("246e2d8cd851878e"));
    }
}
