//! A bucket of which only some keys are reached.

use std::sync::Arc;

use futures_util::future::{BoxFuture, ready};
use storage_core::key::BucketKey;
use storage_core::rpc::LinkCall;

use super::{Kept, Within};
use crate::backend::{
    AnyBucket, BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects,
    PutObject, UploadPart,
};
use crate::body::Body;
use crate::bucket::{Long, NewObject, ObjectInfo, Part, RawBucket, Served};
use crate::encryption::rotation::BucketJob;
use crate::encryption::{Sealed, Sealer};
use crate::error::Result;
use crate::page::Page;
use crate::signed::{
    self, HasLinks, Links, RemoteLinks, SignOptions, SignUrl, SignedUrl, SignedUrls,
};

/// What stores, of those keys.
pub(crate) fn bucket(inner: AnyBucket, within: Within) -> AnyBucket {
    Kept { inner, within }.into()
}

/// What writes a body that is uploaded in parts, under those keys.
pub(crate) fn sealer(inner: Arc<dyn Sealer>, within: Within) -> Arc<dyn Sealer> {
    Arc::new(Kept { inner, within })
}

/// What makes the links of those keys in that bucket, which has links of all.
pub(crate) fn links(bucket: RawBucket, within: Within) -> Arc<dyn HasLinks> {
    Arc::new(Kept { inner: bucket, within })
}

impl BucketBackend for Kept<AnyBucket> {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            self.check(put.key.as_str())?;
            self.inner.put(put).await
        })
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(async move {
            self.check(get.key.as_str())?;
            self.inner.get(get).await
        })
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            self.check(key.as_str())?;
            self.inner.head(key).await
        })
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            keys.iter().try_for_each(|key| self.check(key.as_str()))?;
            self.inner.delete(keys).await
        })
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        Box::pin(async move {
            let prefix = self.narrow(list.prefix)?;
            self.inner.list(ListObjects { prefix, ..list }).await
        })
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            self.check(create.key.as_str())?;
            self.inner.create_upload(create).await
        })
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(async move {
            self.check(part.key.as_str())?;
            self.inner.upload_part(part).await
        })
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(async move {
            self.check(complete.key.as_str())?;
            self.inner.complete_upload(complete).await
        })
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check(key.as_str())?;
            self.inner.abort_upload(key, upload_id).await
        })
    }
}

impl Sealer for Kept<Arc<dyn Sealer>> {
    fn put(
        self: Arc<Self>,
        object: Box<NewObject>,
        body: Long,
    ) -> BoxFuture<'static, Result<ObjectInfo>> {
        Box::pin(async move {
            self.check(object.key.as_str())?;
            Arc::clone(&self.inner).put(object, body).await
        })
    }

    fn parts(&self) -> Sealed<AnyBucket> {
        match self.inner.parts() {
            Sealed::Here { stored, cipher } => {
                let job = Arc::new(BucketJob::new(stored, Arc::clone(&cipher)));
                self.within.rotated(job, cipher)
            }
            Sealed::Elsewhere { job, guard } => self.within.rotated(job, guard),
        }
    }
}

impl HasLinks for Kept<RawBucket> {
    /// Whatever is done with them, the prefix is kept.
    fn here(&self) -> Option<&Links> {
        None
    }

    fn elsewhere(&self) -> Option<&dyn RemoteLinks> {
        Some(self)
    }
}

impl RemoteLinks for Kept<RawBucket> {
    fn answer(&self, call: LinkCall, body: Body) -> BoxFuture<'_, Result<Served>> {
        Box::pin(async move {
            if let Some(key) = signed::key_of(&self.inner, &call.token) {
                self.check(&key)?;
            }
            Ok(signed::answer(&self.inner, call, body).await)
        })
    }

    fn knows(&self, token: String) -> BoxFuture<'_, Result<bool>> {
        let key = signed::key_of(&self.inner, &token);
        Box::pin(ready(Ok(key.is_some_and(|key| self.check(&key).is_ok()))))
    }

    fn sign(&self, key: String, options: SignOptions) -> BoxFuture<'_, Result<SignedUrl>> {
        Box::pin(async move {
            self.check(&key)?;
            <SignUrl>::new(self.inner.clone(), Ok(key)).options(options).await
        })
    }

    fn revoke(&self, token: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let links = SignedUrls::new(self.inner.clone());
            links.revoke_token(&token, |key| self.check(key)).await
        })
    }

    fn revoke_before(&self, before: u64, prefix: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let prefix = self.narrow(Some(prefix).filter(|prefix| !prefix.is_empty()))?;
            let links = SignedUrls::new(self.inner.clone());
            let reached = self.within.prefix();
            links.add(before, prefix.unwrap_or_default(), reached).await
        })
    }
}
