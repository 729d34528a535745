//! A token in its three parts (RFC 7515, section 7.1).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::rest::body::Object;

/// Longer than any token that fits in a header.
const BYTES_MAX: usize = 16 * 1024;

/// A token, of which nothing is verified.
#[derive(Debug)]
pub(in super::super) struct Token {
    pub(super) algorithm: String,
    pub(super) key_id: Option<String>,
    /// Whether it has to be understood in a way that nobody here does.
    pub(super) is_critical: bool,
    /// JSON.
    pub(super) claims: Vec<u8>,
    /// What the signature is of.
    pub(super) signed: String,
    pub(super) signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What must be understood: nothing of that is.
    crit: Option<IgnoredAny>,
}

impl Token {
    pub(in super::super) fn parse(text: &str) -> Option<Self> {
        if text.len() > BYTES_MAX {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).ok();
        let Object(Header { alg, kid, crit }) = serde_json::from_slice(&decode(header)?).ok()?;
        Some(Self {
            algorithm: alg,
            key_id: kid,
            is_critical: crit.is_some(),
            claims: decode(claims)?,
            signed: signed.to_owned(),
            signature: decode(signature)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_an_object() {
        let parse = |header: &str| {
            let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
            Token::parse(&format!("{}.{}.{}", encode(header), encode("{}"), encode("signature")))
        };
        assert_eq!(parse(r#"{"alg":"HS256"}"#).unwrap().algorithm, "HS256");
        assert!(parse(r#"["HS256",null,null]"#).is_none());
    }
}
