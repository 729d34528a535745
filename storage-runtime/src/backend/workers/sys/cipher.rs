//! `cipher.js`, which is a part of this library.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::ReadableStream;

// Slices are seen in place by JavaScript, which copies what it needs before it returns.
#[wasm_bindgen(module = "/src/backend/workers/cipher/cipher.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = sealStream)]
    pub(in super::super) fn seal_stream(
        source: &ReadableStream,
        len: f64,
        key: &[u8],
        base_nonce: &[u8],
        prefix: &[u8],
    ) -> Result<ReadableStream, JsValue>;

    #[wasm_bindgen(catch, js_name = openStream)]
    pub(in super::super) fn open_stream(
        source: &ReadableStream,
        len: f64,
        key: &[u8],
        base_nonce: &[u8],
        first: f64,
        skip: f64,
        take: f64,
    ) -> Result<ReadableStream, JsValue>;

    /// Comes to a `Uint8Array`.
    #[wasm_bindgen(catch, js_name = sealBytes)]
    pub(in super::super) fn seal_bytes(
        plain: &[u8],
        is_last: bool,
        key: &[u8],
        base_nonce: &[u8],
        first: f64,
        prefix: &[u8],
    ) -> Result<Promise, JsValue>;

    /// Comes to a `Uint8Array`.
    #[wasm_bindgen(catch, js_name = openBytes)]
    pub(in super::super) fn open_bytes(
        sealed: &[u8],
        key: &[u8],
        base_nonce: &[u8],
        first: f64,
    ) -> Result<Promise, JsValue>;

    /// Comes to a `Uint8Array` and a `ReadableStream`, in an array.
    #[wasm_bindgen(catch, js_name = splitStream)]
    pub(in super::super) fn split_stream(
        source: &ReadableStream,
        len: f64,
    ) -> Result<Promise, JsValue>;
}

/// The two that [`split_stream`] comes to.
pub(in super::super) fn split(parts: JsValue) -> (Uint8Array, ReadableStream) {
    let parts: Array = parts.unchecked_into();
    (parts.get(0).unchecked_into(), parts.get(1).unchecked_into())
}
