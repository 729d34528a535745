//! Keys that signatures are verified with (RFC 7517).

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;
use storage_core::crypto::Zeroizing;

use crate::rest::body::Object;

/// What RFC 7518, section 3.3, takes at least.
const RSA_BITS_MIN: usize = 2048;

/// A key, with its numbers as bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Ed25519 { x: Vec<u8> },
    Hmac(Zeroizing<Vec<u8>>),
    P256 { x: Vec<u8>, y: Vec<u8> },
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// A key of a set, with its name there.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) id: Option<String>,
    pub(super) key: Key,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Object<Jwk>>,
}

#[derive(Deserialize)]
struct Jwk {
    #[serde(default)]
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Key {
    /// What tokens call the algorithm.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519 { .. } => "EdDSA",
            Self::Hmac(_) => "HS256",
            Self::P256 { .. } => "ES256",
            Self::Rsa { .. } => "RS256",
        }
    }
}

/// The keys of a set that can be used here: of public ones, and for signatures. Others are none of ours.
pub(super) fn set(json: &[u8]) -> Option<Vec<Named>> {
    let Object(Set { keys }) = serde_json::from_slice(json).ok()?;
    Some(keys.into_iter().filter_map(|Object(key)| key.named()).collect())
}

impl Jwk {
    fn named(self) -> Option<Named> {
        if self.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let key = match (&*self.kty, self.crv.as_deref()) {
            ("EC", Some("P-256")) => Key::P256 { x: sized(self.x, 32)?, y: sized(self.y, 32)? },
            ("OKP", Some("Ed25519")) => Key::Ed25519 { x: sized(self.x, 32)? },
            ("RSA", _) => {
                let (n, e) = (decode(self.n)?, decode(self.e)?);
                let leading = n.first()?.leading_zeros() as usize;
                if n.len() * 8 - leading < RSA_BITS_MIN {
                    return None;
                }
                Key::Rsa { n, e }
            }
            _ => return None,
        };
        let is_its = self.alg.is_none_or(|alg| alg == key.algorithm() || alg == "Ed25519");
        is_its.then_some(Named { id: self.kid, key })
    }
}

fn decode(text: Option<String>) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(&text?).ok()
}

fn sized(text: Option<String>, bytes: usize) -> Option<Vec<u8>> {
    decode(text).filter(|decoded| decoded.len() == bytes)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_objects() {
        let x = Base64UrlUnpadded::encode_string(&[7; 32]);
        let fine = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}]}}"#);
        assert_eq!(set(fine.as_bytes()).unwrap().len(), 1);
        for lists in [
            format!(r#"[[{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}]]"#),
            format!(r#"{{"keys":[["OKP",null,null,null,"Ed25519",null,null,"{x}",null]]}}"#),
        ] {
            assert!(set(lists.as_bytes()).is_none(), "{lists}");
        }
    }
}
