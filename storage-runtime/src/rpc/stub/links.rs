//! Links, which are made where their keys are.

use futures_util::future::BoxFuture;
use storage_core::rpc::{BucketCall, LinkRecord};

use super::super::wire;
use super::Stub;
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
