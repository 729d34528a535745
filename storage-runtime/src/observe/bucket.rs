//! A bucket that tells what is done with it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::key::BucketKey;

use super::About;
use super::operation::{Asked, Found, Operation, Outcome};
use crate::backend::{
    AnyBucket, BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects,
    PutObject, UploadPart,
};
use crate::bucket::{Long, NewObject, ObjectInfo, Part};
use crate::encryption::{Sealed, Sealer};
use crate::error::Result;
use crate::page::Page;

/// The bucket, and what tells of it.
pub(crate) fn bucket(inner: AnyBucket, about: &Arc<About>) -> AnyBucket {
    Observed { inner, about: Arc::clone(about) }.into()
}

/// What writes a body that is uploaded in parts, and what tells of it.
pub(crate) fn sealer(inner: Arc<dyn Sealer>, about: &Arc<About>) -> Arc<dyn Sealer> {
    Arc::new(Observed { inner, about: Arc::clone(about) })
}

struct Observed<T> {
    inner: T,
    about: Arc<About>,
}

impl<T> Observed<T> {
    fn begin(&self, asked: &Asked<'_>) -> Operation {
        Operation::begin(&self.about, asked)
    }
}

impl BucketBackend for Observed<AnyBucket> {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let operation = self.begin(&Asked::key("put", put.key.as_str()).bytes(put.body.len()));
        Box::pin(operation.run(self.inner.put(put), |written| {
            Found::outcome(if written.is_some() { Outcome::Ok } else { Outcome::Unmet })
        }))
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        let operation = self.begin(&Asked::key("get", get.key.as_str()));
        Box::pin(operation.run(self.inner.get(get), |found| match found {
            None => Found::outcome(Outcome::Missing),
            Some(FoundObject { body: None, .. }) => Found::outcome(Outcome::Unmet),
            Some(FoundObject { body: Some(body), .. }) => {
                let bytes = body.range.end.saturating_sub(body.range.start);
                Found { bytes: Some(bytes), ..Found::default() }
            }
        }))
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let operation = self.begin(&Asked::key("head", key.as_str()));
        Box::pin(operation.run(self.inner.head(key), |found| Found::or_missing(found.as_ref())))
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        let asked = match keys.as_slice() {
            [key] => Asked::key("delete", key.as_str()),
            keys => Asked { keys: Some(keys.len()), ..Asked::of("delete") },
        };
        let operation = self.begin(&asked);
        Box::pin(operation.run(self.inner.delete(keys), |()| Found::default()))
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        let operation = self.begin(&Asked::of("list"));
        Box::pin(operation.run(self.inner.list(list), |page| Found {
            items: Some(page.items.len() + page.prefixes.len() + page.unreadable.len()),
            ..Found::default()
        }))
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        let operation = self.begin(&Asked::key("create_upload", create.key.as_str()));
        Box::pin(operation.run(self.inner.create_upload(create), |_| Found::default()))
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        let asked = Asked::key("upload_part", part.key.as_str()).bytes(part.body.len());
        let operation = self.begin(&asked);
        Box::pin(operation.run(self.inner.upload_part(part), |_| Found::default()))
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        let operation = self.begin(&Asked::key("complete_upload", complete.key.as_str()));
        Box::pin(operation.run(self.inner.complete_upload(complete), |written| Found {
            bytes: Some(written.size()),
            ..Found::default()
        }))
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        let operation = self.begin(&Asked::key("abort_upload", key.as_str()));
        Box::pin(operation.run(self.inner.abort_upload(key, upload_id), |()| Found::default()))
    }
}

impl Sealer for Observed<Arc<dyn Sealer>> {
    fn put(
        self: Arc<Self>,
        object: Box<NewObject>,
        body: Long,
    ) -> BoxFuture<'static, Result<ObjectInfo>> {
        let operation = self.begin(&Asked::key("put", object.key.as_str()));
        Box::pin(operation.run(Arc::clone(&self.inner).put(object, body), |written| Found {
            bytes: Some(written.size()),
            ..Found::default()
        }))
    }

    /// Rotation reads and writes what is stored, so that is what is told of.
    fn parts(&self) -> Sealed<AnyBucket> {
        match self.inner.parts() {
            Sealed::Here { stored, cipher } => {
                Sealed::Here { stored: bucket(stored, &self.about), cipher }
            }
            elsewhere @ Sealed::Elsewhere { .. } => elsewhere,
        }
    }
}
