//! R2, KV, streams and WebCrypto as JavaScript offers them.
//!
//! The `worker` crate has bindings of its own for R2 and KV. These are here because those lack options
//! (storage class, customer keys), panic in getters, do not catch what JavaScript throws in some
//! calls, and lose maps when a KV value is serialised.

mod cipher;
mod crypto;
mod edge;
#[cfg(feature = "archive")]
mod gzip;
mod kv;
mod list;
mod r2;
mod rpc;
mod stream;

pub(super) use cipher::{open_bytes, open_stream, seal_bytes, seal_stream, split, split_stream};
pub(super) use crypto::{DigestStream, digest, get_random_values};
#[cfg(feature = "jwt")]
pub(super) use crypto::{import_key, verify};
pub(super) use edge::drained;
#[cfg(feature = "rest")]
pub(super) use edge::{bytes_of, headers_of, request_lines};
#[cfg(feature = "archive")]
pub(super) use gzip::{CompressionStream, DecompressionStream, Response};
pub(super) use kv::{KvFound, KvGetOptions, KvList, KvListedKey, KvNamespace, KvPutOptions};
pub(super) use list::ListOptions;
pub(super) use r2::{
    R2Bucket, R2Checksums, R2Conditional, R2HttpMetadata, R2MultipartUpload, R2Object,
    R2ObjectBody, R2Objects, R2Options, R2Range, R2UploadedPart,
};
pub(super) use rpc::{Context, Entrypoint, StorageWorker};
pub(super) use stream::{
    FixedLengthStream, IdentityTransformStream, Read, ReadOptions, ReadableStream, Reader,
    ReaderOptions, WritableStream, Writer,
};

use js_sys::{ArrayBuffer, Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// The bytes of an `ArrayBuffer`.
pub(super) fn bytes(buffer: JsValue) -> bytes::Bytes {
    let buffer: ArrayBuffer = buffer.unchecked_into();
    Uint8Array::new(&buffer).to_vec().into()
}

/// An empty object to set options on.
pub(super) fn options<T: JsCast>() -> T {
    Object::new().unchecked_into()
}
