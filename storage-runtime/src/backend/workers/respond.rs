//! An error as the answer of a `worker` handler.

use worker::{Headers, ResponseBuilder};

use crate::error::Error;

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
