//! What a request is answered with.

use bytes::Bytes;

use super::super::headers::Headers;
use crate::backend::Payload;
use crate::body::Body;
use crate::content::Content;
use crate::error::Place;

/// The answer to a request for an object, made by [`Bucket::serve`](crate::Bucket::serve), or for a page of
/// a rotation ([`Bucket::rotate_by`](crate::Bucket::rotate_by)).
///
/// It is a response of axum (`IntoResponse`, feature `axum`) and, on Workers, of the `worker` crate
/// (`worker::Response::from(served)`). There its body goes from R2 to the client without entering the
/// Worker's memory.
#[derive(Debug)]
pub struct Served {
    status: u16,
    headers: Headers,
    content: Option<Content>,
}

impl Served {
    pub(crate) fn new(status: u16, headers: Headers, content: Option<Content>) -> Self {
        Self { status, headers, content }
    }

    /// JSON that nobody is to keep.
    pub(crate) fn json(status: u16, json: String, place: Place) -> Self {
        let headers = vec![
            ("cache-control", "no-store".to_owned()),
            ("content-length", json.len().to_string()),
            ("content-type", "application/json".to_owned()),
        ];
        Self::new(status, headers, Some(Content::new(Box::new(Bytes::from(json)), place)))
    }

    pub(crate) fn has_body(&self) -> bool {
        self.content.is_some()
    }

    pub(crate) fn without_body(mut self) -> Self {
        self.content = None;
        self
    }

    pub(crate) fn with_header(mut self, header: (&'static str, String)) -> Self {
        self.headers.push(header);
        self
    }

    /// With that header, in place of one of its name.
    pub(crate) fn set(mut self, name: &'static str, value: String) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self.with_header((name, value))
    }

    /// The status: 200, 206, 304, 404, 405, 412 or 416; of a rotation 200, 403 or 405; of a
    /// [link](crate::signed) 204, 403, 413, and those of errors too.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers: their names, in lowercase and each once, and their values.
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

    /// The body, empty where HTTP has none: of a 304, and of every answer to `HEAD`.
    #[must_use]
    pub fn into_body(self) -> Body {
        let content_type = self.header("content-type").map(str::to_owned);
        match self.content {
            Some(content) => Body::known(content.into_payload(), content_type),
            None => Body::empty(),
        }
    }

    pub(crate) fn into_parts(self) -> (u16, Headers, Option<Payload>) {
        (self.status, self.headers, self.content.map(Content::into_payload))
    }
}
