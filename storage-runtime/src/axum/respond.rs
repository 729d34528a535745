//! Objects and errors as responses.

use std::convert::Infallible;

use axum_core::body::Body as HttpBody;
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::backend;
use crate::bucket::{Object, Served};
use crate::error::Error;

impl IntoResponse for Error {
    /// JSON with the status of the kind. What only the log should say goes to the log if the fault
    /// is on this side.
    fn into_response(self) -> Response {
        backend::log(&self);
        let mut response = Response::new(HttpBody::from(self.to_json()));
        set_status(&mut response, self.http_status());
        set(&mut response, CONTENT_TYPE, "application/json");
        response
    }
}

impl IntoResponse for Object {
    /// The body, with the headers that were written with it, its etag and its time: 200, or 206 if a
    /// range of it was read.
    ///
    /// On Workers the body goes from R2 to the client without entering the Worker's memory.
    fn into_response(self) -> Response {
        let (status, headers) = (self.http_status(), self.http_headers());
        respond(status, headers, backend::into_http(self.into_payload()))
    }
}

impl IntoResponse for Served {
    /// On Workers the body goes from R2 to the client without entering the Worker's memory.
    fn into_response(self) -> Response {
        let (status, headers, payload) = self.into_parts();
        let body = match payload {
            Some(payload) => backend::into_http(payload),
            // Not a body of no bytes: axum would say so, and a 304 has no length.
            None => HttpBody::from_stream(stream::empty::<Result<Bytes, Infallible>>()),
        };
        respond(status, headers, body)
    }
}

fn respond(status: u16, headers: Vec<(&'static str, String)>, body: HttpBody) -> Response {
    let mut response = Response::new(body);
    set_status(&mut response, status);
    for (name, value) in headers {
        set(&mut response, HeaderName::from_static(name), &value);
    }
    response
}

fn set_status(response: &mut Response, status: u16) {
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
