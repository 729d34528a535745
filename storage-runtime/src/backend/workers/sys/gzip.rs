//! Compression as JavaScript offers it.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::ReadableStream;

#[wasm_bindgen]
extern "C" {
    pub(in super::super) type CompressionStream;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn new(format: &str) -> Result<CompressionStream, JsValue>;

    pub(in super::super) type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    /// What turns bytes into a stream, and a stream into bytes.
    pub(in super::super) type Response;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn of_bytes(body: &Uint8Array) -> Result<Response, JsValue>;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn of_stream(body: &ReadableStream) -> Result<Response, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn body(this: &Response) -> Option<ReadableStream>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub(in super::super) fn array_buffer(this: &Response) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    pub(in super::super) fn pipe_through_compression(
        this: &ReadableStream,
        pipe: &CompressionStream,
    ) -> Result<ReadableStream, JsValue>;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    pub(in super::super) fn pipe_through_decompression(
        this: &ReadableStream,
        pipe: &DecompressionStream,
    ) -> Result<ReadableStream, JsValue>;
}
