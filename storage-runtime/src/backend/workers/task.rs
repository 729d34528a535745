//! Work that goes on as soon as what it waits for is there.
//!
//! In the executor of `wasm-bindgen` it would wait for `queueMicrotask` each time, which on workerd takes longer
//! than anything else that a short call does here. Here it goes on where the promise tells that it settled, before
//! JavaScript has its turn.
//!
//! Nothing is polled by what wakes it: that may hold a lock of its own, or be in the scope of another request.
//! What is woken elsewhere, or beside the first, waits for that executor.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use futures_util::future::LocalBoxFuture;
use worker::send::SendWrapper;

use super::promise::detach;
use crate::observe::{TraceId, in_trace};

thread_local! {
    static NEXT: Cell<Next> = const { Cell::new(Next::Elsewhere) };
}

/// What goes on next.
#[derive(Default)]
enum Next {
    /// Whatever that executor says.
    #[default]
    Elsewhere,
    /// What the promise wakes first that has just settled.
    Whatever,
    This(Arc<Task>),
}

struct Task {
    /// None while it is polled, and when it is done.
    work: SendWrapper<Cell<Option<LocalBoxFuture<'static, ()>>>>,
    trace: Option<TraceId>,
}

/// Starts some work, in the trace of whoever starts it.
pub(super) fn start(work: LocalBoxFuture<'static, ()>) {
    let work = SendWrapper::new(Cell::new(Some(work)));
    let trace = TraceId::current();
    Arc::new(Task { work, trace }).poll();
}

/// Wakes what waits for a promise, and does it. Called by JavaScript, while nothing is polled.
pub(super) fn wake(waker: Waker) {
    NEXT.set(Next::Whatever);
    waker.wake();
    if let Next::This(task) = NEXT.take() {
        task.poll();
    }
}

impl Task {
    fn poll(self: Arc<Self>) {
        let Some(mut work) = self.work.take() else { return };
        let waker = Waker::from(Arc::clone(&self));
        let mut context = Context::from_waker(&waker);
        if in_trace(self.trace.as_ref(), || work.as_mut().poll(&mut context)).is_pending() {
            self.work.set(Some(work));
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        match NEXT.take() {
            Next::Whatever => NEXT.set(Next::This(self)),
            other => {
                NEXT.set(other);
                detach(Box::pin(async { self.poll() }));
            }
        }
    }
}
