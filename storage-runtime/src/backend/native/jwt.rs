//! Signatures of tokens, and the keys of their issuers, natively.

use std::time::Duration;

use ring::hmac;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use storage_core::ErrorKind;

use crate::error::{Error, Result};
use crate::rest::Key;

/// How long an issuer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Whether the key made the signature. Asynchronous because the one on Workers is.
pub(crate) async fn verify(key: &Key, message: &[u8], signature: &[u8]) -> Result<bool> {
    let verified = match key {
        Key::Ed25519 { x } => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        Key::Hmac(secret) => {
            hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), message, signature)
        }
        Key::P256 { x, y } => {
            let point = [&[4], x.as_slice(), y].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        }
        Key::Rsa { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        }
    };
    Ok(verified.is_ok())
}

/// What is at a URL, if it is no longer than `max` bytes. Redirects are not followed.
pub(crate) async fn fetch(url: &str, max: usize) -> Result<Vec<u8>> {
    let url = url.to_owned();
    let fetched = blocking::unblock(move || {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(true)
            .build();
        let response = ureq::Agent::from(config).get(&url).call()?;
        response.into_body().into_with_config().limit(max as u64).read_to_vec()
    });
    fetched.await.map_err(|error: ureq::Error| {
        let message = "the keys that tokens are signed with can't be had";
        Error::new(ErrorKind::Unavailable, message).with_source(error)
    })
}
