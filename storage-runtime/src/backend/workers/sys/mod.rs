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
mod promise;
mod r2;
mod rpc;
mod stream;

pub(super) use cipher::{open_bytes, open_stream, seal_bytes, seal_stream, split, split_stream};
pub(super) use crypto::{DigestStream, digest, get_random_values};
#[cfg(feature = "jwt")]
pub(super) use crypto::{import_key, verify};
pub(super) use edge::drained;
#[cfg(feature = "rest")]
pub(super) use edge::{bytes_of, headers_of, request_lines, respond};
#[cfg(feature = "archive")]
pub(super) use gzip::{CompressionStream, DecompressionStream, Response};
pub(super) use kv::{Found, KvNamespace};
pub(super) use promise::{deferred, watch};
pub(super) use r2::{
    R2Bucket, R2MultipartUpload, R2Object, R2ObjectBody, object_json, objects_json,
};
pub(super) use rpc::{Context, Entrypoint, StorageWorker};
pub(super) use stream::{
    FixedLengthStream, IdentityTransformStream, Read, ReadableStream, Reader, WritableStream,
    Writer,
};

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsValue;

/// The bytes of an `ArrayBuffer`, or of an array of them.
pub(super) fn bytes(buffer: &JsValue) -> bytes::Bytes {
    Uint8Array::new(buffer).to_vec().into()
}

/// A field of an object, `undefined` if there is none. By name, as [`set`] is: an import for each field would
/// be larger than all that is done with it.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A field of an object, if it is a text.
pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// Sets a field of an object.
pub(super) fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    fn set(object: &JsValue, name: &str, value: &JsValue) {
        // It is a new object, which takes any field.
        let _ = Reflect::set(object, &name.into(), value);
    }
    set(object, name, &value.into());
}
