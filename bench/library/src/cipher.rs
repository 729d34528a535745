//! Encryption, by the engine of the library.

use bench_task::{AES_KEY, BASE_NONCE, SEALED, SEALED_PREFIX};
use bytes::Bytes;
use storage::backend::{Payload, PlatformStream, engine};
use storage_core::crypto::{MessageKeys, PREFIX_LEN, Window, plain_len};
use worker::{Bucket, Error, Range, Request, Response, ResponseBody, Result};

/// What the body of a request is stored as.
pub(crate) async fn seal(request: &Request) -> Result<Response> {
    let stream = request.inner().body().ok_or_else(|| Error::from("no body"))?;
    let len = request.headers().get("content-length")?.and_then(|len| len.parse().ok());
    let len = len.ok_or_else(|| Error::from("no length"))?;
    let plain = Payload::Platform { stream: PlatformStream::from(stream), len };
    respond(engine::seal(keys(), plain).await?)
}

/// The plaintext of the object.
pub(crate) async fn open(bucket: &Bucket) -> Result<Response> {
    let range = Range::OffsetToEnd { offset: PREFIX_LEN as u64 };
    let found = bucket.get(SEALED).range(range).execute().await?;
    let found = found.ok_or_else(|| Error::from("not found"))?;
    let stored = found.body().ok_or_else(|| Error::from("no body"))?.response_body()?;
    let ResponseBody::Stream(stream) = stored else { return Err("no stream".into()) };
    let len = found.size() - PREFIX_LEN as u64;
    let sealed = Payload::Platform { stream: stream.into(), len };
    respond(engine::open(keys(), &whole(found.size())?, sealed))
}

/// What a value is stored as.
pub(crate) async fn seal_value(plain: &'static [u8]) -> storage::Result<Bytes> {
    engine::seal_bytes(keys(), Bytes::from_static(plain)).await
}

/// The plaintext of a value.
pub(crate) async fn open_value(stored: &Bytes) -> storage::Result<Bytes> {
    let window = whole(stored.len() as u64)?;
    engine::open_bytes(keys(), &window, stored.slice(PREFIX_LEN..)).await
}

fn keys() -> MessageKeys {
    MessageKeys::fixed(AES_KEY, BASE_NONCE, SEALED_PREFIX)
}

/// All of a message that has so many bytes where it is stored.
fn whole(stored: u64) -> storage::Result<Window> {
    plain_len(stored).and_then(|plain| Window::of(0..plain, plain)).ok_or_else(|| {
        storage::Error::new(storage::ErrorKind::Internal, "what is stored is no message")
    })
}

fn respond(payload: Payload) -> Result<Response> {
    match payload {
        Payload::Platform { stream, .. } => {
            Response::from_body(ResponseBody::Stream(stream.into()))
        }
        _ => Err("a stream of the platform's became another".into()),
    }
}
