//! An error as the answer of a `worker` handler.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use worker::{EncodeBody, Headers, ResponseBody, ResponseBuilder, web_sys};

use super::stream::PlatformStream;
use crate::backend::Payload;
use crate::body::Body;
use crate::bucket::{AsRequest, Object, Served};
use crate::error::Error;
use crate::signed::LinkRequest;

impl From<Error> for worker::Error {
    /// So that `?` works in handlers that return `worker::Result`. Such an error is answered with a
    /// plain 500, whatever its kind: a handler whose client should see the status and the code ends in
    /// `Ok(worker::Response::from(error))`.
    fn from(error: Error) -> Self {
        super::log(&error);
        Self::RustError(format!("{}: {}", error.code(), error.message()))
    }
}

impl From<Error> for worker::Response {
    /// JSON with the status of the kind. What only the log should say goes to the log if the fault
    /// is on this side.
    fn from(error: Error) -> Self {
        super::log(&error);
        let headers = Headers::new();
        // A valid header can be set on new headers; and the answer is worth giving without.
        let _ = headers.set("content-type", "application/json");
        let builder = ResponseBuilder::new().with_status(error.http_status()).with_headers(headers);
        builder.fixed(error.to_json().into_bytes())
    }
}

impl From<Object> for worker::Response {
    /// The body, with the headers that were written with it, its etag and its time: 200, or 206 if a
    /// range of it was read. The body goes from R2 to the client without entering the Worker's memory.
    fn from(object: Object) -> Self {
        let (status, headers) = (object.http_status(), object.http_headers());
        respond(status, &headers, Some(object.into_payload()))
    }
}

impl From<Served> for worker::Response {
    /// The body goes from R2 to the client without entering the Worker's memory.
    fn from(served: Served) -> Self {
        let (status, headers, payload) = served.into_parts();
        respond(status, &headers, payload)
    }
}

fn respond(
    status: u16,
    values: &[(&'static str, String)],
    payload: Option<Payload>,
) -> worker::Response {
    let headers = Headers::new();
    for (name, value) in values {
        // They have been checked; and the answer is worth giving without one.
        let _ = headers.set(name, value);
    }
    let mut builder = ResponseBuilder::new().with_status(status).with_headers(headers);
    if values.iter().any(|(name, _)| *name == "content-encoding") {
        // The body is encoded already: the platform is not to do it again.
        builder = builder.with_encode_body(EncodeBody::Manual);
    }
    match payload {
        None => builder.empty(),
        Some(Payload::Bytes(bytes)) => builder.fixed(bytes.into()),
        Some(Payload::Platform { stream, .. }) => builder.body(ResponseBody::Stream(stream.into())),
        Some(Payload::Stream { stream, .. }) => {
            // Only a memory backend has such bodies, and a stream always makes a response.
            let pieces = stream.map_err(worker::Error::from);
            builder.clone().from_stream(pieces).unwrap_or_else(|_| builder.empty())
        }
    }
}

impl AsRequest for worker::Request {
    fn method(&self) -> Cow<'_, str> {
        // `worker` takes a method that it does not know for GET.
        Cow::Owned(self.inner().method())
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        header(self.inner(), name)
    }
}

impl LinkRequest for worker::Request {
    fn path(&self) -> Cow<'_, str> {
        Cow::Owned(self.inner().url())
    }

    fn into_body(self) -> Body {
        Body::from(&self)
    }
}

impl From<&worker::Request> for Body {
    /// The body of a request, unread, with its content type. One of known length goes from the client
    /// to R2 without entering the Worker's memory.
    fn from(request: &worker::Request) -> Self {
        Self::of(request.inner(), request)
    }
}

impl Body {
    /// The body of a request, whose headers are read by whoever has a shorter way to them.
    pub(super) fn of(request: &web_sys::Request, headers: &dyn AsRequest) -> Self {
        let Some(stream) = request.body() else {
            return Self::empty();
        };
        let len = headers.header("content-length").and_then(|len| len.parse().ok());
        let content_type = headers.header("content-type").map(Cow::into_owned);
        let stream = PlatformStream::from(stream);
        if let Some(len) = len {
            return Self::known(Payload::Platform { stream, len }, content_type);
        }
        let body = Self::platform(stream);
        content_type.into_iter().fold(body, Self::with_content_type)
    }
}

/// The value of a header, asked for by itself.
pub(super) fn header(request: &web_sys::Request, name: &str) -> Option<Cow<'static, str>> {
    Headers(request.headers()).get(name).ok().flatten().map(Cow::Owned)
}
