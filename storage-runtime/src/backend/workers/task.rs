//! Work that goes on as soon as what it waits for is there.
//!
//! In the executor of `wasm-bindgen` it would wait for `queueMicrotask` each time, which on workerd takes longer
//! than anything else that a short call does here. Here the promise that settled runs what it woke, before it
//! returns to JavaScript.
//!
//! Nothing is polled while something else is: whoever wakes may hold a lock of its own, or be in the scope of
//! another request. What is woken then waits until JavaScript had its turn.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use futures_util::future::LocalBoxFuture;
use worker::send::SendWrapper;
use worker::wasm_bindgen_futures::spawn_local;

thread_local! {
    /// What was woken, in that order.
    static WOKEN: RefCell<Vec<Arc<Task>>> = const { RefCell::new(Vec::new()) };

    /// Whether something is being polled, or may be.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };

    /// Whether JavaScript is going to come back for what was woken.
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

struct Task {
    /// None while it is polled, and when it is done.
    work: SendWrapper<Cell<Option<LocalBoxFuture<'static, ()>>>>,
    is_woken: AtomicBool,
}

/// Starts some work: at once, unless other work is being done.
pub(super) fn start(work: LocalBoxFuture<'static, ()>) {
    let work = SendWrapper::new(Cell::new(Some(work)));
    let task = Arc::new(Task { work, is_woken: AtomicBool::new(true) });
    if IS_BUSY.get() {
        return woken(task);
    }
    busy(|| task.poll());
}

/// Wakes what a promise was waited for by, and does it. Called by JavaScript.
pub(super) fn wake(waker: Waker) {
    if IS_BUSY.get() {
        return waker.wake(); // it settled while somebody began to wait for it
    }
    busy(|| {
        waker.wake();
        run();
    });
}

/// Does something that may wake others. They have their turn behind it.
pub(super) fn busy<T>(work: impl FnOnce() -> T) -> T {
    let outer = IS_BUSY.replace(true);
    let done = work();
    IS_BUSY.set(outer);
    if !outer && WOKEN.with_borrow(|woken| !woken.is_empty()) {
        come_back();
    }
    done
}

/// Polls what is woken by now. What that wakes waits, so that work which always wakes itself leaves time for all
/// else.
fn run() {
    for task in WOKEN.take() {
        task.poll();
    }
}

fn woken(task: Arc<Task>) {
    WOKEN.with_borrow_mut(|woken| woken.push(task));
}

fn come_back() {
    if !IS_DUE.replace(true) {
        spawn_local(async {
            IS_DUE.set(false);
            busy(run);
        });
    }
}

impl Task {
    fn poll(self: Arc<Self>) {
        self.is_woken.store(false, Ordering::Relaxed);
        let Some(mut work) = self.work.take() else { return };
        let waker = Waker::from(Arc::clone(&self));
        if work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            self.work.set(Some(work));
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if self.is_woken.swap(true, Ordering::Relaxed) {
            return;
        }
        woken(self);
        if !IS_BUSY.get() {
            come_back(); // woken by work of another executor
        }
    }
}
