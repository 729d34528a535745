//! Answers that are not what was asked for.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request is refused.
pub(super) enum Refusal {
    /// The request has no secret of an album.
    NoAlbum,
    /// The album has no such photo.
    NoPhoto,
    /// What was to be uploaded is not there, or is something else.
    NotUploaded,
    /// It is no picture that browsers show without running anything.
    Type,
    /// It is longer than the album takes.
    Size,
    /// What the storage says.
    Storage(storage::Error),
}

impl From<storage::Error> for Refusal {
    fn from(error: storage::Error) -> Self {
        Self::Storage(error)
    }
}

impl IntoResponse for Refusal {
    /// In the form that errors of the storage have.
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::NoAlbum => {
                (StatusCode::UNAUTHORIZED, "no_album", "the request has no secret of an album")
            }
            Self::NoPhoto => (StatusCode::NOT_FOUND, "no_photo", "the album has no such photo"),
            Self::NotUploaded => (
                StatusCode::CONFLICT,
                "not_uploaded",
                "what was to be uploaded did not arrive whole",
            ),
            Self::Type => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "type",
                "photos are JPEG, PNG, WebP, GIF or AVIF",
            ),
            Self::Size => {
                (StatusCode::PAYLOAD_TOO_LARGE, "size", "that is more than this album takes")
            }
            Self::Storage(error) => return error.into_response(),
        };
        let body = json!({ "error": { "code": code, "message": message } });
        (status, Json(body)).into_response()
    }
}
