//! The engine of encryption, for what a test sends: `/cipher/seal/<shape>` and
//! `/cipher/open/<shape>/<length of the message>/<start>/<end>/<stored bytes>` answer with what becomes
//! of the body of the request. A shape is one of those that a payload has, and so many bytes are what
//! the payload says that it has, true or not.
//!
//! A failure is answered with the error of the library, and in `x-given` with the number of bytes that
//! had come out before.

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use storage::backend::{Payload, PlatformStream, engine};
use storage_core::crypto::{MessageKeys, PREFIX_LEN, Window};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Request, Response, ResponseBody, Result};

/// Cuts chunks where no chunk ends.
const PIECE: usize = 7001;

/// Before the chunks of every message.
const PREFIX: [u8; PREFIX_LEN] = [5; PREFIX_LEN];

pub(crate) fn keys() -> MessageKeys {
    MessageKeys::fixed([7; 32], [0xf9; 12], PREFIX)
}

/// Answers `/cipher/<path>`.
pub(crate) async fn answer(path: &str, request: Request) -> Result<Response> {
    let parts: Vec<_> = path.split('/').collect();
    match parts.as_slice() {
        ["seal", shape] => {
            let plain = payload(shape, request, None).await?;
            match engine::seal(keys(), plain).await {
                Ok(Payload::Platform { stream, .. }) => {
                    Response::from_body(ResponseBody::Stream(stream.into()))
                }
                sealed => read(sealed).await,
            }
        }
        ["open", shape, numbers @ ..] => {
            let numbers: Vec<u64> = numbers.iter().filter_map(|text| text.parse().ok()).collect();
            let &[plain_len, start, end, stored] = numbers.as_slice() else {
                return Response::error("four numbers are needed", 400);
            };
            let Some(window) = Window::of(start..end, plain_len) else {
                return Response::error("the message has no such range", 400);
            };
            let sealed = payload(shape, request, Some(stored)).await?;
            read(Ok(engine::open(keys(), &window, sealed))).await
        }
        // All of a message, with its prefix.
        ["split", shape] => {
            let stored = payload(shape, request, None).await?;
            let (prefix, sealed) = match engine::split(stored).await {
                Ok(split) => split,
                Err(error) => return Ok(error.into()),
            };
            if prefix != PREFIX {
                return Response::error("another prefix", 400);
            }
            read(Ok(sealed)).await
        }
        _ => Response::error("no such operation", 404),
    }
}

/// The body of a request. `len` is what is said to be its length, true or not.
async fn payload(shape: &str, mut request: Request, len: Option<u64>) -> Result<Payload> {
    if shape == "platform"
        && let Some(stream) = request.inner().body()
    {
        let said = request.headers().get("content-length")?.and_then(|len| len.parse().ok());
        let len = len.or(said).ok_or_else(|| Error::from("no length"))?;
        return Ok(Payload::Platform { stream: PlatformStream::from(stream), len });
    }
    let body = Bytes::from(request.bytes().await?);
    let len = len.unwrap_or(body.len() as u64);
    Ok(shaped(shape, &body, len))
}

/// Bytes as a payload of a shape that is not the platform's.
pub(crate) fn shaped(shape: &str, body: &Bytes, len: u64) -> Payload {
    let pieces: Vec<_> = body.chunks(PIECE).map(|piece| body.slice_ref(piece)).collect();
    match shape {
        "bytes" => Payload::Bytes(body.clone()),
        "stream" => Payload::Stream { stream: stream::iter(pieces).map(Ok).boxed(), len },
        _ => Payload::Platform { stream: javascript(stream::iter(pieces).map(Ok)), len },
    }
}

/// A stream that JavaScript makes, not the platform: it is read in another way.
pub(crate) fn javascript(
    pieces: impl Stream<Item = Result<Bytes, JsValue>> + 'static,
) -> PlatformStream {
    let pieces = pieces.map_ok(|piece| js_sys::Uint8Array::from(piece.as_ref()).into());
    let stream = wasm_streams::ReadableStream::from_stream(pieces).into_raw();
    PlatformStream::from(stream.unchecked_into::<worker::web_sys::ReadableStream>())
}

pub(crate) async fn read(payload: storage::Result<Payload>) -> Result<Response> {
    match payload {
        Ok(payload) => read_pieces(payload.len(), payload.into_stream()).await,
        Err(error) => failed(error, 0),
    }
}

/// Answers with all bytes of a body that is said to have so many.
pub(crate) async fn read_pieces(
    said: u64,
    mut pieces: impl Stream<Item = storage::Result<Bytes>> + Unpin,
) -> Result<Response> {
    let mut given = Vec::new();
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => given.extend_from_slice(&piece),
            Ok(None) if given.len() as u64 == said => return Response::from_bytes(given),
            Ok(None) => return Response::error("the length is not what was said", 400),
            Err(error) => return failed(error, given.len()),
        }
    }
}

/// Answers with all bytes of a value, of which nobody says how many they are.
pub(crate) async fn read_value(
    mut pieces: impl Stream<Item = storage::Result<Bytes>> + Unpin,
) -> Result<Response> {
    let mut given = Vec::new();
    loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => given.extend_from_slice(&piece),
            Ok(None) => return Response::from_bytes(given),
            Err(error) => return failed(error, given.len()),
        }
    }
}

/// Answers with an error that came after so many bytes.
pub(crate) fn failed(error: storage::Error, given: usize) -> Result<Response> {
    let response = Response::from(error);
    response.headers().set("x-given", &given.to_string())?;
    Ok(response)
}
