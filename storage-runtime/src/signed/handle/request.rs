//! What a request for a link says.

use std::borrow::Cow;

use crate::body::Body;
use crate::bucket::AsRequest;

/// A request, as far as [`handle`](super::handle()) looks at it: with its path and its body.
///
/// The requests of axum (feature `axum`: `http::Request<axum::body::Body>`) and, on Workers,
/// `worker::Request` are such. Implement it for those of another framework.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request that a link can be answered to",
    label = "not a request",
    note = "help: for those of axum add `axum` to the features of `storage` in Cargo.toml",
    note = "help: for those of another framework implement `storage::signed::LinkRequest`"
)]
pub trait LinkRequest: AsRequest {
    /// The path, as it was sent: not decoded. What stands in front of it (`https://host`) and behind it
    /// (`?query`) may be left.
    fn path(&self) -> Cow<'_, str>;

    /// The body, with its length if that is known.
    fn into_body(self) -> Body;
}

/// The headers that are looked at.
const HEADERS: [&str; 13] = [
    "access-control-request-headers",
    "access-control-request-method",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "range",
];

/// What there is to know of a request but its body, to be kept until it is answered.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

impl Asked {
    pub(super) fn of(request: &dyn LinkRequest) -> Self {
        let path = request.path();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let token = path.rsplit_once("/.storage/").map(|(_, token)| token.to_owned());
        let value = |name| Some((name, request.header(name)?.into_owned()));
        let headers = HEADERS.into_iter().filter_map(value).collect();
        Self { method: request.method().into_owned(), token, headers }
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl AsRequest for Asked {
    fn method(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.method)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.value(name).map(Cow::Borrowed)
    }
}
