//! Objects and errors as responses.

use axum_core::body::Body as HttpBody;
use axum_core::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, EXPIRES, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::http_date;
use crate::backend;
use crate::bucket::{HttpMetadata, Object, ObjectInfo};
use crate::error::Error;

impl IntoResponse for Error {
    /// JSON with the status of the kind. What only the log should say goes to the log if the fault
    /// is on this side.
    fn into_response(self) -> Response {
        backend::log(&self);
        let status = StatusCode::from_u16(self.http_status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(HttpBody::from(self.to_json()));
        *response.status_mut() = status;
        set(response.headers_mut(), CONTENT_TYPE, Some("application/json"));
        response
    }
}

impl IntoResponse for Object {
    /// The body, with the headers that were written with it, its etag and its time: 200, or 206 if a
    /// range of it was read.
    ///
    /// On Workers the body goes from R2 to the client without entering the Worker's memory.
    fn into_response(self) -> Response {
        let range = self.range();
        let mut headers = headers(self.info());
        let len = range.end - range.start;
        let status = if len == self.size() {
            StatusCode::OK
        } else {
            let last = range.end.saturating_sub(1);
            let text = format!("bytes {}-{last}/{}", range.start, self.size());
            set(&mut headers, CONTENT_RANGE, Some(&text));
            StatusCode::PARTIAL_CONTENT
        };
        set(&mut headers, CONTENT_LENGTH, Some(&len.to_string()));
        let mut response = Response::new(backend::into_http(self.into_payload()));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}

/// What an object says of itself.
fn headers(info: &ObjectInfo) -> HeaderMap {
    let HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires,
    } = info.http_metadata();
    let mut headers = HeaderMap::new();
    // What nobody named is not for a browser to guess at.
    set(&mut headers, CONTENT_TYPE, Some("application/octet-stream"));
    set(&mut headers, CONTENT_TYPE, content_type.as_deref());
    set(&mut headers, CONTENT_LANGUAGE, content_language.as_deref());
    set(&mut headers, CONTENT_DISPOSITION, content_disposition.as_deref());
    set(&mut headers, CONTENT_ENCODING, content_encoding.as_deref());
    set(&mut headers, CACHE_CONTROL, cache_control.as_deref());
    set(&mut headers, EXPIRES, expires.map(http_date).as_deref());
    set(&mut headers, ETAG, Some(&format!("\"{}\"", info.etag())));
    set(&mut headers, LAST_MODIFIED, Some(&http_date(info.uploaded())));
    headers
}

/// Another program may have written what can't stand in a header: then it is left out.
fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}
