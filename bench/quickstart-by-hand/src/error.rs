//! What a handler can answer instead of a result.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use worker::console_error;
use worker::kv::KvError;

pub(crate) enum Error {
    AlreadyExists,
    InvalidKey(String),
    Platform(String),
}

/// Keys that the platform would refuse.
pub(crate) fn check_key(key: &str, bytes_max: usize) -> Result<(), Error> {
    let bytes = key.len();
    if bytes > bytes_max {
        return Err(Error::InvalidKey(format!("key of {bytes} bytes: at most {bytes_max}")));
    }
    Ok(())
}

#[derive(Serialize)]
struct Body<'a> {
    error: Detail<'a>,
}

#[derive(Serialize)]
struct Detail<'a> {
    code: &'a str,
    message: &'a str,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, message) = match &self {
            Self::AlreadyExists => {
                (StatusCode::CONFLICT, "storage_key_already_exists", "the key already exists")
            }
            Self::InvalidKey(message) => {
                (StatusCode::BAD_REQUEST, "storage_invalid_key", message.as_str())
            }
            Self::Platform(detail) => {
                console_error!("{detail}");
                (StatusCode::INTERNAL_SERVER_ERROR, "storage_internal", "storage failed")
            }
        };
        (status, Json(Body { error: Detail { code, message } })).into_response()
    }
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Platform(error.to_string())
    }
}

impl From<axum::Error> for Error {
    fn from(error: axum::Error) -> Self {
        Self::Platform(error.to_string())
    }
}

impl From<KvError> for Error {
    fn from(error: KvError) -> Self {
        Self::Platform(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Platform(error.to_string())
    }
}
