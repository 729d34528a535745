//! The engine of encryption, for what a test sends: `/cipher/seal/<shape>` and
//! `/cipher/open/<shape>/<first chunk>/<stored bytes>/<skip>/<take>` answer with what becomes of the
//! body of the request. A shape is one of those that a payload has.
//!
//! A failure is answered with the error of the library, and in `x-given` with the number of bytes that
//! had come out before.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage::backend::cipher::{self, MessageKeys, PREFIX_LEN, Window};
use storage::backend::{Payload, PlatformStream};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Request, Response, ResponseBody, Result};

/// Cuts chunks where no chunk ends.
const PIECE: usize = 7001;

pub(crate) fn keys() -> MessageKeys {
    MessageKeys { key: [7; 32], base_nonce: [0xf9; 12], prefix: [5; PREFIX_LEN] }
}

/// Answers `/cipher/<path>`.
pub(crate) async fn answer(path: &str, request: Request) -> Result<Response> {
    let parts: Vec<_> = path.split('/').collect();
    match parts.as_slice() {
        ["seal", shape] => {
            let plain = payload(shape, request, None).await?;
            match cipher::seal(plain, keys()).await {
                Ok(Payload::Platform { stream, .. }) => {
                    Response::from_body(ResponseBody::Stream(stream.into()))
                }
                sealed => read(sealed).await,
            }
        }
        ["open", shape, numbers @ ..] => {
            let numbers: Vec<u64> = numbers.iter().filter_map(|text| text.parse().ok()).collect();
            let &[first_chunk, sealed_len, skip, take] = numbers.as_slice() else {
                return Response::error("four numbers are needed", 400);
            };
            let window = Window { first_chunk, sealed_len, skip, take };
            let sealed = payload(shape, request, Some(sealed_len)).await?;
            read(cipher::open(sealed, keys(), window).await).await
        }
        // All of a message, with its prefix.
        ["split", shape] => {
            let stored = payload(shape, request, None).await?;
            let (prefix, sealed) = match cipher::split_prefix(stored).await {
                Ok(split) => split,
                Err(error) => return Ok(error.into()),
            };
            if prefix != keys().prefix {
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
    let pieces: Vec<_> = body.chunks(PIECE).map(|piece| body.slice_ref(piece)).collect();
    Ok(match shape {
        "bytes" => Payload::Bytes(body),
        "stream" => Payload::Stream { stream: stream::iter(pieces).map(Ok).boxed(), len },
        _ => Payload::Platform { stream: javascript(stream::iter(pieces).map(Ok)), len },
    })
}

/// A stream that JavaScript makes, not the platform: it is read in another way.
pub(crate) fn javascript(
    pieces: impl futures_util::Stream<Item = Result<Bytes, JsValue>> + 'static,
) -> PlatformStream {
    let pieces = pieces.map_ok(|piece| js_sys::Uint8Array::from(piece.as_ref()).into());
    let stream = wasm_streams::ReadableStream::from_stream(pieces).into_raw();
    PlatformStream::from(stream.unchecked_into::<worker::web_sys::ReadableStream>())
}

async fn read(payload: storage::Result<Payload>) -> Result<Response> {
    let mut given = Vec::new();
    let failed = match payload {
        Err(error) => error,
        Ok(payload) => {
            let said = payload.len();
            let mut pieces = payload.into_stream();
            loop {
                match pieces.try_next().await {
                    Ok(Some(piece)) => given.extend_from_slice(&piece),
                    Ok(None) if given.len() as u64 == said => return Response::from_bytes(given),
                    Ok(None) => return Response::error("the length is not what was said", 400),
                    Err(error) => break error,
                }
            }
        }
    };
    let response = Response::from(failed);
    response.headers().set("x-given", &given.len().to_string())?;
    Ok(response)
}
