//! Rotation, which is done where the keys are.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::rpc::{BucketCall, KvCall, RotateCall};

use super::super::transport::CallBody;
use super::Stub;
use crate::encryption::rotation::{Ask, Guard, Job, RotationPage};
use crate::error::Result;

pub(super) struct StubJob {
    stub: Stub,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Bucket,
    Kv,
}

impl StubJob {
    pub(super) fn of_bucket(stub: Stub) -> Self {
        Self { stub, kind: Kind::Bucket }
    }

    pub(super) fn of_kv(stub: Stub) -> Self {
        Self { stub, kind: Kind::Kv }
    }
}

impl Job for StubJob {
    fn page(self: Arc<Self>, ask: Ask) -> BoxFuture<'static, Result<RotationPage>> {
        Box::pin(async move {
            let RotateCall { prefix, limit, cursor, encrypt_plain } = ask.into_call()?;
            let prefix = self.stub.prefix(prefix);
            let rotate = RotateCall { prefix: prefix.clone(), limit, cursor, encrypt_plain };
            let page: Result<RotationPage> = match self.kind {
                Kind::Bucket => self.stub.ask(&BucketCall::Rotate(rotate)).await,
                Kind::Kv => self.stub.ask(&KvCall::Rotate(rotate)).await,
            };
            // The storage Worker may be one of before it said so itself.
            page.map(|mut page| {
                page.prefix = prefix;
                page
            })
        })
    }
}

impl Guard for StubJob {
    fn allows(self: Arc<Self>, token: String, asked: Bytes) -> BoxFuture<'static, Result<bool>> {
        Box::pin(async move {
            let body = CallBody::Bytes(asked);
            let allowed = match self.kind {
                Kind::Bucket => self.stub.send(&BucketCall::MayRotate(token), body).await,
                Kind::Kv => self.stub.send(&KvCall::MayRotate(token), body).await,
            };
            allowed.map(|(allowed, _)| allowed)
        })
    }
}
