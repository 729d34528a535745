//! Promises as futures, and futures as promises.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use futures_util::future::LocalBoxFuture;
use js_sys::Promise;
use js_sys::futures::JsFuture;
use wasm_bindgen::JsValue;
use worker::send::SendWrapper;

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

/// A promise of what some work comes to.
///
/// It runs at once, and goes on as soon as what it waits for is there. By `future_to_promise` it would wait for
/// `queueMicrotask` each time, which on workerd takes longer than anything else that a short call does here.
pub(super) fn promise(work: LocalBoxFuture<'static, JsValue>) -> Promise {
    let mut work = Some(work);
    Promise::new(&mut |resolve, _| {
        let Some(work) = work.take() else { return };
        let work: LocalBoxFuture<'static, ()> = Box::pin(async move {
            // To resolve a promise never throws.
            let _ = resolve.call1(&JsValue::UNDEFINED, &work.await);
        });
        let work = SendWrapper::new(RefCell::new(Some(work)));
        Arc::new(Task { work, is_woken: AtomicBool::new(false) }).wake();
    })
}

/// Work that is done where it is woken.
struct Task {
    work: SendWrapper<RefCell<Option<LocalBoxFuture<'static, ()>>>>,
    is_woken: AtomicBool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Relaxed);
        // What wakes itself is being done already: it goes on there.
        let Ok(mut work) = self.work.try_borrow_mut() else { return };
        let waker = Waker::from(Arc::clone(&self));
        let mut context = Context::from_waker(&waker);
        while self.is_woken.swap(false, Ordering::Relaxed) {
            if work.as_mut().is_some_and(|work| work.as_mut().poll(&mut context).is_ready()) {
                *work = None;
            }
        }
    }
}
