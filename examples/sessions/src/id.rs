//! What proves a session: an id that nobody can guess, of which only the hash is kept.

use std::fmt;

use sha2::{Digest, Sha256};

/// How many random bytes an id has: 256 bits.
const BYTES: usize = 32;

/// The id of a session, as its cookie has it: 64 hexadecimal digits. It is not kept and has no `Debug`.
pub(crate) struct SessionId(String);

/// The SHA-256 of an id, in hexadecimal digits: what is kept, and what lists call the session. An id has
/// 256 random bits, so nobody finds one to a hash, and no slow hash is needed as for passwords.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionHash(String);

impl SessionId {
    /// A new one.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex(&bytes)))
    }

    /// One that somebody sent, if it has the form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_hex(text).then(|| Self(text.to_owned()))
    }

    /// For the cookie, and nothing else.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> SessionHash {
        SessionHash(hex(&Sha256::digest(&self.0)))
    }
}

impl SessionHash {
    /// One that somebody sent, if it has the form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_hex(text).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for SessionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_hex(text: &str) -> bool {
    text.len() == BYTES * 2 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
