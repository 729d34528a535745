//! What listings of R2 and KV have in common.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(in super::super) type ListOptions;

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_prefix(this: &ListOptions, value: &str);

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_limit(this: &ListOptions, value: u32);

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_cursor(this: &ListOptions, value: &str);
}
