//! A bucket that does something before every read and write of a rotation.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::key::BucketKey;

use crate::backend::{
    AnyBucket, BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects,
    PutObject, UploadPart,
};
use crate::bucket::{ObjectInfo, Part};
use crate::error::Result;
use crate::page::Page;

/// What is about to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Get(String),
    List,
    Put(String),
    /// It has happened, and nobody knows yet.
    Done,
}

type Hook = dyn Fn(Call) -> BoxFuture<'static, ()> + Send + Sync;

#[derive(Clone)]
pub(super) struct Hooked {
    pub(super) bucket: AnyBucket,
    pub(super) hook: Arc<Hook>,
}

impl Hooked {
    fn around<'a, T: Send + 'a>(
        &'a self,
        call: Call,
        doing: BoxFuture<'a, Result<T>>,
    ) -> BoxFuture<'a, Result<T>> {
        Box::pin(async move {
            (self.hook)(call).await;
            let done = doing.await;
            (self.hook)(Call::Done).await;
            done
        })
    }
}

impl BucketBackend for Hooked {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        self.around(Call::Put(put.key.as_str().to_owned()), self.bucket.put(put))
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        self.around(Call::Get(get.key.as_str().to_owned()), self.bucket.get(get))
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        self.bucket.head(key)
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        self.bucket.delete(keys)
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        self.around(Call::List, self.bucket.list(list))
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        self.bucket.create_upload(create)
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        self.bucket.upload_part(part)
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        self.bucket.complete_upload(complete)
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        self.bucket.abort_upload(key, upload_id)
    }
}
