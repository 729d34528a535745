//! Streams as JavaScript offers them.

use js_sys::{Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone, Debug)]
    pub(in super::super) type ReadableStream;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn cancel(this: &ReadableStream) -> Result<Promise, JsValue>;

    /// With the mode `byob` it throws if it is no stream of bytes.
    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub(in super::super) fn reader(
        this: &ReadableStream,
        options: &Object,
    ) -> Result<Reader, JsValue>;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    pub(in super::super) fn pipe_through(
        this: &ReadableStream,
        pipe: &FixedLengthStream,
    ) -> Result<ReadableStream, JsValue>;

    /// A reader of either kind.
    pub(in super::super) type Reader;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn read(this: &Reader) -> Result<Promise, JsValue>;

    /// Takes the memory of the array away, and gives it back with what was read.
    #[wasm_bindgen(method, catch, js_name = read)]
    pub(in super::super) fn read_into(
        this: &Reader,
        array: &Uint8Array,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn cancel(this: &Reader) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = releaseLock)]
    pub(in super::super) fn release_lock(this: &Reader) -> Result<(), JsValue>;

    /// What a read comes to.
    pub(in super::super) type Read;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn done(this: &Read) -> bool;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn value(this: &Read) -> JsValue;

    /// A pair of streams through which a said number of bytes flows: Cloudflare's own. What reads
    /// from it knows the number, which R2 asks for.
    pub(in super::super) type FixedLengthStream;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn new(len: f64) -> Result<FixedLengthStream, JsValue>;

    /// The same for any number of bytes.
    pub(in super::super) type IdentityTransformStream;

    #[wasm_bindgen(constructor, catch)]
    pub(in super::super) fn new() -> Result<IdentityTransformStream, JsValue>;

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
