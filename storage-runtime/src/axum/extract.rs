//! The body of a request as the body of a write.

use std::convert::Infallible;

use axum_core::extract::{FromRequest, Request};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName};

use crate::backend;
use crate::body::Body;

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Infallible;

    /// The body of the request, unread, with its content type.
    ///
    /// On Workers a body of known length goes from the client to R2 without entering the Worker's
    /// memory. The size is not limited: neither by axum's `DefaultBodyLimit`, which is for what is read
    /// into memory, nor otherwise than by the platform. A layer that limits all bodies, as tower-http's
    /// `RequestBodyLimitLayer`, works: what is over it fails with
    /// [`ValueTooLarge`](crate::ErrorKind::ValueTooLarge), and nothing is stored.
    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        Ok(body(request))
    }
}

/// The body of a request, unread, with its content type.
pub(super) fn body(request: Request) -> Body {
    let (parts, body) = request.into_parts();
    let content_type = text(&parts.headers, &CONTENT_TYPE).map(str::to_owned);
    // With a transfer encoding, a length says nothing (RFC 9112, section 6.3).
    let is_encoded = parts.headers.contains_key(TRANSFER_ENCODING);
    let len = text(&parts.headers, &CONTENT_LENGTH).filter(|_| !is_encoded);
    let len = len.and_then(|len| len.parse().ok());
    let body = backend::from_http(body, len);
    content_type.into_iter().fold(body, Body::with_content_type)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
