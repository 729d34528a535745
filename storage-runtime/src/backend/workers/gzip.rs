//! Compression by the platform: no code for it is in the artifact.

use std::error::Error as StdError;

use bytes::Bytes;
use futures_util::TryStreamExt;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use worker::send::SendFuture;

use super::promise::settle;
use super::{error, reader, sys};
use crate::error::Result;

const FORMAT: &str = "gzip";

/// The text as a file of gzip.
pub(crate) async fn gzip(text: &[u8]) -> Result<Bytes> {
    let text = Uint8Array::from(text);
    let packed = SendFuture::new(async move {
        let plain = stream(&text)?;
        let packed = plain.pipe_through_compression(&sys::CompressionStream::new(FORMAT)?)?;
        settle(sys::Response::of_stream(&packed)?.array_buffer()).await
    });
    let packed = packed.await.map_err(|thrown| error::unknown(&thrown))?;
    Ok(sys::bytes(&packed))
}

/// The text that is in a file of gzip: all of it, at most `max` bytes, and nothing behind it.
pub(crate) async fn gunzip(
    file: Bytes,
    max: usize,
) -> Result<Bytes, Box<dyn StdError + Send + Sync>> {
    let plain = unpack(&file).map_err(|thrown| error::unknown(&thrown));
    drop(file);
    let mut pieces = reader::pieces(&plain?);
    let mut text = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        if text.len() + piece.len() > max {
            return Err(format!("there are more than {max} bytes").into());
        }
        text.extend_from_slice(&piece);
    }
    Ok(text.into())
}

fn unpack(file: &[u8]) -> Result<sys::ReadableStream, JsValue> {
    let packed = stream(&Uint8Array::from(file))?;
    packed.pipe_through_decompression(&sys::DecompressionStream::new(FORMAT)?)
}

fn stream(bytes: &Uint8Array) -> Result<sys::ReadableStream, JsValue> {
    let body = sys::Response::of_bytes(bytes)?.body();
    body.ok_or_else(|| "there are no bytes".into())
}
