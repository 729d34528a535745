//! Requests for links that another Worker has the keys of.

use storage_core::ErrorKind;

use super::request::Asked;
use super::{cors, headers};
use crate::body::Body;
use crate::bucket::{RawBucket, Served};
use crate::error::{Error, Result};
use crate::signed::RemoteLinks;
use crate::signed::links::refused;

/// The answer of that Worker, if the link is one that it knows. The only one that may know it is not asked before.
pub(super) async fn answer(
    bucket: &RawBucket,
    remote: &dyn RemoteLinks,
    is_only: bool,
    asked: &Asked,
    body: &mut Body,
) -> Result<Served> {
    let place = bucket.place("signed_url");
    let call = asked.to_call()?;
    // A body can be sent once, and to nobody whom it does not concern.
    if !is_only {
        let knows = remote.knows(call.token.clone()).await;
        if !knows.map_err(|error| in_private(error).at(place))? {
            return Err(refused().with_detail("the link is one of another bucket").at(place));
        }
    }
    let body = if call.method == "PUT" { std::mem::take(body) } else { Body::empty() };
    Ok(match remote.answer(call, body).await {
        Ok(served) => headers::sandbox(served),
        Err(error) => {
            let served = headers::refuse(asked, &in_private(error).at(place));
            cors::allow(served, asked, bucket.spec().cors.as_ref())
        }
    })
}

/// What this Worker asks of another, and is granted there, is for the log, and not for whoever has a link.
fn in_private(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden => refused().with_source(error),
        ErrorKind::InvalidOption => {
            let message = "the headers are longer than those of any request for a link";
            Error::new(ErrorKind::InvalidOption, message).with_source(error)
        }
        _ => error,
    }
}
