//! The token of a link that a Worker answers.
//!
//! A link is `{origin}/.storage/{token}`, and all that it allows is in the token: the one object, by
//! its exact key, and whether it is read or written. So there is no path to take apart, and nothing
//! beside the token that could be changed. Written out byte by byte it is in `docs/signed-urls.md`.
//!
//! # Examples
//!
//! ```
//! use storage_core::crypto::KeyRing;
//! use storage_core::signing::token::{Access, Grant, TokenError, TokenKeys};
//!
//! let ring = KeyRing::parse("2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")?;
//! let keys = TokenKeys::of(&ring);
//!
//! let access = Access::Read { content_type: None, content_disposition: None };
//! let grant = Grant::new("user-assets", "avatars/1.png", access, 1_700_000_000, 3600);
//! let token = keys.sign(&grant)?;
//!
//! assert_eq!(keys.open(&token, 1_700_000_100), Ok(grant));
//! assert_eq!(keys.open(&token, 1_700_003_600), Err(TokenError::Expired));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod grant;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::crypto::{KEY_LEN, KeyId, KeyRing};

pub use error::{GrantError, TokenError};
pub use grant::{Access, Grant, Size, Tracking};

/// What the keys of tokens are derived for: [`Key::signing_key`](crate::crypto::Key::signing_key).
pub const PURPOSE: &str = "signed-urls";

/// The path that links begin with, and the prefix of the keys that a bucket with links reserves.
pub const RESERVED: &str = ".storage/";

/// Longest time that a link is good for, in seconds: a week.
pub const LIFETIME_MAX: u32 = 604_800;

/// How far ahead the clock of whoever signs may be, in seconds: a token that was issued later than
/// that is refused. The end of a link is exact, by the clock of whoever answers it.
pub const SKEW: u64 = 60;

/// Most uses of a link whose uses are counted.
pub const USES_MAX: u16 = 1000;

/// Longest content type, in bytes.
pub const CONTENT_TYPE_MAX: usize = 255;

/// Longest content disposition, in bytes.
pub const DISPOSITION_MAX: usize = 1024;

/// Longest token, in characters: more is refused unread.
pub const TOKEN_MAX: usize = 4096;

/// Length of the authentication code that a token ends with, in bytes.
const MAC_LEN: usize = 32;
/// How much SHA-256 takes in at once, in bytes: the longest key that HMAC takes as it is.
const HASH_BLOCK_LEN: usize = 64;

/// The keys that tokens are signed with, derived from a ring: that of the primary key signs, and that
/// of every key is good.
pub struct TokenKeys {
    primary: TokenKey,
    others: Vec<TokenKey>,
}

struct TokenKey {
    id: KeyId,
    key: Zeroizing<[u8; KEY_LEN]>,
}

impl TokenKeys {
    /// Derives them.
    #[must_use]
    pub fn of(ring: &KeyRing) -> Self {
        let derive = |key: &crate::crypto::Key| TokenKey {
            id: key.id().clone(),
            key: key.signing_key(PURPOSE),
        };
        Self { primary: derive(ring.primary()), others: ring.iter().skip(1).map(derive).collect() }
    }

    /// The token of what is granted.
    ///
    /// # Errors
    ///
    /// [`GrantError`] if a part of it breaks its rule.
    pub fn sign(&self, grant: &Grant) -> Result<String, GrantError> {
        let mut bytes = write::write(grant, &self.primary.id)?;
        let mac = self.primary.mac(&bytes).finalize().into_bytes();
        bytes.extend(mac);
        Ok(Base64UrlUnpadded::encode_string(&bytes))
    }

    /// What a token grants at this time, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`TokenError`].
    pub fn open(&self, token: &str, now: u64) -> Result<Grant, TokenError> {
        let grant = self.open_at_any_time(token)?;
        grant.check_time(now)?;
        Ok(grant)
    }

    /// What a token grants, or has granted.
    ///
    /// # Errors
    ///
    /// [`TokenError::Invalid`].
    pub fn open_at_any_time(&self, token: &str) -> Result<Grant, TokenError> {
        if token.len() > TOKEN_MAX {
            return Err(TokenError::Invalid);
        }
        let bytes = Base64UrlUnpadded::decode_vec(token).map_err(|_| TokenError::Invalid)?;
        let (signed, mac) = bytes.split_last_chunk::<MAC_LEN>().ok_or(TokenError::Invalid)?;
        let id = read::key_id(signed).ok_or(TokenError::Invalid)?;
        let mut keys = std::iter::once(&self.primary).chain(&self.others);
        let key = keys.find(|key| key.id.as_str() == id).ok_or(TokenError::Invalid)?;
        // In the same time wherever they differ.
        key.mac(signed).verify_slice(mac).map_err(|_| TokenError::Invalid)?;
        read::grant(signed).ok_or(TokenError::Invalid)
    }
}

/// The bytes that are signed, read: the id of the key and the grant, if they are those of one. For tests,
/// which want to get behind the signature.
#[doc(hidden)]
#[must_use]
pub fn read_signed(bytes: &[u8]) -> Option<(KeyId, Grant)> {
    Some((KeyId::new(read::key_id(bytes)?).ok()?, read::grant(bytes)?))
}

/// The bytes that are signed. For tests.
///
/// # Errors
///
/// [`GrantError`].
#[doc(hidden)]
pub fn write_signed(grant: &Grant, key_id: &KeyId) -> Result<Vec<u8>, GrantError> {
    write::write(grant, key_id)
}

impl TokenKey {
    fn mac(&self, signed: &[u8]) -> Hmac<Sha256> {
        let mut padded = [0; HASH_BLOCK_LEN]; // as HMAC pads, which then accepts it without a check
        padded.iter_mut().zip(self.key.iter()).for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha256>::new(&padded.into());
        padded.zeroize();
        mac.update(signed);
        mac
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> =
            std::iter::once(&self.primary).chain(&self.others).map(|k| &k.id).collect();
        f.debug_tuple("TokenKeys").field(&ids).finish()
    }
}
