//! Promises as futures.

use futures_util::future::LocalBoxFuture;
use js_sys::Promise;
use js_sys::futures::JsFuture;
use wasm_bindgen::JsValue;

/// What a call comes to, whether it threw at once or later.
pub(super) async fn settle(called: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(called?).await
}

/// Lets a call run, whatever it comes to.
pub(super) fn forget(called: Result<Promise, JsValue>) {
    detach(Box::pin(async {
        let _ = settle(called).await;
    }));
}

/// Runs what nobody waits for, as far as it gets before the request is answered.
/// Boxed, so that the code for it is linked once.
pub(crate) fn detach(work: LocalBoxFuture<'static, ()>) {
    worker::wasm_bindgen_futures::spawn_local(work);
}
