//! Promises as futures, and futures as promises.

#[cfg(any(feature = "axum", feature = "rest"))]
use std::cell::Cell;
use std::cell::RefCell;
#[cfg(any(feature = "axum", feature = "rest"))]
use std::future::poll_fn;
use std::pin::Pin;
#[cfg(any(feature = "axum", feature = "rest"))]
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_util::future::LocalBoxFuture;
use js_sys::Promise;
use slab::Slab;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::{sys, task};

/// What a call comes to, whether it threw at once or later.
pub(super) async fn settle(called: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    Settling::of(&called?).await
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

/// What some work comes to, which goes on like that of a [`promise`]: in the trace and the span of whoever asks for
/// it, but outside of whatever else holds while they are polled.
#[cfg(any(feature = "axum", feature = "rest"))]
pub(super) async fn at_once<T: 'static>(work: impl Future<Output = T> + 'static) -> T {
    let done = Rc::new(Cell::new(None));
    let waiting = Rc::new(Cell::new(None::<Waker>));
    let (tell, wake) = (Rc::clone(&done), Rc::clone(&waiting));
    #[cfg(feature = "tracing")]
    let work = tracing::Instrument::in_current_span(work);
    task::start(Box::pin(async move {
        tell.set(Some(work.await));
        if let Some(waker) = wake.take() {
            waker.wake();
        }
    }));
    poll_fn(|context| {
        let done = done.take();
        if done.is_none() {
            waiting.set(Some(context.waker().clone()));
        }
        done.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// A promise of what some work comes to, which goes on as soon as what it waits for is there.
pub(super) fn promise(work: LocalBoxFuture<'static, JsValue>) -> Promise {
    let deferred = sys::deferred();
    let promise = deferred.promise();
    task::start(Box::pin(async move { deferred.resolve(&work.await) }));
    promise
}

thread_local! {
    /// The promises that somebody waits for, by their tickets.
    static WATCHED: RefCell<Slab<Watched>> = const { RefCell::new(Slab::new()) };

    /// What they all call when they settle.
    static SETTLED: Closure<dyn Fn(usize, bool, JsValue)> = Closure::new(settled);
}

enum Watched {
    Pending(Waker),
    Settled(Result<JsValue, JsValue>),
    /// Nobody waits any more. It stays until it settles, so that its ticket is not another's.
    Abandoned,
}

/// What a promise comes to.
///
/// In place of `JsFuture`, which makes two closures of wasm for each promise: see `promise.js`.
struct Settling {
    /// What it is watched by, until it has settled.
    ticket: Option<usize>,
}

impl Settling {
    fn of(promise: &Promise) -> Self {
        let watched = Watched::Pending(Waker::noop().clone());
        let ticket = WATCHED.with_borrow_mut(|all| all.insert(watched));
        SETTLED.with(|settled| sys::watch(promise, ticket, settled));
        Self { ticket: Some(ticket) }
    }
}

impl Future for Settling {
    type Output = Result<JsValue, JsValue>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(ticket) = self.ticket else { return Poll::Pending };
        let waker = context.waker();
        // What it was before is dropped behind the borrow: a waker may be the last that keeps a task, and with it
        // others of these.
        let before = WATCHED.with_borrow_mut(|all| match all.get_mut(ticket) {
            Some(Watched::Pending(known)) if known.will_wake(waker) => None,
            Some(watched @ Watched::Pending(_)) => {
                Some(std::mem::replace(watched, Watched::Pending(waker.clone())))
            }
            _ => all.try_remove(ticket),
        });
        let Some(Watched::Settled(settled)) = before else { return Poll::Pending };
        self.ticket = None;
        Poll::Ready(settled)
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let dropped = WATCHED.with_borrow_mut(|all| match all.get_mut(ticket) {
            Some(watched @ Watched::Pending(_)) => {
                Some(std::mem::replace(watched, Watched::Abandoned))
            }
            _ => all.try_remove(ticket),
        });
        drop(dropped); // here, as where it is polled
    }
}

/// A promise has settled.
fn settled(ticket: usize, is_fulfilled: bool, value: JsValue) {
    let settled = Watched::Settled(if is_fulfilled { Ok(value) } else { Err(value) });
    let before = WATCHED.with_borrow_mut(|all| match all.get_mut(ticket) {
        Some(watched @ Watched::Pending(_)) => Some(std::mem::replace(watched, settled)),
        _ => all.try_remove(ticket),
    });
    if let Some(Watched::Pending(waker)) = before {
        task::wake(waker);
    }
}
