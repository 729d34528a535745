//! What a request is answered with.

use serde::Serialize;

use crate::body::Body;

/// How many bytes the values in an answer of JSON have together, and the body of a request that is JSON. All of it
/// is in memory, several times, and a Worker has 128 MB for all the requests that it answers at a time.
pub(super) const JSON_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The answer to a request. Made by [`KvService::answer`](super::KvService::answer).
///
/// It is a response of axum (`IntoResponse`, feature `axum`) and, on Workers, of the platform
/// (`web_sys::Response::from(answer)`), which a handler of `worker` can return.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

impl Answer {
    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers: their names, in lowercase, and their values.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The value of a header, by its name in lowercase.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body: empty of an answer to `HEAD`, and of a 204. A value of more than 8 MiB comes in pieces where the
    /// platform has it so.
    #[must_use]
    pub fn into_body(self) -> Body {
        self.body
    }

    /// 200 with `data`, which is JSON, in the envelope.
    pub(super) fn data(data: &str) -> Self {
        Self::enveloped(200, true, data, "")
    }

    /// The envelope, with more fields: `,"name":value`.
    pub(super) fn enveloped(status: u16, success: bool, data: &str, more: &str) -> Self {
        let body = format!(r#"{{"status":{status},"success":{success},"data":{data}{more}}}"#);
        Self::json(status, body.into_bytes())
    }

    /// 200 with a document of its own form.
    pub(super) fn document(json: String) -> Self {
        Self::json(200, json.into_bytes())
    }

    /// 200 with a value as it is stored.
    pub(super) fn raw(content_type: String, value: impl Into<Body>) -> Self {
        let value = value.into();
        let length = value.len();
        let answer = Self { status: 200, headers: Vec::new(), body: value };
        let answer = match length {
            Some(length) => answer.with("content-length", length.to_string()),
            None => answer,
        };
        answer
            .with("content-type", content_type)
            // A value is somebody's upload: as a page of this origin it could do what its reader may.
            .with("content-security-policy", "default-src 'none'; sandbox")
    }

    /// 204.
    pub(super) fn empty() -> Self {
        Self { status: 204, headers: Vec::new(), body: Body::empty() }
    }

    /// The same with one more header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, to be kept by nobody and to be taken for nothing else.
    pub(super) fn closed(self) -> Self {
        self.with("cache-control", "no-store").with("x-content-type-options", "nosniff")
    }

    /// The same without its body, as `HEAD` asks for it.
    pub(super) fn without_body(mut self) -> Self {
        self.body = Body::empty();
        self
    }

    #[cfg_attr(
        not(any(feature = "axum", target_arch = "wasm32")),
        expect(dead_code, reason = "only responses of frameworks are made of the parts")
    )]
    pub(crate) fn into_parts(self) -> (u16, Vec<(&'static str, String)>, Body) {
        (self.status, self.headers, self.body)
    }

    fn json(status: u16, body: Vec<u8>) -> Self {
        let length = body.len().to_string();
        let answer = Self { status, headers: Vec::new(), body: body.into() };
        answer.with("content-type", "application/json").with("content-length", length)
    }
}

/// A value as JSON. What is written here always is: texts, numbers and lists of them.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
