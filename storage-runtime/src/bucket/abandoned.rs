//! An upload that nobody may ever complete.

use futures_util::future::BoxFuture;
use storage_core::key::BucketKey;

use crate::backend::{self, AnyBucket};

/// An upload that a request has begun, and that is aborted unless it is completed: also when the request
/// is dropped in the middle, by a timeout or because whoever asked is gone.
///
/// Between the call that begins an upload and its answer nobody knows what to abort. Such an upload has no
/// parts, and is forgotten in a week, as all that could not be aborted are.
pub(super) struct OpenUpload {
    backend: AnyBucket,
    /// `None` once it has ended.
    upload: Option<(BucketKey, String)>,
}

impl OpenUpload {
    pub(super) fn new(backend: AnyBucket, key: BucketKey, id: String) -> Self {
        Self { backend, upload: Some((key, id)) }
    }

    /// It is an object now, or aborted.
    pub(super) fn ended(mut self) {
        self.upload = None;
    }

    /// Aborts it. Whatever that comes to, the error to tell is the one before.
    pub(super) fn abort(&self) -> BoxFuture<'static, ()> {
        let (backend, upload) = (self.backend.clone(), self.upload.clone());
        Box::pin(async move {
            if let Some((key, id)) = upload {
                let _ = backend.abort_upload(key, id).await;
            }
        })
    }
}

impl Drop for OpenUpload {
    fn drop(&mut self) {
        if self.upload.is_some() {
            backend::detach(self.abort());
        }
    }
}
