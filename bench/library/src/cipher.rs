//! Encryption, by the engine of the library.

use bench_task::{AES_KEY, BASE_NONCE, SEALED, SEALED_PREFIX};
use bytes::Bytes;
use storage::backend::cipher::{self, MessageKeys, PREFIX_LEN, Window};
use storage::backend::{Payload, PlatformStream};
use worker::{Bucket, Error, Range, Request, Response, ResponseBody, Result};

/// What the body of a request is stored as.
pub(crate) async fn seal(request: &Request) -> Result<Response> {
    let stream = request.inner().body().ok_or_else(|| Error::from("no body"))?;
    let len = request.headers().get("content-length")?.and_then(|len| len.parse().ok());
    let len = len.ok_or_else(|| Error::from("no length"))?;
    let plain = Payload::Platform { stream: PlatformStream::from(stream), len };
    respond(cipher::seal(plain, keys()).await?)
}

/// The plaintext of the object.
pub(crate) async fn open(bucket: &Bucket) -> Result<Response> {
    let range = Range::OffsetToEnd { offset: PREFIX_LEN as u64 };
    let found = bucket.get(SEALED).range(range).execute().await?;
    let found = found.ok_or_else(|| Error::from("not found"))?;
    let stored = found.body().ok_or_else(|| Error::from("no body"))?.response_body()?;
    let ResponseBody::Stream(stream) = stored else { return Err("no stream".into()) };
    let window = whole(found.size());
    let sealed = Payload::Platform { stream: stream.into(), len: window.sealed_len };
    respond(cipher::open(sealed, keys(), window).await?)
}

/// What a value is stored as.
pub(crate) async fn seal_value(plain: &'static [u8]) -> storage::Result<Bytes> {
    bytes(cipher::seal(Payload::Bytes(Bytes::from_static(plain)), keys()).await?)
}

/// The plaintext of a value.
pub(crate) async fn open_value(stored: Bytes) -> storage::Result<Bytes> {
    let window = whole(stored.len() as u64);
    let (_, sealed) = cipher::split_prefix(Payload::Bytes(stored)).await?;
    bytes(cipher::open(sealed, keys(), window).await?)
}

fn keys() -> MessageKeys {
    MessageKeys { key: AES_KEY, base_nonce: BASE_NONCE, prefix: SEALED_PREFIX }
}

/// All of a message that has so many bytes where it is stored.
fn whole(stored_len: u64) -> Window {
    let chunk = cipher::SEALED_CHUNK_LEN as u64;
    let sealed_len = stored_len - PREFIX_LEN as u64;
    Window::whole(sealed_len - (sealed_len / chunk + 1) * cipher::TAG_LEN as u64)
}

fn bytes(payload: Payload) -> storage::Result<Bytes> {
    match payload {
        Payload::Bytes(bytes) => Ok(bytes),
        _ => Err(storage::Error::new(storage::ErrorKind::Internal, "bytes became a stream")),
    }
}

fn respond(payload: Payload) -> Result<Response> {
    match payload {
        Payload::Platform { stream, .. } => {
            Response::from_body(ResponseBody::Stream(stream.into()))
        }
        _ => Err("a stream of the platform's became another".into()),
    }
}
