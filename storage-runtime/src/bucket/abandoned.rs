//! An upload that nobody may ever complete.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::parts::Upload;
use crate::backend;

/// An upload that a request has begun, and that is aborted unless it is completed: also when the request
/// is dropped in the middle, by a timeout or because whoever asked is gone.
///
/// Between the call that begins an upload and its answer nobody knows what to abort. Such an upload has no
/// parts, and is forgotten in a week, as all that could not be aborted are.
pub(super) struct OpenUpload(pub(super) Option<Arc<Upload>>);

impl OpenUpload {
    /// It is an object now, or aborted.
    pub(super) fn ended(mut self) {
        self.0 = None;
    }

    /// Aborts it. Whatever that comes to, the error to tell is the one before.
    pub(super) fn abort(&self) -> BoxFuture<'static, ()> {
        let upload = self.0.clone();
        Box::pin(async move {
            if let Some(upload) = upload {
                let _ = upload.backend.abort_upload(upload.key.clone(), upload.id.clone()).await;
            }
        })
    }
}

impl Drop for OpenUpload {
    fn drop(&mut self) {
        if self.0.is_some() {
            backend::detach(self.abort());
        }
    }
}
