//! The keys, as one secret holds them.

mod error;
mod id;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use base64ct::{Base64, Encoding as _};
use zeroize::{Zeroize as _, Zeroizing};

use super::derive::signing_key;
use super::{Context, KEY_LEN, MessageKeys, PREFIX_LEN, SALT_LEN};

pub use error::{KeyRingError, KeyRingRule};
pub use id::{KeyId, KeyIdError};

/// The keys of a resource: the primary one seals, and every one opens.
///
/// # The secret
///
/// `id:key`, or several with commas between them, the primary first:
///
/// ```text
/// 2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,2025-03:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
/// ```
///
/// * An id has 1 to 32 bytes of `A-Z a-z 0-9 . _ -`. It is not secret.
/// * A key is 32 random bytes in base64 of the standard alphabet with its padding: 44 characters. Other
///   forms are refused, so that a key has one. `cargo storage keygen` prints a new entry.
/// * No two have the same id, and no two the same key.
/// * ASCII white space around the text and around each entry does not count: the line feed that
///   `echo` adds is no part of the key, and entries may stand on lines of their own. Within an
///   entry it is refused.
///
/// Keys are wiped from memory when dropped, and never printed: neither by `Debug` nor in an error.
///
/// # Examples
///
/// ```
/// use storage_core::crypto::KeyRing;
///
/// let ring = KeyRing::parse("2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n")?;
/// assert_eq!(ring.primary().id().as_str(), "2026-11");
/// assert_eq!(format!("{ring:?}"), r#"KeyRing(["2026-11"])"#);
///
/// let error = KeyRing::parse("2026-11:c2hvcnQ=").unwrap_err();
/// assert!(error.to_string().starts_with("entry 1 of the keys: the key has 5 bytes, it needs 32"));
/// # Ok::<(), storage_core::crypto::KeyRingError>(())
/// ```
pub struct KeyRing {
    primary: Key,
    others: Vec<Key>,
}

impl KeyRing {
    /// Reads the secret.
    ///
    /// # Errors
    ///
    /// [`KeyRingError`] says which entry breaks which rule.
    pub fn parse(secret: &str) -> Result<Self, KeyRingError> {
        parse::parse(secret)
    }

    /// A ring of one key that everybody can know, `none`: for storage that nobody but this process
    /// sees anyway.
    #[must_use]
    pub fn unprotected() -> Self {
        Self {
            primary: Key { id: KeyId::none(), material: Box::new([0; KEY_LEN]) },
            others: Vec::new(),
        }
    }

    /// The entry of a new key, for the secret. The bytes have to come from a cryptographic random
    /// generator, and be used for nothing else.
    #[must_use]
    pub fn generate_entry(id: &KeyId, random: &[u8; KEY_LEN]) -> Zeroizing<String> {
        let key = Zeroizing::new(Base64::encode_string(random));
        let mut entry = Zeroizing::new(String::with_capacity(id.as_str().len() + 1 + key.len()));
        entry.push_str(id.as_str());
        entry.push(':');
        entry.push_str(&key);
        entry
    }

    /// The key that seals.
    #[must_use]
    pub fn primary(&self) -> &Key {
        &self.primary
    }

    /// The key of an id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Key> {
        self.iter().find(|key| key.id.as_str() == id)
    }

    /// All keys, the primary first.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.into_iter()
    }

    /// Finds the key that a message was sealed with, by the commitment in its prefix, and derives the
    /// keys of the message. `None` if it was sealed with no key of this ring, or for another context.
    ///
    /// The hint is the id of the key that is tried first: right, it spares the work for the others;
    /// wrong, it changes nothing.
    #[must_use]
    pub fn open(
        &self,
        prefix: &[u8; PREFIX_LEN],
        context: &Context,
        hint: Option<&str>,
    ) -> Option<(&KeyId, MessageKeys)> {
        let is_hinted = |key: &&Key| hint == Some(key.id.as_str());
        let hinted = self.iter().filter(is_hinted);
        let others = self.iter().filter(|key| !is_hinted(key));
        hinted.chain(others).find_map(|key| Some((key.id(), key.open(prefix, context)?)))
    }
}

impl<'a> IntoIterator for &'a KeyRing {
    type Item = &'a Key;
    type IntoIter = std::iter::Chain<std::iter::Once<&'a Key>, std::slice::Iter<'a, Key>>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(&self.primary).chain(&self.others)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.iter().map(Key::id).collect();
        f.debug_tuple("KeyRing").field(&ids).finish()
    }
}

/// One key of a [`KeyRing`].
pub struct Key {
    id: KeyId,
    /// On the heap, so that moving the key leaves no copy behind.
    material: Box<[u8; KEY_LEN]>,
}

impl Key {
    /// The name of the key. It is not secret: it may be noted beside what the key has sealed.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The keys of a new message. The salt has to be random, and never again the same for this key.
    #[must_use]
    pub fn message_keys(&self, salt: &[u8; SALT_LEN], context: &Context) -> MessageKeys {
        MessageKeys::derive(&self.material, salt, context)
    }

    /// A key that signs, derived under a label of its own: it tells nothing of this key, nor of the
    /// keys of messages, nor of those for another purpose.
    ///
    /// It is `HKDF-Expand` with SHA-512 of 32 bytes, and its `info` is `storage-rs/signing@v1`, a zero
    /// byte and the purpose.
    #[must_use]
    pub fn signing_key(&self, purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
        signing_key(&self.material, purpose)
    }

    /// A key without a ring, for vectors of others.
    #[cfg(test)]
    pub(in crate::crypto) fn raw(material: [u8; KEY_LEN]) -> Self {
        Self { id: KeyId::new("test").unwrap(), material: Box::new(material) }
    }

    /// The keys of a stored message, if it was sealed with this key for this context.
    #[must_use]
    pub fn open(&self, prefix: &[u8; PREFIX_LEN], context: &Context) -> Option<MessageKeys> {
        let salt = prefix.first_chunk()?;
        let keys = self.message_keys(salt, context);
        keys.are_of(prefix).then_some(keys)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.material.zeroize();
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}
