//! Workers KV as JavaScript offers it.

use js_sys::{Array, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(in super::super) type KvNamespace;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn put(
        this: &KvNamespace,
        key: &str,
        value: &Uint8Array,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getWithMetadata)]
    pub(in super::super) fn get_with_metadata(
        this: &KvNamespace,
        key: &str,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    /// What this comes to is a `Map` from keys to what was found, `null` for nothing.
    #[wasm_bindgen(method, catch, js_name = getWithMetadata)]
    pub(in super::super) fn get_many_with_metadata(
        this: &KvNamespace,
        keys: &Array,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn delete(this: &KvNamespace, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn list(this: &KvNamespace, options: &Object) -> Result<Promise, JsValue>;

    pub(in super::super) type KvFound;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn value(this: &KvFound) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn metadata(this: &KvFound) -> JsValue;

    pub(in super::super) type KvList;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn keys(this: &KvList) -> Array;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn list_complete(this: &KvList) -> bool;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn cursor(this: &KvList) -> Option<String>;

    pub(in super::super) type KvListedKey;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn name(this: &KvListedKey) -> String;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn expiration(this: &KvListedKey) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn metadata(this: &KvListedKey) -> JsValue;
}
