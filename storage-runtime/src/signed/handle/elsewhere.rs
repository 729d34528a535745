//! Requests for links that another Worker has the keys of.

use storage_core::ErrorKind;

use super::headers;
use super::request::Asked;
use crate::body::Body;
use crate::bucket::Served;
use crate::error::{Error, Result};
use crate::signed::RemoteLinks;
use crate::signed::links::refused;

/// The answer of that Worker, if the link is one that it knows. The only one that may know it is not asked before.
pub(super) async fn answer(
    remote: &dyn RemoteLinks,
    is_only: bool,
    asked: &Asked,
    body: &mut Body,
) -> Result<Served> {
    let call = asked.to_call()?;
    // A body can be sent once, and to nobody whom it does not concern.
    if !is_only && !remote.knows(call.token.clone()).await.map_err(in_private)? {
        return Err(refused().with_detail("the link is one of another bucket"));
    }
    let body = if call.method == "PUT" { std::mem::take(body) } else { Body::empty() };
    let served = remote.answer(call, body).await.map_err(in_private)?;
    Ok(headers::sandbox(served))
}

/// What this Worker is granted is for the log, and not for whoever has a link.
fn in_private(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden => refused().with_source(error),
        _ => error,
    }
}
