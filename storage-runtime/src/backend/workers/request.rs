//! A request, read at once.

use std::borrow::Cow;

use worker::Method;

use super::sys;
use crate::bucket::AsRequest;

/// What is read of a request that brings nothing, a line each.
const OF_READS: &str = "authorization\nx-api-key\naccept\ncf-connecting-ip";

/// And of one that brings a body.
const OF_WRITES: &str = "authorization\nx-api-key\naccept\ncf-connecting-ip\ncontent-encoding\n\
                         content-length\ncontent-type\nif-match\nif-none-match\nif-unmodified-since";

/// What stands in place of the value of a header that is not there.
const MISSING: &str = "\0";

/// A request whose method, URL and usual headers were read in one call of the platform. Other headers are read
/// when somebody asks for them.
pub(super) struct Request {
    inner: worker::Request,
    method: String,
    url: String,
    names: &'static str,
    /// Of the headers of these names, in their order.
    values: Vec<String>,
}

impl Request {
    pub(super) fn read(inner: worker::Request) -> Self {
        // `worker` takes a method that it does not know for GET: then less is read at once.
        let names = match inner.method() {
            Method::Get | Method::Head => OF_READS,
            _ => OF_WRITES,
        };
        let lines = sys::request_lines(inner.inner(), names).unwrap_or_default();
        let mut lines = lines.split('\n').map(str::to_owned);
        let (method, url) = (lines.next(), lines.next());
        let values: Vec<_> = lines.collect();
        match (method, url) {
            (Some(method), Some(url)) if values.len() == names.split('\n').count() => {
                Self { inner, method, url, names, values }
            }
            // A line too many or too few: whose they are is not to be guessed.
            _ => {
                let (method, url) = (inner.inner().method(), inner.inner().url());
                Self { inner, method, url, names: "", values: Vec::new() }
            }
        }
    }

    pub(super) fn inner(&self) -> &worker::Request {
        &self.inner
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
        let at = self.names.split('\n').position(|known| known == name);
        match at.and_then(|at| self.values.get(at)) {
            Some(value) => (value != MISSING).then_some(Cow::Borrowed(value)),
            None => self.inner.header(name),
        }
    }
}
