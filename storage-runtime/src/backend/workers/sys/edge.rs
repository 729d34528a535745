//! `edge.js`, which is a part of this library.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
#[cfg(feature = "rest")]
use worker::web_sys::{Headers, Request, Response};

use super::ReadableStream;

#[wasm_bindgen(module = "/src/backend/workers/edge.js")]
extern "C" {
    #[cfg(feature = "rest")]
    #[wasm_bindgen(catch, js_name = requestLines)]
    pub(in super::super) fn request_lines(
        request: &Request,
        names: &str,
        of_writes: &str,
    ) -> Result<String, JsValue>;

    #[cfg(feature = "rest")]
    #[wasm_bindgen(js_name = headersOf)]
    pub(in super::super) fn headers_of(lines: &str) -> Headers;

    #[cfg(feature = "rest")]
    pub(in super::super) fn respond(status: u16, headers: &Headers, body: &JsValue) -> Response;

    #[wasm_bindgen(catch)]
    pub(in super::super) fn drained(
        stream: &ReadableStream,
        bytes: u32,
        millis: u32,
    ) -> Result<Promise, JsValue>;

    /// Comes to a buffer, or to an array of its bytes.
    #[cfg(feature = "rest")]
    #[wasm_bindgen(catch, js_name = bytesOf)]
    pub(in super::super) fn bytes_of(
        stream: &ReadableStream,
        length: f64,
    ) -> Result<Promise, JsValue>;
}
