//! Calls between Workers, and what a Worker is called with.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A service binding, or what somebody configured in its place.
    pub(in super::super) type StorageWorker;

    /// Gives a promise, or something like one.
    #[wasm_bindgen(method, catch, js_name = storageCall)]
    pub(in super::super) fn storage_call(
        this: &StorageWorker,
        head: &str,
        body: &JsValue,
    ) -> Result<JsValue, JsValue>;

    /// What the exported method is called on: an instance of `WorkerEntrypoint`.
    pub(in super::super) type Entrypoint;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn env(this: &Entrypoint) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn ctx(this: &Entrypoint) -> Context;

    pub(in super::super) type Context;

    /// What the configuration of the caller's binding says.
    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn props(this: &Context) -> Props;

    pub(in super::super) type Props;

    /// The field `rpc::PROPS`.
    #[wasm_bindgen(method, getter, catch)]
    pub(in super::super) fn storage(this: &Props) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = waitUntil)]
    pub(in super::super) fn wait_until(this: &Context, promise: &Promise) -> Result<(), JsValue>;
}
