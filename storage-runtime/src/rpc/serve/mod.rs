//! The storage Worker's side: calls are answered by the layers that a handle of the Worker itself has.

mod bucket;
mod head;
mod http;
mod kv;
mod links;
mod offer;
mod refuse;
mod room;

use std::mem;

use futures_util::future::join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use storage_core::rpc::{Answer, Asked, Call, Declaration, Grant, Grants};
use storage_core::{ErrorKind, rpc};

use self::offer::Kind;
use self::refuse::{failure, forbidden, mismatch, unreadable};
use self::room::Room;
use super::transport::{Answered, CallBody};
use crate::error::{Error, Result};
use crate::observe::{TraceId, with_trace};

#[allow(unused_imports, reason = "natively nobody serves a storage Worker")]
pub(crate) use http::answer_links;
pub(crate) use offer::Offer;
pub use offer::Wanted;

/// Longer than any declaration. What a caller says comes back, and stands in the log, if it is refused.
const DECLARATION_BYTES_MAX: usize = 1024;

/// What a storage Worker holds.
pub(crate) trait Shelf: Send + Sync {
    /// Opens what a call is about, if it is there.
    fn open(&self, wanted: &mut Wanted) -> Result<()>;
}

/// Answers a message of somebody who was granted that.
pub(crate) async fn answer(
    shelf: &dyn Shelf,
    grants: &Result<Grants>,
    head: String,
    body: CallBody,
) -> Answered {
    let calls = head::read(&head);
    // It may be long, and a body may take its time.
    drop(head);
    let calls = match calls {
        Ok(calls) => calls,
        Err(error) => return refused(&error),
    };
    let is_granted = |call: &Call| granted(grants, &Declaration::read(&call.on)).is_ok();
    // Of somebody who was granted nothing of it, nothing is read.
    let is_read = !matches!(body, CallBody::Nothing) && calls.iter().any(is_granted);
    let bodies = if is_read { head::bodies(&calls, body).await } else { Ok(Vec::new()) };
    let bodies = match bodies {
        Ok(bodies) => bodies.into_iter().chain(std::iter::repeat_with(CallBody::default)),
        Err(error) => return refused(&error),
    };
    let room = Room::of(calls.len());
    let answers =
        calls.into_iter().zip(bodies).map(|(call, body)| one(shelf, grants, call, body, &room));
    let (answers, bodies): (Vec<_>, Vec<_>) = join_all(answers).await.into_iter().unzip();
    Answered { head: write(&answers), bodies }
}

/// What is said of a head that is so long that it is not even taken over from JavaScript.
#[allow(dead_code, reason = "natively nobody serves a storage Worker")]
pub(crate) fn too_long() -> Answered {
    refused(&head::out_of_bounds())
}

/// The one answer to a message that can't be read.
fn refused(error: &Error) -> Answered {
    let answer = Answer { error: Some(failure(error)), ..Answer::default() };
    Answered { head: write(&[answer]), bodies: Vec::new() }
}

/// What is granted, as `ctx.props` has it. Without any, nothing is.
#[allow(dead_code, reason = "natively nobody serves a storage Worker")]
pub(crate) fn grants(props: Option<&str>) -> Result<Grants> {
    let Some(props) = props else { return Ok(Grants::default()) };
    serde_json::from_str(props).map_err(|error| {
        forbidden(&format!("the grants of the caller, `props.{}`, can't be read", rpc::PROPS))
            .with_source(error)
    })
}

async fn one(
    shelf: &dyn Shelf,
    grants: &Result<Grants>,
    call: Call,
    mut body: CallBody,
    room: &Room,
) -> (Answer, CallBody) {
    let trace = call.trace.as_deref().and_then(TraceId::new);
    match with_trace(trace, respond(shelf, grants, call, &mut body, room)).await {
        Ok((ok, body)) => (Answer { ok: Some(ok), len: body.len(), error: None }, body),
        Err(error) => {
            // What was refused before it was read: whoever sends it would lose the connection.
            body.into_body().drain().await;
            let error = Some(failure(&error));
            (Answer { error, ..Answer::default() }, CallBody::Nothing)
        }
    }
}

async fn respond(
    shelf: &dyn Shelf,
    grants: &Result<Grants>,
    call: Call,
    body: &mut CallBody,
    room: &Room,
) -> Result<Found> {
    if call.on.len() > DECLARATION_BYTES_MAX {
        return Err(mismatch("what the caller relies on is longer than any declaration"));
    }
    let on = Declaration::read(&call.on);
    if on.protocol() != Some(rpc::PROTOCOL) {
        let here = rpc::PROTOCOL;
        return Err(mismatch(&format!(
            "the caller relies on `{on}`, and here the protocol is {here}"
        )));
    }
    let grant = granted(grants, &on)?;
    let mut wanted = Wanted::one(&on);
    shelf.open(&mut wanted)?;
    let Some(offer) = wanted.into_found().pop() else {
        return Err(mismatch(&format!("the caller relies on `{on}`, and here is no such")));
    };
    let here = offer.declaration();
    if !on.is_met_by(&here) {
        return Err(mismatch(&format!("the caller relies on `{on}`, and here is `{here}`")));
    }
    match offer.into_kind() {
        Kind::Bucket(raw) => {
            let ask = allowed(&call, &on, grant)?;
            drop(call); // as the head
            bucket::answer(&raw, ask, mem::take(body), grant, room).await
        }
        Kind::Kv(raw) => {
            let ask = allowed(&call, &on, grant)?;
            drop(call); // as the head
            let allowed = kv::Allowed { grant, on: &on };
            kv::answer(&raw, ask, mem::take(body), &allowed, room).await
        }
    }
}

/// What was granted of that.
fn granted<'a>(grants: &'a Result<Grants>, on: &Declaration) -> Result<&'a Grant> {
    let grants = grants.as_ref().map_err(|error| forbidden(&error.to_string()))?;
    grants.of(on).map_err(|refusal| forbidden(&refusal.to_string()))
}

/// What is asked for, if that was granted.
fn allowed<C: Asked + DeserializeOwned>(call: &Call, on: &Declaration, grant: &Grant) -> Result<C> {
    let ask: C = serde_json::from_str(call.ask.get()).map_err(|error| {
        unreadable("the caller asks for something that is not known here", &error)
    })?;
    let checked = grant.check(on.name(), &ask.needs());
    checked.map_err(|refusal| forbidden(&refusal.to_string()))?;
    Ok(ask)
}

/// What was found, as a message has it, and a body.
type Found = (Box<RawValue>, CallBody);

fn found<T: Serialize>(value: &T, body: CallBody) -> Result<Found> {
    let value = serde_json::value::to_raw_value(value).map_err(|error| {
        Error::new(ErrorKind::EncodeFailed, "the answer can't be written").with_source(error)
    })?;
    Ok((value, body))
}

fn write(answers: &[Answer]) -> String {
    // Texts and numbers always serialise; no answer is the honest one if they ever did not.
    serde_json::to_string(answers).unwrap_or_default()
}
