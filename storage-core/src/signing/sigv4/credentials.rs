//! Who signs.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use super::date::Timestamp;
use super::error::CredentialsError;

/// Length of what SHA-256 takes in at once, in bytes.
const HASH_BLOCK_LEN: usize = 64;
/// Longest access key id, in characters, as AWS has it. Those of R2 have 32.
const ID_LEN_MAX: usize = 128;

/// The credentials of an R2 API token: the id of an access key, and its secret.
///
/// ASCII white space around them does not count: the line feed that `echo` adds is no part of a
/// secret. The secret itself is not kept, but what it makes of HMAC, which is wiped from memory when
/// dropped, and not printed.
///
/// # Examples
///
/// ```
/// use storage_core::signing::sigv4::Credentials;
///
/// let credentials = Credentials::new("0123456789abcdef", "a secret of R2\n");
/// assert!(credentials.is_err(), "there is white space within");
///
/// let credentials = Credentials::new("0123456789abcdef", "of-R2\n")?;
/// assert!(!format!("{credentials:?}").contains("of-R2"));
/// # Ok::<(), storage_core::signing::sigv4::CredentialsError>(())
/// ```
pub struct Credentials {
    access_key_id: String,
    /// HMAC-SHA-256 keyed with `AWS4` and the secret. On the heap, so that moving the credentials
    /// leaves no copy behind.
    keyed: Box<Hmac<Sha256>>,
    session_token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// Checks and takes over an access key.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] if one is empty, or has what no such text has.
    pub fn new(access_key_id: &str, secret_access_key: &str) -> Result<Self, CredentialsError> {
        let id = access_key_id.trim_ascii();
        let is_of_id = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if id.is_empty() || id.len() > ID_LEN_MAX || !id.bytes().all(is_of_id) {
            return Err(CredentialsError::AccessKeyId);
        }
        let secret = secret_access_key.trim_ascii();
        if !is_visible(secret) {
            return Err(CredentialsError::SecretAccessKey);
        }
        let mut key = Zeroizing::new(Vec::with_capacity(4 + secret.len()));
        key.extend_from_slice(b"AWS4");
        key.extend_from_slice(secret.as_bytes());
        Ok(Self { access_key_id: id.to_owned(), keyed: Box::new(keyed(&key)), session_token: None })
    }

    /// The session token that temporary credentials come with. Every URL holds it.
    ///
    /// # Errors
    ///
    /// [`CredentialsError::SessionToken`] if it is empty, or has what no such text has.
    pub fn session_token(mut self, token: &str) -> Result<Self, CredentialsError> {
        let token = token.trim_ascii();
        if !is_visible(token) {
            return Err(CredentialsError::SessionToken);
        }
        self.session_token = Some(Zeroizing::new(token.to_owned()));
        Ok(self)
    }

    /// The id of the access key. Not secret: every URL holds it.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.session_token.as_ref().map(|token| token.as_str())
    }

    /// HMAC-SHA-256 keyed for the signatures of a day, in a region.
    pub(super) fn of_day(&self, time: &Timestamp, region: &str) -> Hmac<Sha256> {
        let texts = [time.day(), region.as_bytes(), b"s3", b"aws4_request"];
        texts.into_iter().fold((*self.keyed).clone(), |mac, text| {
            let mut key = mac.chain_update(text).finalize().into_bytes();
            let next = keyed(&key);
            key.zeroize();
            next
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// HMAC with a key of any length. The crate has this as well, but as something that may fail.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; HASH_BLOCK_LEN]);
    if key.len() > HASH_BLOCK_LEN {
        let mut hash = Sha256::digest(key);
        block.iter_mut().zip(&hash).for_each(|(to, from)| *to = *from);
        hash.zeroize();
    } else {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let mut padded = (*block).into();
    let mac = Hmac::new(&padded);
    padded.zeroize();
    mac
}

#[cfg(test)]
mod tests {
    use hmac::digest::KeyInit as _;

    use super::*;

    #[test]
    fn keys_of_any_length_are_taken_as_hmac_takes_them() {
        for length in [0, 1, 32, 63, 64, 65, 68, 200] {
            let key = vec![7; length];
            let expected = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(b"text");
            let found = keyed(&key).chain_update(b"text");
            assert_eq!(found.finalize().into_bytes(), expected.finalize().into_bytes(), "{length}");
        }
    }

    #[test]
    fn what_holds_the_secret_is_wiped() {
        fn wipes(_: &impl zeroize::ZeroizeOnDrop) {}
        wipes(&Sha256::new()); // a keyed HMAC is two of them
        let credentials = Credentials::new("id", "secret").unwrap();
        assert_eq!(format!("{credentials:?}"), r#"Credentials { access_key_id: "id", .. }"#);
    }

    #[test]
    fn texts_that_are_none_are_refused() {
        let refused = |id: &str, secret: &str| Credentials::new(id, secret).unwrap_err();
        for id in ["", " \n", "a/b", "a b", "ä", &"a".repeat(129)] {
            assert_eq!(refused(id, "secret"), CredentialsError::AccessKeyId, "{id:?}");
        }
        for secret in ["", "\n", "a b", "a\nb", "ä", "\u{7f}"] {
            assert_eq!(refused("id", secret), CredentialsError::SecretAccessKey, "{secret:?}");
        }
        let credentials = Credentials::new(" id\r\n", "secret\n").unwrap();
        assert_eq!(credentials.access_key_id(), "id");
        let error = credentials.session_token(" ").unwrap_err();
        assert_eq!(error, CredentialsError::SessionToken);
    }
}
