//! Bodies of HTTP messages.

use axum_core::body::Body as HttpBody;
use futures_util::TryStreamExt;

use crate::axum::read_error;
use crate::backend::Payload;
use crate::body::Body;

/// A payload as the body of a response.
pub(crate) fn into_http(payload: Payload) -> HttpBody {
    match payload {
        Payload::Bytes(bytes) => HttpBody::from(bytes),
        other => HttpBody::from_stream(other.into_stream()),
    }
}

/// The body of a request, which has `len` bytes if that is known.
pub(crate) fn from_http(body: HttpBody, len: Option<u64>) -> Body {
    let stream = body.into_data_stream().map_err(read_error);
    match len {
        Some(len) => Body::sized_stream(stream, len),
        None => Body::stream(stream),
    }
}
