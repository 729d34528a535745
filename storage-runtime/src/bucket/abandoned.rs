//! An upload that nobody may ever complete.

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

    /// It is an object now.
    pub(super) fn completed(mut self) {
        self.upload = None;
    }

    /// Aborts it now. Whatever that comes to, the error to tell is the one before.
    pub(super) async fn abort(mut self) {
        if let Some((key, id)) = self.upload.clone() {
            let _ = self.backend.abort_upload(key, id).await;
        }
        self.upload = None; // and not before: this may be dropped in the middle, too
    }
}

impl Drop for OpenUpload {
    fn drop(&mut self) {
        if let Some((key, id)) = self.upload.take() {
            let backend = self.backend.clone();
            backend::detach(async move {
                let _ = backend.abort_upload(key, id).await;
            });
        }
    }
}
