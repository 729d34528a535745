//! Streams as JavaScript offers them.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    pub(in super::super) type ReadableStream;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn cancel(this: &ReadableStream) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    pub(in super::super) fn pipe_through(
        this: &ReadableStream,
        pipe: &FixedLengthStream,
    ) -> Result<ReadableStream, JsValue>;

    /// A pair of streams through which a said number of bytes flows: Cloudflare's own. What reads
    /// from it knows the number, which R2 asks for.
    pub(in super::super) type FixedLengthStream;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn new(len: f64) -> Result<FixedLengthStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn readable(this: &FixedLengthStream) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn writable(this: &FixedLengthStream) -> WritableStream;

    pub(in super::super) type WritableStream;

    #[wasm_bindgen(method, catch, js_name = getWriter)]
    pub(in super::super) fn writer(this: &WritableStream) -> Result<Writer, JsValue>;

    pub(in super::super) type Writer;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn write(this: &Writer, piece: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn close(this: &Writer) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn abort(this: &Writer, reason: &str) -> Result<Promise, JsValue>;
}
