//! Requests of axum, as what objects are served to.

use std::borrow::Cow;

use http::request::Parts;
use http::{HeaderMap, Method, Request};

use axum_core::extract::Request as HttpRequest;

use super::extract;
use crate::body::Body;
use crate::bucket::AsRequest;
use crate::signed::LinkRequest;

impl<B> AsRequest for Request<B> {
    fn method(&self) -> Cow<'_, str> {
        name(self.method())
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        value(self.headers(), name)
    }
}

impl AsRequest for Parts {
    fn method(&self) -> Cow<'_, str> {
        name(&self.method)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        value(&self.headers, name)
    }
}

impl LinkRequest for HttpRequest {
    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.uri().path())
    }

    fn into_body(self) -> Body {
        extract::body(self)
    }
}

fn name(method: &Method) -> Cow<'_, str> {
    Cow::Borrowed(method.as_str())
}

/// All values of a header. Bytes that are not UTF-8 are in no etag of ours, nor in a date.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<Cow<'a, str>> {
    let values = headers.get_all(name).into_iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .reduce(|all, one| all + ", " + one)
}
