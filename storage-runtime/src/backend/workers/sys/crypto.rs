//! Digests as JavaScript offers them.

#[cfg(feature = "jwt")]
use js_sys::Array;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::WritableStream;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    pub(in super::super) fn digest(algorithm: &str, bytes: &Uint8Array)
    -> Result<Promise, JsValue>;

    #[cfg(feature = "jwt")]
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    pub(in super::super) fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[cfg(feature = "jwt")]
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    pub(in super::super) fn verify(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        message: &Uint8Array,
    ) -> Result<Promise, JsValue>;

    /// Fills the slice, which JavaScript sees in place.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    pub(in super::super) fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;

    /// A stream that digests what is written to it: Cloudflare's own.
    #[wasm_bindgen(extends = WritableStream, js_namespace = crypto)]
    pub(in super::super) type DigestStream;

    #[wasm_bindgen(constructor, js_namespace = crypto, catch)]
    pub(in super::super) fn new(algorithm: &str) -> Result<DigestStream, JsValue>;

    /// Settles once the stream is closed.
    #[wasm_bindgen(method, getter, js_name = digest)]
    pub(in super::super) fn digest_promise(this: &DigestStream) -> Promise;
}
