//! An error as the answer of a `worker` handler.

use worker::{Headers, ResponseBuilder};

use crate::error::Error;

impl From<Error> for worker::Error {
    /// So that `?` works in handlers that return `worker::Result`.
    fn from(error: Error) -> Self {
        Self::RustError(error.to_string())
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
