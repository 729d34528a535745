//! What a storage Worker exports. The exports themselves are in the crate of the Worker, which calls these:
//! whatever a library exports, every Worker that links it has.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use futures_util::future::join_all;
use js_sys::{Array, JSON, JsString, Uint8Array};
use storage_core::rpc::{Grants, HEAD_BYTES_MAX, INLINE_BYTES_MAX};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Env, Response, web_sys};

use super::super::{promise, sys};
use super::{incoming, outgoing};
use crate::declare::DeclareWorker;
use crate::error::Result;
use crate::rpc::serve::{self, Shelf, Wanted};
use crate::rpc::{Answered, CallBody};

/// Answers `storageCall(head, body)`, which has `this`: a promise of `[head, ...bodies]`.
///
/// The head is looked at here: to take what is no string for one, `wasm-bindgen` believes the `length` of
/// whatever a caller sends, and keeps the memory for it when it finds out.
#[must_use]
pub fn storage_call<W: DeclareWorker + 'static>(
    this: JsValue,
    head: JsValue,
    body: JsValue,
) -> JsValue {
    let this: sys::Entrypoint = this.unchecked_into();
    call(Box::new(Bindings::<W>::new(this.env())), this.ctx(), head, body)
}

/// Answers `fetch(request, env, context)`: a promise of a response. Links of the buckets that have any are
/// answered, and nothing else is there.
#[must_use]
pub fn storage_fetch<W: DeclareWorker + 'static>(request: JsValue, env: JsValue) -> JsValue {
    fetch(Box::new(Bindings::<W>::new(env)), request.unchecked_into())
}

/// The fields of a storage Worker, on the bindings of its environment.
struct Bindings<W> {
    env: Env,
    worker: PhantomData<fn() -> W>,
}

impl<W> Bindings<W> {
    fn new(env: JsValue) -> Self {
        Self { env: env.unchecked_into(), worker: PhantomData }
    }
}

impl<W: DeclareWorker> Shelf for Bindings<W> {
    fn open(&self, wanted: &mut Wanted) -> Result<()> {
        W::offer(&super::super::bindings(&self.env), wanted)
    }
}

fn call(shelf: Box<dyn Shelf>, context: sys::Context, head: JsValue, body: JsValue) -> JsValue {
    let answered = async move {
        let grants = grants(&context);
        let answered = if is_too_long(&head) {
            serve::too_long()
        } else {
            // What is no message is answered as any that can't be read.
            let head = head.as_string().filter(|_| is_body(&body)).unwrap_or_default();
            serve::answer(&*shelf, &grants, head, incoming(&body)).await
        };
        let Answered { head, bodies } = answered;
        let bodies = join_all(bodies.into_iter().map(|body| sent(body, &context))).await;
        std::iter::once(head.into()).chain(bodies).collect::<Array>().into()
    };
    promise::promise(Box::pin(answered)).into()
}

/// Whether a head has more bytes than any: it has no fewer than JavaScript counts units.
fn is_too_long(head: &JsValue) -> bool {
    head.dyn_ref::<JsString>().is_some_and(|head| head.length() as usize > HEAD_BYTES_MAX)
}

/// Whether it is one that a message has: a few bytes, a stream, or nothing.
fn is_body(body: &JsValue) -> bool {
    body.is_undefined()
        || body.is_null()
        || body
            .dyn_ref()
            .is_some_and(|bytes: &Uint8Array| u64::from(bytes.length()) <= INLINE_BYTES_MAX)
        || body.is_instance_of::<sys::ReadableStream>()
}

thread_local! {
    /// What a caller was granted, and the JSON that said so: of the last of them, which mostly is the next.
    static GRANTED: RefCell<Option<(String, Rc<Result<Grants>>)>> = const { RefCell::new(None) };
}

/// What the caller was granted.
fn grants(context: &sys::Context) -> Rc<Result<Grants>> {
    let Some(json) = granted(context) else { return Rc::new(serve::grants(None)) };
    GRANTED.with_borrow_mut(|last| match last {
        Some((of, grants)) if *of == json => Rc::clone(grants),
        _ => {
            let grants = Rc::new(serve::grants(Some(&json)));
            *last = Some((json, Rc::clone(&grants)));
            grants
        }
    })
}

/// The same as JSON.
fn granted(context: &sys::Context) -> Option<String> {
    let granted = context.props().storage().unwrap_or_default();
    if granted.is_undefined() || granted.is_null() {
        return None;
    }
    JSON::stringify(&granted).ok().map(String::from)
}

/// A body on its way back. What has to be pumped is, also behind the answer.
async fn sent(body: CallBody, context: &sys::Context) -> JsValue {
    let Ok(outgoing) = outgoing(body).await else {
        return JsValue::UNDEFINED; // there are no streams then
    };
    let (value, pump) = outgoing.into_parts();
    if let Some(pump) = pump {
        let pumped = async move {
            // Whoever reads it is told by the stream itself.
            let _ = pump.await;
            JsValue::UNDEFINED
        };
        let _ = context.wait_until(&promise::promise(Box::pin(pumped)));
    }
    value
}

fn fetch(shelf: Box<dyn Shelf>, request: web_sys::Request) -> JsValue {
    let answered = async move {
        let served = serve::answer_links(&*shelf, worker::Request::from(request)).await;
        let response = served.map_or_else(Response::from, Response::from);
        web_sys::Response::from(response).into()
    };
    promise::promise(Box::pin(answered)).into()
}
