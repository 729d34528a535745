//! The application's side: backends that ask a storage Worker.

mod bucket;
mod kv;
mod links;
mod rotate;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use storage_core::ErrorKind;
use storage_core::manifest::{BucketSpec, KvSpec, ServiceSpec};
use storage_core::rpc::{self, Answer, Asked, Call, Declaration, Failure, INLINE_BYTES_MAX};

use super::batch;
use super::transport::{Answered, CallBody, Transport};
use super::within::Within;
use crate::backend::{AnyBucket, AnyKv};
use crate::encryption::{Parts, Sealer};
use crate::error::{Error, Result};
use crate::observe::TraceId;
use crate::signed::HasLinks;

/// A bucket in a storage Worker: what stores, what takes bodies that are uploaded in parts, and what makes
/// links.
pub(crate) fn bucket(
    transport: Arc<dyn Transport>,
    spec: &'static BucketSpec,
    service: &ServiceSpec,
) -> (AnyBucket, Arc<dyn Sealer>, Arc<dyn HasLinks>) {
    let stub = Stub::new(transport, Declaration::of_bucket(spec), service);
    let (sealer, links) = (bucket::StubBucket(stub.clone()), links::StubLinks(stub.clone()));
    (bucket::StubBucket(stub).into(), Arc::new(sealer), Arc::new(links))
}

/// A KV namespace in a storage Worker, and what rotates its keys.
pub(crate) fn kv(
    transport: Arc<dyn Transport>,
    spec: &'static KvSpec,
    service: &ServiceSpec,
) -> (AnyKv, Arc<dyn Parts>) {
    let stub = Stub::new(transport, Declaration::of_kv(spec), service);
    (kv::StubKv(stub.clone()).into(), Arc::new(kv::StubKv(stub)))
}

/// A resource of a storage Worker.
#[derive(Clone)]
struct Stub(Arc<Inner>);

struct Inner {
    transport: Arc<dyn Transport>,
    declaration: Declaration,
    within: Within,
}

impl Stub {
    fn new(transport: Arc<dyn Transport>, declaration: Declaration, service: &ServiceSpec) -> Self {
        Self(Arc::new(Inner { transport, declaration, within: Within::of(service) }))
    }

    /// What a listing is narrowed by that says nothing of it.
    fn prefix(&self, prefix: Option<String>) -> Option<String> {
        self.0.within.narrow(prefix)
    }

    /// Makes a call that has no body to send, and gives none.
    async fn ask<R: DeserializeOwned>(&self, call: &(impl Asked + Serialize)) -> Result<R> {
        self.send(call, CallBody::Nothing).await.map(|(found, _)| found)
    }

    /// Makes a call.
    async fn send<R: DeserializeOwned>(
        &self,
        call: &(impl Asked + Serialize),
        body: CallBody,
    ) -> Result<(R, CallBody)> {
        // Before anything is sent.
        self.0.within.check(&call.needs().scope)?;
        let ask = serde_json::value::to_raw_value(call).map_err(|error| {
            Error::new(ErrorKind::EncodeFailed, "the call can't be written").with_source(error)
        })?;
        let (found, body) = self.exchange(ask, body).await?;
        let found = serde_json::from_str(found.as_deref().map_or("null", RawValue::get));
        Ok((found.map_err(unreadable)?, body))
    }

    /// The part of a call that is the same for all.
    async fn exchange(
        &self,
        ask: Box<RawValue>,
        body: CallBody,
    ) -> Result<(Option<Box<RawValue>>, CallBody)> {
        let on = self.0.declaration.as_str().to_owned();
        let trace = TraceId::current().map(|trace| trace.to_string());
        let call = Call { on, ask, len: body.len(), trace };
        let is_small = match &body {
            CallBody::Bytes(bytes) => bytes.len() as u64 <= INLINE_BYTES_MAX,
            CallBody::Nothing => true,
            CallBody::Platform { .. } | CallBody::Stream { .. } => false,
        };
        let (answer, body) = match batch::scope().filter(|_| is_small) {
            Some(scope) => scope.send(&self.0.transport, call, body).await?,
            None => one(&*self.0.transport, call, body).await?,
        };
        let Answer { ok, len, error } = answer;
        match error {
            Some(failure) => Err(failed(failure)),
            None => Ok((ok, body.of_len(len))),
        }
    }
}

/// Sends one call.
async fn one(transport: &dyn Transport, call: Call, body: CallBody) -> Result<(Answer, CallBody)> {
    let Answered { head, bodies } = transport.call(head(&[call])?, body).await?;
    let [answer] = answers(&head)?;
    Ok((answer, bodies.into_iter().next().unwrap_or_default()))
}

/// The head of a message.
pub(super) fn head(calls: &[Call]) -> Result<String> {
    let head = serde_json::to_string(calls).map_err(|error| {
        Error::new(ErrorKind::EncodeFailed, "the call can't be written").with_source(error)
    })?;
    if rpc::is_in_bounds(&head, calls.len()) {
        return Ok(head);
    }
    let message = "the call is too long for a storage Worker";
    let (all, text) = (rpc::HEAD_BYTES_MAX, rpc::TEXT_BYTES_MAX);
    Err(Error::new(ErrorKind::InvalidOption, message).with_detail(format!(
        "without its body it has {} bytes, the limit is {all}, and {text} for each of its texts",
        head.len()
    )))
}

/// The answers to a number of calls.
fn answers<const N: usize>(head: &str) -> Result<[Answer; N]> {
    all_answers(head, N)?.try_into().map_err(|_| unanswered())
}

/// The same, of a number that is not known here.
pub(super) fn all_answers(head: &str, calls: usize) -> Result<Vec<Answer>> {
    let answers: Vec<Answer> = serde_json::from_str(head).map_err(unreadable)?;
    match answers.as_slice() {
        // What can't be read at all has one answer.
        [Answer { error: Some(failure), .. }] if calls > 1 => Err(failed(failure.clone())),
        answers if answers.len() != calls => Err(unanswered()),
        _ => Ok(answers),
    }
}

fn unanswered() -> Error {
    let message = "the storage Worker did not answer every call";
    Error::new(ErrorKind::Internal, message)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Internal, "the storage Worker's answer can't be read").with_source(error)
}

/// What the storage Worker says, as an error of this side. Operation and resource are those of the handle.
fn failed(failure: Failure) -> Error {
    let kind = failure.kind();
    let Failure { code, message, log } = failure;
    let error = Error::new(kind.unwrap_or(ErrorKind::Internal), message);
    match (kind, log) {
        (None, _) => {
            error.with_detail(format!("the storage Worker has a newer code for it, `{code}`"))
        }
        (Some(_), Some(log)) => error.with_detail(format!("the storage Worker said: {log}")),
        (Some(_), None) => error,
    }
}
