//! Bodies of requests.

use bytes::Bytes;
use serde::Deserialize;

use super::failure::Failure;
use super::incoming::Incoming;
use crate::write::value_too_large;

/// All of a body, if it is no longer than the server takes.
pub(super) async fn read(request: &mut Incoming, max: u64) -> Result<Bytes, Failure> {
    if let Some(len) = request.body_len().filter(|len| *len > max) {
        // It stays where it is: its reader would have to give it back.
        return Err(value_too_large(len, max).into());
    }
    Ok(request.take_body().gather_at_once(max).await?)
}

/// The body of a request that has to be JSON.
pub(super) async fn read_json(request: &mut Incoming, max: u64) -> Result<Bytes, Failure> {
    if is_json(&content_type(request)?) {
        return read(request, max).await;
    }
    Err(unsupported("this takes JSON; help: `Content-Type: application/json`"))
}

/// What a body is said to be.
pub(super) fn content_type(request: &Incoming) -> Result<String, Failure> {
    let Some(content_type) = request.header("content-type").filter(|header| !header.is_empty())
    else {
        return Err(unsupported(
            "the body has no content type; help: `Content-Type: application/json` for \
             `{\"value\": ...}`, any other type for a value as it is",
        ));
    };
    // What forms and `curl --data` send: nobody means to store these.
    for form in ["application/x-www-form-urlencoded", "multipart/form-data"] {
        if media_type(&content_type).eq_ignore_ascii_case(form) {
            return Err(unsupported(
                "a form is no value; help: `Content-Type: application/json` for \
                 `{\"value\": ...}`, `application/octet-stream` for bytes",
            ));
        }
    }
    Ok(content_type.into_owned())
}

pub(super) fn is_json(content_type: &str) -> bool {
    media_type(content_type).eq_ignore_ascii_case("application/json")
}

/// What JSON says. Text that is none is told from JSON that is something else.
pub(super) fn json<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(text).map_err(|error| {
        if error.is_data() {
            Failure::invalid_value(error.to_string())
        } else {
            Failure::invalid_json(error.to_string())
        }
    })
}

fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn unsupported(message: &str) -> Failure {
    Failure::new(415, "storage_unsupported_media_type", message)
}
