//! What is computed in this Worker, for vectors of others: `POST /vectors/<what>`, and the inputs in the
//! body, each after its length in four bytes.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha512};
use storage::backend::engine;
use storage_core::crypto::{
    Context, KEY_LEN, KeyId, KeyRing, MessageKeys, NONCE_LEN, PREFIX_LEN, SALT_LEN, Window, expand,
    plain_len,
};
use worker::{Request, Response, Result};

use crate::cipher::{failed, read, shaped};

/// What no engine is asked to open: of no length that a message has, or of no key.
const REFUSED: &str = "refused";

/// Length of what `HKDF-Extract` gives with SHA-512.
const EXTRACTED_LEN: usize = 64;

/// Answers `/vectors/<path>`.
pub(crate) async fn answer(path: &str, mut request: Request) -> Result<Response> {
    let body = Bytes::from(request.bytes().await?);
    let parts: Vec<_> = path.split('/').collect();
    let fields = fields(body).unwrap_or_default();
    let answer = match (parts.as_slice(), fields.as_slice()) {
        (["chunked", "open", shape], [key, context, stored]) => {
            open(shape, key, context, stored).await
        }
        (["chunked", "seal", shape], [key, context, salt, plain]) => {
            seal(shape, key, context, salt, plain).await
        }
        (["aes-gcm", "open", shape], [key, nonce, sealed]) => {
            open_chunk(shape, key, nonce, sealed).await
        }
        (["aes-gcm", "seal", shape], [key, nonce, plain]) => {
            seal_chunk(shape, key, nonce, plain).await
        }
        (["hmac-sha256"], [key, message]) => sha256(key, message).map(Response::from_bytes),
        (["hmac-sha512"], [key, message]) => {
            sha512(key, message).map(|tag| Response::from_bytes(tag.to_vec()))
        }
        (["hkdf-sha512"], [salt, material, info, len]) => {
            derived(salt, material, info, len).map(Response::from_bytes)
        }
        _ => None,
    };
    answer.unwrap_or_else(|| Response::error("no such inputs", 400))
}

/// A stored message, by the ring of its key.
async fn open(shape: &str, key: &[u8], context: &[u8], stored: &Bytes) -> Option<Result<Response>> {
    let (ring, context) = (ring(key)?, Context::raw(context));
    let len = stored.len() as u64;
    let Some(plain_len) = plain_len(len) else {
        return Some(Response::error(REFUSED, 422));
    };
    let (prefix, sealed) = match engine::split(shaped(shape, stored, len)).await {
        Ok(split) => split,
        Err(error) => return Some(failed(error, 0)),
    };
    let Some((_, keys)) = ring.open(&prefix, &context, None) else {
        return Some(Response::error(REFUSED, 422));
    };
    let window = Window::of(0..plain_len, plain_len)?;
    Some(read(Ok(engine::open(keys, &window, sealed))).await)
}

async fn seal(
    shape: &str,
    key: &[u8],
    context: &[u8],
    salt: &[u8],
    plain: &Bytes,
) -> Option<Result<Response>> {
    let salt = <&[u8; SALT_LEN]>::try_from(salt).ok()?;
    let keys = ring(key)?.primary().message_keys(salt, &Context::raw(context));
    let sealed = engine::seal(keys, shaped(shape, plain, plain.len() as u64)).await;
    Some(read(sealed).await)
}

/// A message of one chunk, without its prefix.
async fn open_chunk(
    shape: &str,
    key: &[u8],
    nonce: &[u8],
    sealed: &Bytes,
) -> Option<Result<Response>> {
    let len = sealed.len() as u64;
    let plain_len = plain_len(len + PREFIX_LEN as u64)?;
    let window = Window::of(0..plain_len, plain_len)?;
    let payload = shaped(shape, sealed, len);
    Some(read(Ok(engine::open(message_keys(key, nonce)?, &window, payload))).await)
}

async fn seal_chunk(
    shape: &str,
    key: &[u8],
    nonce: &[u8],
    plain: &Bytes,
) -> Option<Result<Response>> {
    let payload = shaped(shape, plain, plain.len() as u64);
    Some(read(engine::seal(message_keys(key, nonce)?, payload).await).await)
}

fn sha256(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().to_vec())
}

fn sha512(key: &[u8], message: &[u8]) -> Option<[u8; EXTRACTED_LEN]> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().into())
}

/// The format has no extraction: that is done here.
fn derived(salt: &[u8], material: &[u8], info: &[u8], len: &[u8]) -> Option<Vec<u8>> {
    let len = usize::try_from(u32::from_be_bytes(len.try_into().ok()?)).ok()?;
    let mut derived = vec![0; len];
    expand(&sha512(salt, material)?, &[info], &mut derived);
    Some(derived)
}

fn ring(key: &[u8]) -> Option<KeyRing> {
    let key = <&[u8; KEY_LEN]>::try_from(key).ok()?;
    KeyRing::parse(&KeyRing::generate_entry(&KeyId::new("test").ok()?, key)).ok()
}

fn message_keys(key: &[u8], nonce: &[u8]) -> Option<MessageKeys> {
    let nonce = <[u8; NONCE_LEN]>::try_from(nonce).ok()?;
    Some(MessageKeys::fixed(key.try_into().ok()?, nonce, [0; PREFIX_LEN]))
}

fn fields(mut body: Bytes) -> Option<Vec<Bytes>> {
    let mut fields = Vec::new();
    while !body.is_empty() {
        let len = u32::from_be_bytes(*body.first_chunk()?);
        let end = 4_usize.checked_add(usize::try_from(len).ok()?)?;
        if end > body.len() {
            return None;
        }
        fields.push(body.split_to(end).slice(4..));
    }
    Some(fields)
}
