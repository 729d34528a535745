//! What shows a Worker that somebody has its keys.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

use crate::crypto::{KeyRing, Resource};

/// How long a token is good for, in seconds.
pub const TOKEN_SECONDS: u64 = 300;

/// How far ahead of the Worker's clock that of the issuer may be, in seconds. One that is behind makes the
/// token's time shorter.
const SKEW_SECONDS: u64 = 60;

/// What somebody is told whose token is refused: nothing of why. Another refusal has other words.
pub const TOKEN_REFUSED: &str = "this request is not allowed";

/// What the key of the token is derived for.
const PURPOSE: &str = "rotation";
const VERSION: u8 = 2;
const EXPIRY_LEN: usize = size_of::<u64>();
const TAG_LEN: usize = 32;
/// Length of what SHA-256 takes in at once, in bytes.
const HASH_BLOCK_LEN: usize = 64;
const LEN: usize = 1 + EXPIRY_LEN + TAG_LEN;

/// A token for one request to rotate that bucket or KV namespace, good for [`TOKEN_SECONDS`].
///
/// `now` is in seconds since 1970. The name is the one in the declaration, with its namespace. The body is that
/// of the request, byte by byte: with another one the token is refused, so whoever sees it can ask for nothing
/// else. It does not say which host it is for, because a Worker does not know its own.
///
/// # Form
///
/// Base64 of the URL alphabet, without padding, of 41 bytes: the version (2), the time of expiry in seconds
/// since 1970 (8 bytes, big-endian) and a tag of 32 bytes. The tag is HMAC-SHA-256 of the version, the time,
/// the kind (1 bucket, 2 KV namespace), the SHA-256 of the body and the name, under the
/// [signing key](crate::crypto::Key::signing_key) of the primary key for the purpose `rotation`.
///
/// # Examples
///
/// ```
/// use storage_core::crypto::{KeyRing, Resource};
/// use storage_core::rotation::{issue_token, verify_token};
///
/// let ring = KeyRing::parse("2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")?;
/// let now = 1_795_000_000;
/// let token = issue_token(&ring, Resource::Bucket, "vault", b"{}", now);
/// assert!(verify_token(&ring, Resource::Bucket, "vault", b"{}", &token, now + 299).is_ok());
/// assert!(verify_token(&ring, Resource::Bucket, "vault", b"{}", &token, now + 300).is_err());
/// assert!(verify_token(&ring, Resource::Bucket, "vault", b"", &token, now).is_err());
/// assert!(verify_token(&ring, Resource::Kv, "vault", b"{}", &token, now).is_err());
/// # Ok::<(), storage_core::crypto::KeyRingError>(())
/// ```
#[must_use]
pub fn issue_token(
    ring: &KeyRing,
    resource: Resource,
    name: &str,
    body: &[u8],
    now: u64,
) -> String {
    let expiry = now.saturating_add(TOKEN_SECONDS).to_be_bytes();
    let tag = mac(ring, resource, name, body, expiry).finalize().into_bytes();
    let mut token = Vec::with_capacity(LEN);
    token.push(VERSION);
    token.extend_from_slice(&expiry);
    token.extend_from_slice(&tag);
    Base64UrlUnpadded::encode_string(&token)
}

/// Checks a token: that it was made with the primary key, for this resource and this body, and is neither
/// expired nor good for longer than a token is. The tag is compared in constant time.
///
/// # Errors
///
/// [`TokenRefused`], which does not say why.
pub fn verify_token(
    ring: &KeyRing,
    resource: Resource,
    name: &str,
    body: &[u8],
    token: &str,
    now: u64,
) -> Result<(), TokenRefused> {
    let mut bytes = [0; LEN];
    let decoded = Base64UrlUnpadded::decode(token, &mut bytes).map_err(|_| TokenRefused)?;
    let (version, rest) = decoded.split_first().ok_or(TokenRefused)?;
    let (expiry, tag) = rest.split_first_chunk::<EXPIRY_LEN>().ok_or(TokenRefused)?;
    mac(ring, resource, name, body, *expiry).verify_slice(tag).map_err(|_| TokenRefused)?;
    let expiry = u64::from_be_bytes(*expiry);
    let latest = now.saturating_add(TOKEN_SECONDS + SKEW_SECONDS);
    if *version == VERSION && now < expiry && expiry <= latest { Ok(()) } else { Err(TokenRefused) }
}

fn mac(
    ring: &KeyRing,
    resource: Resource,
    name: &str,
    body: &[u8],
    expiry: [u8; EXPIRY_LEN],
) -> Hmac<Sha256> {
    let key = ring.primary().signing_key(PURPOSE);
    // As HMAC pads, which then accepts it without a check.
    let mut padded = [0; HASH_BLOCK_LEN];
    padded.iter_mut().zip(key.iter()).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&padded.into());
    padded.zeroize();
    mac.update(&[VERSION]);
    mac.update(&expiry);
    mac.update(&[resource.code()]);
    mac.update(&Sha256::digest(body));
    // What has no fixed length is last, so no two requests give the same input.
    mac.update(name.as_bytes());
    mac
}

/// A token that is none, or is another's. It does not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRefused;

impl fmt::Display for TokenRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is not one for this rotation, or has expired")
    }
}

impl std::error::Error for TokenRefused {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_000_000;
    const BODY: &[u8] = br#"{"encrypt_plain":false}"#;

    fn ring(secret: &str) -> KeyRing {
        KeyRing::parse(secret).unwrap()
    }

    fn old() -> &'static str {
        "old:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    }

    fn new() -> &'static str {
        "new:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    }

    fn check(ring: &KeyRing, token: &str, now: u64) -> Result<(), TokenRefused> {
        verify_token(ring, Resource::Bucket, "vault", BODY, token, now)
    }

    /// Of version 2: the tag of version 1 did not have the body, so a token that somebody saw was good for
    /// other requests, such as one that encrypts what is plain.
    #[test]
    fn the_form_stays_as_it_is_documented() {
        let token = issue_token(&ring(old()), Resource::Bucket, "vault", BODY, NOW);
        assert_eq!(token.len(), 55);
        let bytes = Base64UrlUnpadded::decode_vec(&token).unwrap();
        let (head, tag) = bytes.split_at(9);
        assert_eq!(head, [&[2][..], &(NOW + 300).to_be_bytes()].concat());
        let key = ring(old()).primary().signing_key("rotation");
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_ref()).unwrap();
        mac.update(&[head, &[1], &Sha256::digest(BODY), b"vault"].concat());
        assert!(mac.verify_slice(tag).is_ok());
        assert_eq!(token, "AgAAAABq_YfsTtczC-hDaPSHFx2ZEAcrt810XmSeqLjLE3eC4mTzWbg");
    }

    #[test]
    fn only_the_primary_key_counts() {
        let token = issue_token(&ring(old()), Resource::Bucket, "vault", BODY, NOW);
        assert!(check(&ring(old()), &token, NOW).is_ok());
        assert!(check(&ring(&format!("{},{}", old(), new())), &token, NOW).is_ok());
        assert!(check(&ring(&format!("{},{}", new(), old())), &token, NOW).is_err());
        assert!(check(&ring(new()), &token, NOW).is_err());
    }

    #[test]
    fn a_token_is_good_for_its_time() {
        let token = issue_token(&ring(old()), Resource::Bucket, "vault", BODY, NOW);
        let check = |now| check(&ring(old()), &token, now).is_ok();
        assert!(check(NOW - 60) && check(NOW) && check(NOW + 299));
        assert!(!check(NOW - 61) && !check(NOW + 300) && !check(0) && !check(u64::MAX));
    }

    #[test]
    fn it_is_of_one_resource() {
        let token = issue_token(&ring(old()), Resource::Bucket, "vault", BODY, NOW);
        let check = |resource, name| verify_token(&ring(old()), resource, name, BODY, &token, NOW);
        assert!(check(Resource::Bucket, "vault").is_ok());
        assert!(check(Resource::Kv, "vault").is_err());
        assert!(check(Resource::Bucket, "vaults").is_err());
        assert!(check(Resource::Bucket, "").is_err());
    }

    #[test]
    fn it_is_of_one_body() {
        let token = issue_token(&ring(old()), Resource::Bucket, "vault", BODY, NOW);
        let check = |body| verify_token(&ring(old()), Resource::Bucket, "vault", body, &token, NOW);
        assert!(check(BODY).is_ok());
        for other in [&br#"{"encrypt_plain":true}"#[..], br#"{"encrypt_plain":false} "#, b"{}", b""]
        {
            assert_eq!(check(other), Err(TokenRefused));
        }
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let token = issue_token(&ring(old()), Resource::Bucket, "vault", BODY, NOW);
        let bytes = Base64UrlUnpadded::decode_vec(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = Base64UrlUnpadded::encode_string(&changed);
            assert_eq!(check(&ring(old()), &changed, NOW), Err(TokenRefused), "bit {bit}");
        }
        for wrong in [
            "",
            "x",
            "=",
            &token[1..],
            &token[..54],
            &format!("{token}A"),
            &token.replace('A', " "),
        ] {
            assert_eq!(check(&ring(old()), wrong, NOW), Err(TokenRefused), "{wrong}");
        }
    }
}
