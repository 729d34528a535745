//! From a key of the ring to the keys of one message.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::{COMMITMENT_LEN, Context, KEY_LEN, NONCE_LEN, PREFIX_LEN, SALT_LEN};

/// What C2SP chunked encryption calls itself and its AEAD; a zero byte ends it.
const ENCRYPTION: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// What keys that sign are derived under. Neither label begins with the other, so no text is in both uses.
const SIGNING: &[u8] = b"storage-rs/signing@v1\0";

/// Length of a SHA-512 digest, in bytes.
const HASH_LEN: usize = 64;
/// Length of what SHA-512 takes in at once, in bytes: the longest key that HMAC takes as it is.
const HASH_BLOCK_LEN: usize = 128;

/// The keys that one message is sealed with, and the prefix that it begins with.
///
/// Secret: they are wiped from memory when dropped, and not printed.
pub struct MessageKeys {
    key: [u8; KEY_LEN],
    base_nonce: [u8; NONCE_LEN],
    prefix: [u8; PREFIX_LEN],
}

impl MessageKeys {
    /// `HKDF-Expand` with SHA-512: 32 bytes of key, 12 of nonce, 32 of commitment.
    pub(super) fn derive(key: &[u8; KEY_LEN], salt: &[u8; SALT_LEN], context: &Context) -> Self {
        let mut derived = Zeroizing::new([0; KEY_LEN + NONCE_LEN + COMMITMENT_LEN]);
        expand(key, &[ENCRYPTION, salt, context.as_bytes()], derived.as_mut());
        let mut keys =
            Self { key: [0; KEY_LEN], base_nonce: [0; NONCE_LEN], prefix: [0; PREFIX_LEN] };
        let secret = keys.key.iter_mut().chain(&mut keys.base_nonce);
        let places = secret.chain(keys.prefix.iter_mut().skip(SALT_LEN));
        places.zip(derived.iter()).for_each(|(to, from)| *to = *from);
        keys.prefix.iter_mut().zip(salt).for_each(|(to, from)| *to = *from);
        keys
    }

    /// Keys that were derived elsewhere: for tests of engines, which want the same ones every time.
    #[doc(hidden)]
    #[must_use]
    pub fn fixed(
        key: [u8; KEY_LEN],
        base_nonce: [u8; NONCE_LEN],
        prefix: [u8; PREFIX_LEN],
    ) -> Self {
        Self { key, base_nonce, prefix }
    }

    /// The key of AES-256-GCM for every chunk of this message, and of no other.
    #[must_use]
    pub fn key(&self) -> &[u8; KEY_LEN] {
        &self.key
    }

    /// The nonce of chunk 0. That of another has the number of the chunk, big-endian, in its last
    /// bytes by exclusive or: [`nonce`](Self::nonce).
    #[must_use]
    pub fn base_nonce(&self) -> &[u8; NONCE_LEN] {
        &self.base_nonce
    }

    /// Salt and commitment: the first bytes of what is stored. Not secret.
    #[must_use]
    pub fn prefix(&self) -> &[u8; PREFIX_LEN] {
        &self.prefix
    }

    /// The nonce of a chunk.
    #[must_use]
    pub fn nonce(&self, chunk: u64) -> [u8; NONCE_LEN] {
        let mut nonce = self.base_nonce;
        for (byte, counter) in nonce.iter_mut().rev().zip(chunk.to_le_bytes()) {
            *byte ^= counter;
        }
        nonce
    }

    /// Whether a stored message begins with this prefix, decided in the same time wherever it differs.
    pub(super) fn are_of(&self, prefix: &[u8; PREFIX_LEN]) -> bool {
        self.prefix.ct_eq(prefix).into()
    }
}

impl Drop for MessageKeys {
    fn drop(&mut self) {
        self.key.zeroize();
        self.base_nonce.zeroize();
    }
}

impl fmt::Debug for MessageKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageKeys").finish_non_exhaustive()
    }
}

/// A key that signs: `HKDF-Expand` with SHA-512, cut to 32 bytes. That is the first half of one
/// HMAC-SHA-512 of the label above, of what the key is for, and of the byte 1.
pub(super) fn signing_key(key: &[u8; KEY_LEN], purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
    let mut derived = Zeroizing::new([0; KEY_LEN]);
    expand(key, &[SIGNING, purpose.as_bytes()], derived.as_mut());
    derived
}

/// `HKDF-Expand` (RFC 5869) with SHA-512, of at most 255 blocks. The crate `hkdf` refuses keys that are
/// shorter than the hash, and those of the format are.
pub fn expand<const N: usize>(key: &[u8; N], info: &[&[u8]], output: &mut [u8]) {
    const { assert!(N <= HASH_BLOCK_LEN) }
    let mut padded = [0; HASH_BLOCK_LEN]; // as HMAC pads, which then accepts it without a check
    padded.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let keyed = Hmac::<Sha512>::new(&padded.into());
    padded.zeroize();

    let mut block = Zeroizing::new([0; HASH_LEN]);
    for (part, counter) in output.chunks_mut(HASH_LEN).zip(1..=u8::MAX) {
        let mut mac = keyed.clone();
        if counter > 1 {
            mac.update(block.as_ref());
        }
        for text in info {
            mac.update(text);
        }
        mac.update(&[counter]);
        block.copy_from_slice(&mac.finalize().into_bytes());
        part.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(salt: u8) -> MessageKeys {
        let context = Context::body(crate::crypto::Resource::Bucket, "files", "a");
        MessageKeys::derive(&[1; KEY_LEN], &[salt; SALT_LEN], &context)
    }

    #[test]
    fn nonces_count_in_their_last_bytes() {
        let keys = keys(2);
        let difference = |chunk| {
            let nonce = keys.nonce(chunk);
            std::array::from_fn::<u8, NONCE_LEN, _>(|at| nonce[at] ^ keys.base_nonce()[at])
        };
        assert_eq!(difference(0), [0; 12]);
        assert_eq!(difference(0x0102), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        let last = crate::crypto::CHUNKS_MAX - 1;
        assert_eq!(difference(last), [0, 0, 0, 0, 0, 0, 0, 0x3f, 0xff, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn every_salt_gives_other_keys() {
        let (one, other) = (keys(1), keys(2));
        assert_ne!(one.key(), other.key());
        assert_ne!(one.base_nonce(), other.base_nonce());
        assert_ne!(one.prefix()[SALT_LEN..], other.prefix()[SALT_LEN..]);
        assert!(one.are_of(one.prefix()) && !one.are_of(other.prefix()));
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?}", keys(1)), "MessageKeys { .. }");
    }

    #[test]
    fn signing_keys_differ_by_purpose_and_from_their_origin() {
        let key = [1; KEY_LEN];
        let signing = |purpose| *signing_key(&key, purpose);
        assert_ne!(signing("a"), signing("b"));
        assert_ne!(signing(""), key);
    }
}
