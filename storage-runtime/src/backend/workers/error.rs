//! What JavaScript threw, as errors of this library.

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};

use crate::backend::thrown;
use crate::error::Error;

pub(super) fn r2(thrown: &JsValue) -> Error {
    thrown::r2(text(thrown))
}

pub(super) fn kv(thrown: &JsValue) -> Error {
    thrown::kv(text(thrown))
}

pub(super) fn broke_off(thrown: &JsValue) -> Error {
    thrown::broke_off(text(thrown))
}

pub(super) fn interrupted(thrown: &JsValue) -> Error {
    thrown::interrupted(text(thrown))
}

pub(super) fn storage_worker(thrown: &JsValue) -> Error {
    thrown::storage_worker(text(thrown))
}

pub(super) fn unknown(thrown: &JsValue) -> Error {
    thrown::unknown(text(thrown))
}

/// The message of an error, or whatever else was thrown, as text.
fn text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => thrown.dyn_ref::<JsString>().map_or_else(|| format!("{thrown:?}"), String::from),
    }
}
