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

    /// What an entry comes as, or that there is none.
    pub(in super::super) type Found;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn value(this: &Found) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn metadata(this: &Found) -> JsValue;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn delete(this: &KvNamespace, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn list(this: &KvNamespace, options: &Object) -> Result<Promise, JsValue>;
}
