//! The keys that a bucket with links keeps for itself.

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::BucketKey;
use storage_core::signing::token::RESERVED;

use crate::backend::{
    AnyBucket, BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects,
    PutObject, UploadPart,
};
use crate::bucket::{ObjectInfo, Part};
use crate::error::{Error, Result};
use crate::page::Page;

/// A key behind all that are reserved.
const BEHIND: &str = ".storage/\u{10ffff}";

/// A bucket without the objects under the reserved prefix: what is known of uses and revoked links.
pub(super) struct Reserved {
    stored: AnyBucket,
}

impl Reserved {
    pub(super) fn new(stored: AnyBucket) -> Self {
        Self { stored }
    }

    /// A page, filled up from behind what is reserved if that was in it.
    async fn page(&self, list: ListObjects) -> Result<Page<ObjectInfo>> {
        let mut page = self.stored.list(list.clone()).await?;
        let ends_reserved = page.items.last().is_some_and(|last| is_reserved(last.key()));
        let listed = page.items.len() + page.prefixes.len();
        page.items.retain(|object| !is_reserved(object.key()));
        page.prefixes.retain(|prefix| !is_reserved(prefix));
        let kept = page.items.len() + page.prefixes.len();
        let left = list.limit.saturating_sub(u32::try_from(kept).unwrap_or(u32::MAX));
        if kept < listed && ends_reserved && page.cursor.is_some() && left > 0 {
            // Thousands of them may follow, and they are all in one place.
            let start_after = Some(BEHIND.to_owned());
            let behind = ListObjects { cursor: None, start_after, limit: left, ..list };
            let behind = self.stored.list(behind).await?;
            page.items.extend(behind.items);
            page.prefixes.extend(behind.prefixes);
            page.cursor = behind.cursor;
        }
        Ok(page)
    }
}

impl BucketBackend for Reserved {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            refuse_reserved(put.key.as_str())?;
            self.stored.put(put).await
        })
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(async move {
            refuse_reserved(get.key.as_str())?;
            self.stored.get(get).await
        })
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            refuse_reserved(key.as_str())?;
            self.stored.head(key).await
        })
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            keys.iter().try_for_each(|key| refuse_reserved(key.as_str()))?;
            self.stored.delete(keys).await
        })
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        Box::pin(self.page(list))
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            refuse_reserved(create.key.as_str())?;
            self.stored.create_upload(create).await
        })
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(async move {
            refuse_reserved(part.key.as_str())?;
            self.stored.upload_part(part).await
        })
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(async move {
            refuse_reserved(complete.key.as_str())?;
            self.stored.complete_upload(complete).await
        })
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            refuse_reserved(key.as_str())?;
            self.stored.abort_upload(key, upload_id).await
        })
    }
}

/// Refuses a key under the reserved prefix.
pub(crate) fn refuse_reserved(key: &str) -> Result<()> {
    if is_reserved(key) {
        let message = "keys that begin with `.storage/` are reserved in a bucket with signed URLs";
        return Err(Error::new(ErrorKind::InvalidKey, message));
    }
    Ok(())
}

fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED)
}
