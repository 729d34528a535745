//! Links, which are made where their keys are.

use futures_util::future::BoxFuture;
use storage_core::rpc::{BucketCall, LinkCall, LinkRecord, ServedRecord};

use super::super::transport::CallBody;
use super::super::wire;
use super::{Stub, unanswered};
use crate::body::Body;
use crate::bucket::Served;
use crate::error::Result;
use crate::signed::{HasLinks, Links, RemoteLinks, SignOptions, SignedUrl};

pub(super) struct StubLinks(pub(super) Stub);

impl HasLinks for StubLinks {
    fn here(&self) -> Option<&Links> {
        None
    }

    fn elsewhere(&self) -> Option<&dyn RemoteLinks> {
        Some(self)
    }
}

impl RemoteLinks for StubLinks {
    fn answer(&self, call: LinkCall, body: Body) -> BoxFuture<'_, Result<Served>> {
        Box::pin(async move {
            let body = if body.is_empty() { CallBody::Nothing } else { body.into() };
            let call = BucketCall::Link(call);
            let (served, body) = self.0.send::<ServedRecord>(&call, body).await?;
            wire::read_served(served, body).ok_or_else(unanswered)
        })
    }

    fn knows(&self, token: String) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async move { self.0.ask(&BucketCall::KnowsLink(token)).await })
    }

    fn sign(&self, key: String, options: SignOptions) -> BoxFuture<'_, Result<SignedUrl>> {
        Box::pin(async move {
            let call = BucketCall::Sign(wire::sign(key, options));
            let link = self.0.ask::<LinkRecord>(&call).await?;
            SignedUrl::of_record(link)
        })
    }

    fn revoke(&self, token: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.0.ask(&BucketCall::Revoke(token)).await })
    }

    fn revoke_before(&self, before: u64, prefix: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
            let prefix = self.0.prefix(prefix).unwrap_or_default();
            self.0.ask(&BucketCall::RevokeBefore(before, prefix)).await
        })
    }
}
