//! A request, whatever framework it came by.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use crate::body::Body;
use crate::bucket::AsRequest;

/// A request for a [`KvService`](super::KvService).
///
/// The service makes one itself of the requests of axum (feature `axum`) and, on Workers, of
/// `worker::Request`. Make one for those of another framework.
pub struct Incoming {
    request: Box<dyn AsRequest + Send + Sync>,
    target: String,
    peer: Option<IpAddr>,
    body: Body,
}

impl Incoming {
    /// A request without a body. `target` is what stands behind the method in HTTP: the path with its
    /// percent-escapes, and the query.
    pub fn new(target: impl Into<String>, request: impl AsRequest + Send + Sync + 'static) -> Self {
        let target = target.into();
        Self { request: Box::new(request), target, peer: None, body: Body::empty() }
    }

    /// The same with that body.
    #[must_use]
    pub fn body(self, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// The same with the address that it comes from, by somebody whose word counts: the socket, or a
    /// proxy of one's own. [`KvServer::allow_addresses`](super::KvServer::allow_addresses) goes by it.
    #[must_use]
    pub fn peer(self, address: Option<IpAddr>) -> Self {
        Self { peer: address, ..self }
    }

    /// The method, in capitals.
    #[must_use]
    pub fn method(&self) -> Cow<'_, str> {
        self.request.method()
    }

    /// The value of the header of that name, which is in lowercase.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.request.header(name)
    }

    /// The path, with its percent-escapes.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query, with its percent-escapes.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The address that it comes from, if that is known.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.peer
    }

    /// How many bytes the body has, if that is known.
    pub(super) fn body_len(&self) -> Option<u64> {
        self.body.len()
    }

    /// The body, once.
    pub(crate) fn take_body(&mut self) -> Body {
        std::mem::take(&mut self.body)
    }
}

impl fmt::Debug for Incoming {
    /// The method and the path. Headers and bodies may be private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
