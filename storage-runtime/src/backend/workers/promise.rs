//! Promises as futures.

use js_sys::Promise;
use js_sys::futures::JsFuture;
use wasm_bindgen::JsValue;

/// What a call comes to, whether it threw at once or later.
pub(super) async fn settle(called: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(called?).await
}
