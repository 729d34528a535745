//! Signatures of tokens, and the keys of their issuers, by the platform: WebCrypto, and no code in the
//! artifact.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use js_sys::{Array, JSON, Uint8Array};
use storage_core::ErrorKind;
use wasm_bindgen::JsValue;
use worker::send::SendFuture;
use worker::{Fetch, Method, Request, RequestInit, RequestRedirect};

use super::promise::settle;
use super::sys;
use crate::error::{Error, Result};
use crate::rest::Key;

/// Whether the key made the signature. What the platform does not take for a key made none.
pub(crate) async fn verify(key: &Key, message: &[u8], signature: &[u8]) -> Result<bool> {
    let verified = SendFuture::new(async move {
        let (algorithm, format, data) = import(key)?;
        let usages = Array::of1(&"verify".into());
        let key = settle(sys::import_key(format, &data, &algorithm, false, &usages)).await?;
        let (signature, message) = (Uint8Array::from(signature), Uint8Array::from(message));
        settle(sys::verify(&algorithm, &key, &signature, &message)).await
    });
    Ok(verified.await.is_ok_and(|verified: JsValue| verified == JsValue::TRUE))
}

/// The algorithm, the format of the key, and the key.
fn import(key: &Key) -> Result<(JsValue, &'static str, JsValue), JsValue> {
    let encode = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
    let (algorithm, jwk) = match key {
        Key::Hmac(secret) => {
            let algorithm = JSON::parse(r#"{"name":"HMAC","hash":"SHA-256"}"#)?;
            return Ok((algorithm, "raw", Uint8Array::from(secret.as_slice()).into()));
        }
        Key::Ed25519 { x } => (
            r#"{"name":"Ed25519"}"#,
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, encode(x)),
        ),
        Key::P256 { x, y } => (
            r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#,
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#, encode(x), encode(y)),
        ),
        Key::Rsa { n, e } => (
            r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#,
            format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, encode(n), encode(e)),
        ),
    };
    Ok((JSON::parse(algorithm)?, "jwk", JSON::parse(&jwk)?))
}

/// What is at a URL, if it is no longer than `max` bytes. Redirects are not followed.
pub(crate) async fn fetch(url: &str, max: usize) -> Result<Vec<u8>> {
    let fetched = SendFuture::new(async move {
        let mut init = RequestInit::new();
        init.with_method(Method::Get).with_redirect(RequestRedirect::Manual);
        let mut response = Fetch::Request(Request::new_with_init(url, &init)?).send().await?;
        let status = response.status_code();
        if status != 200 {
            return Err(worker::Error::RustError(format!("status {status}")));
        }
        response.bytes().await
    });
    let unavailable = |detail: String| {
        let message = "the keys that tokens are signed with can't be had";
        Error::new(ErrorKind::Unavailable, message).with_detail(detail)
    };
    let bytes = fetched.await.map_err(|error| unavailable(error.to_string()))?;
    if bytes.len() > max {
        return Err(unavailable(format!("{} bytes are too many", bytes.len())));
    }
    Ok(bytes)
}
