//! `promise.js`, which is a part of this library.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/backend/workers/promise.js")]
extern "C" {
    pub(in super::super) type Deferred;

    pub(in super::super) fn deferred() -> Deferred;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn promise(this: &Deferred) -> Promise;

    #[wasm_bindgen(method)]
    pub(in super::super) fn resolve(this: &Deferred, value: &JsValue);

    pub(in super::super) fn watch(
        promise: &Promise,
        ticket: usize,
        settled: &Closure<dyn Fn(usize, bool, JsValue)>,
    );
}
