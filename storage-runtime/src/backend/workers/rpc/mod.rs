//! Storage Workers over service bindings, by Workers RPC: both sides.

mod export;

use futures_util::future::BoxFuture;
use js_sys::{Array, Promise, Uint8Array};
use storage_core::ErrorKind;
use storage_core::rpc::INLINE_BYTES_MAX;
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};

use super::stream::{Outgoing, PlatformStream};
use super::{error, sys};
use crate::backend::Payload;
use crate::error::{Error, Result};
use crate::rpc::{Answered, CallBody, Transport};

pub use export::{storage_call, storage_fetch};

/// A service binding that leads to a storage Worker.
pub(super) struct Service(SendWrapper<sys::StorageWorker>);

impl Service {
    pub(super) fn new(binding: sys::StorageWorker) -> Self {
        Self(SendWrapper::new(binding))
    }

    async fn exchange(&self, head: String, body: CallBody) -> Result<Answered> {
        let body = outgoing(body).await?;
        let called = self.0.storage_call(&head, body.value());
        // Not quite a promise, but what makes one of it.
        let called = called.map(|called| Promise::resolve(&called));
        let settled = body.settle(called).await?;
        read(&settled.map_err(|thrown| error::storage_worker(&thrown))?)
    }
}

impl Transport for Service {
    fn call(&self, head: String, body: CallBody) -> BoxFuture<'_, Result<Answered>> {
        Box::pin(SendFuture::new(self.exchange(head, body)))
    }
}

/// What comes back: `[head, ...bodies]`.
fn read(answered: &JsValue) -> Result<Answered> {
    let unreadable = || {
        let message = "the storage Worker's answer can't be read";
        Error::new(ErrorKind::Internal, message)
    };
    let answered: &Array = answered.dyn_ref().ok_or_else(unreadable)?;
    let head = answered.get(0).as_string().ok_or_else(unreadable)?;
    let bodies = answered.iter().skip(1).map(|body| incoming(&body)).collect();
    Ok(Answered { head, bodies })
}

/// A body as it came.
fn incoming(body: &JsValue) -> CallBody {
    if body.is_undefined() || body.is_null() {
        return CallBody::Nothing;
    }
    if let Some(bytes) = body.dyn_ref::<Uint8Array>() {
        return CallBody::Bytes(bytes.to_vec().into());
    }
    let stream = PlatformStream::new(body.clone().unchecked_into());
    CallBody::Platform { stream, len: None }
}

/// A body to send.
async fn outgoing(body: CallBody) -> Result<Outgoing> {
    match body {
        CallBody::Nothing => Ok(Outgoing::nothing()),
        CallBody::Bytes(bytes) if bytes.len() as u64 > INLINE_BYTES_MAX => {
            let len = bytes.len() as u64;
            let stream = Payload::Bytes(bytes).into_stream();
            Outgoing::new(Payload::Stream { stream, len }).await
        }
        CallBody::Bytes(bytes) => Outgoing::new(Payload::Bytes(bytes)).await,
        CallBody::Platform { stream, .. } => Ok(Outgoing::handed_on(stream)),
        CallBody::Stream { stream, len: Some(len) } => {
            Outgoing::new(Payload::Stream { stream, len }).await
        }
        CallBody::Stream { stream, len: None } => Outgoing::of_any_length(stream),
    }
}
