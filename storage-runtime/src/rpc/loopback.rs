//! A storage Worker in this very process: every message is written, sent nowhere, and read.

use futures_util::future::BoxFuture;
use storage_core::rpc::Grants;

use super::serve::{self, Shelf};
use super::transport::{Answered, CallBody, Transport};
use crate::error::Result;

/// Takes messages to what holds the stores.
pub(crate) struct Loopback<S> {
    shelf: S,
    grants: Result<Grants>,
}

impl<S: Shelf> Loopback<S> {
    /// For somebody who was granted that.
    pub(crate) fn new(shelf: S, grants: Result<Grants>) -> Self {
        Self { shelf, grants }
    }
}

impl<S: Shelf> Transport for Loopback<S> {
    fn call(&self, head: String, body: CallBody) -> BoxFuture<'_, Result<Answered>> {
        Box::pin(async move {
            let Answered { head, bodies } =
                serve::answer(&self.shelf, &self.grants, head, on_the_way(body)).await;
            Ok(Answered { head, bodies: bodies.into_iter().map(on_the_way).collect() })
        })
    }
}

/// A body as it arrives: the stream of another Worker does not tell its length.
fn on_the_way(body: CallBody) -> CallBody {
    match body {
        CallBody::Stream { stream, .. } => CallBody::Stream { stream, len: None },
        CallBody::Platform { stream, .. } => CallBody::Platform { stream, len: None },
        whole => whole,
    }
}
