//! What a request for a link says.

use std::borrow::Cow;

use storage_core::rpc::LinkCall;

use crate::body::Body;
use crate::bucket::AsRequest;
use crate::error::Result;
use crate::signed::links::refused;

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

/// The headers that are looked at. In a call, no others are.
const HEADERS: [&str; 12] = [
    "access-control-request-headers",
    "access-control-request-method",
    "content-encoding",
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

/// Somebody else's words, as far as the log has room for them.
pub(super) fn brief(words: &str) -> &str {
    const BYTES: usize = 100;
    words.get(..words.floor_char_boundary(BYTES)).unwrap_or_default()
}

/// What there is to know of a request but its body, to be kept until it is answered.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(super) method: String,
    token: Option<String>,
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

    /// The same of a request that came by another Worker.
    pub(super) fn of_call(call: LinkCall) -> Self {
        let LinkCall { method, token, mut headers } = call;
        let value = |name: &'static str| Some((name, headers.remove(name)?));
        Self {
            method,
            token: Some(token),
            headers: HEADERS.into_iter().filter_map(value).collect(),
        }
    }

    /// For the Worker that has the keys.
    pub(super) fn to_call(&self) -> Result<LinkCall> {
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let (method, token) = (self.method.clone(), self.token()?.to_owned());
        Ok(LinkCall { method, token, headers: headers.collect() })
    }

    pub(super) fn token(&self) -> Result<&str> {
        let none = || refused().with_detail("the path has no `/.storage/`");
        self.token.as_deref().ok_or_else(none)
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_log_has_the_beginning_of_what_somebody_says() {
        assert_eq!(super::brief("GET"), "GET");
        assert_eq!(super::brief(&"G".repeat(60_000)).len(), 100);
        assert_eq!(super::brief(&"ü".repeat(60_000)).len(), 100);
        assert_eq!(super::brief(&"€".repeat(60_000)).len(), 99);
    }
}
