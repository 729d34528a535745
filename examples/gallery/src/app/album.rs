//! Albums: who may use which.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sha2::{Digest as _, Sha256};

use super::refusal::Refusal;

/// How long the secret of an album is: 32 bytes, as base64url.
const SECRET_LENGTH: usize = 43;
/// How long the name of an album is: 16 bytes, in hexadecimal digits.
const NAME_LENGTH: usize = 32;

/// An album, as it is named in keys: by a hash of its secret.
///
/// Whoever has the secret has the album, and the browser that made it keeps it. Links tell the keys of
/// objects to those they are given to, and a hash tells nobody the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Album(String);

impl Album {
    fn of_secret(secret: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"gallery album\0");
        hash.update(secret);
        let mut name = String::with_capacity(NAME_LENGTH);
        for byte in hash.finalize().iter().take(NAME_LENGTH / 2) {
            let _ = write!(name, "{byte:02x}"); // a `String` takes everything
        }
        Self(name)
    }
}

impl<S: Sync> FromRequestParts<S> for Album {
    type Rejection = Refusal;

    /// The album whose secret the request has, `Authorization: Bearer {43 letters of base64url}`. It is
    /// never in a URL, and no other page can make a browser send it.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let header = parts.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        let secret = header.and_then(|header| header.strip_prefix(b"Bearer "));
        let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        match secret {
            Some(secret) if secret.len() == SECRET_LENGTH && secret.iter().all(is_base64url) => {
                Ok(Self::of_secret(secret))
            }
            _ => Err(Refusal::NoAlbum),
        }
    }
}

impl fmt::Display for Album {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// For keys that are read back.
impl FromStr for Album {
    type Err = fmt::Error;

    fn from_str(name: &str) -> Result<Self, fmt::Error> {
        let is_name = name.len() == NAME_LENGTH && name.bytes().all(is_hexadecimal);
        if is_name { Ok(Self(name.to_owned())) } else { Err(fmt::Error) }
    }
}

/// A digit as `{:x}` writes it.
pub(super) fn is_hexadecimal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
