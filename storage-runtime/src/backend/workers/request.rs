//! A request, read at once.

use std::borrow::Cow;

use worker::web_sys;

use super::stream::PlatformStream;
use super::{respond, sys};
use crate::backend::Payload;
use crate::body::Body;
use crate::bucket::AsRequest;

/// What is read of every request, a line each.
const OF_ALL: &str = "authorization\nx-api-key\naccept\ncf-connecting-ip";

/// And of one that brings a body.
const OF_WRITES: &str = "content-encoding\ncontent-length\ncontent-type\nif-match\nif-none-match\n\
                         if-unmodified-since";

/// What stands in place of the value of a header that is not there.
const MISSING: &str = "\0";

/// A request whose method, URL and usual headers were read in one call of the platform. Other headers are read
/// when somebody asks for them.
pub(super) struct Request {
    inner: web_sys::Request,
    method: String,
    url: String,
    /// Of the headers of those names, in their order.
    values: Vec<String>,
}

impl Request {
    pub(super) fn read(inner: web_sys::Request) -> Self {
        let lines = sys::request_lines(&inner, OF_ALL, OF_WRITES).unwrap_or_default();
        let mut lines = lines.split('\n').map(str::to_owned);
        let (method, url) = (lines.next(), lines.next());
        let values: Vec<_> = lines.collect();
        let (all, writes) = (OF_ALL.split('\n').count(), OF_WRITES.split('\n').count());
        match (method, url) {
            (Some(method), Some(url)) if [all, all + writes].contains(&values.len()) => {
                Self { inner, method, url, values }
            }
            // A line too many or too few: whose they are is not to be guessed.
            _ => {
                let (method, url) = (inner.method(), inner.url());
                Self { inner, method, url, values: Vec::new() }
            }
        }
    }

    /// The body, unread.
    pub(super) fn body(&self) -> Body {
        // What only reads has none, whatever it says.
        let is_read = matches!(&*self.method, "GET" | "HEAD");
        let len = self.header("content-length").and_then(|len| len.parse().ok());
        match len.filter(|len| *len > 0 && !is_read) {
            Some(len) => {
                let stream = PlatformStream::of_request(&self.inner);
                Body::known(Payload::Platform { stream, len }, None)
            }
            None => Body::of(&self.inner, self),
        }
    }

    /// The path and the query.
    pub(super) fn target(&self) -> &str {
        let rest = self.url.split_once("://").map_or(&*self.url, |(_, rest)| rest);
        let rest = rest.split('#').next().unwrap_or_default();
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }
}

impl AsRequest for Request {
    fn method(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.method)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut names = OF_ALL.split('\n').chain(OF_WRITES.split('\n'));
        match names.position(|known| known == name).and_then(|at| self.values.get(at)) {
            Some(value) => (value != MISSING).then_some(Cow::Borrowed(value)),
            None => respond::header(&self.inner, name),
        }
    }
}
