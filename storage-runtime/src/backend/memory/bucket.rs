//! A bucket in memory.

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, ready};
use storage_core::checksum::Algorithm;
use storage_core::key::BucketKey;

use super::super::{BucketBackend, FoundObject, ListPage, PutMode, PutObject};
use super::{Table, page};
use crate::backend;
use crate::bucket::ObjectInfo;
use crate::error::Result;
use crate::page::Page;
use crate::{hex, write};

#[derive(Default)]
pub(super) struct MemoryBucket(Table<Stored>);

struct Stored {
    info: ObjectInfo,
    body: Bytes,
}

impl MemoryBucket {
    async fn write(&self, put: PutObject) -> Result<Option<ObjectInfo>> {
        let PutObject { key, body, content_type, metadata, checksum, mode } = put;
        if let Some(checksum) = checksum {
            let digest = backend::digest(checksum.algorithm(), &body).await?;
            if digest != checksum.digest() {
                return Err(write::checksum_mismatch());
            }
        }
        // R2's etags are MD5 as well.
        let etag = hex::encode(&backend::digest(Algorithm::Md5, &body).await?);
        let key = key.into_string();
        let info = ObjectInfo::new(key.clone(), body.len() as u64, etag, backend::now())
            .with_content_type(content_type)
            .with_metadata(metadata);
        let mut objects = self.0.lock();
        if mode == PutMode::Create && objects.contains_key(&key) {
            return Ok(None);
        }
        objects.insert(key, Stored { info: info.clone(), body });
        Ok(Some(info))
    }
}

impl BucketBackend for MemoryBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(self.write(put))
    }

    fn get(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        let found = self
            .0
            .lock()
            .get(key.as_str())
            .map(|stored| FoundObject::new(stored.info.clone(), Box::new(stored.body.clone())));
        ready(Ok(found)).boxed()
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let found = self.0.lock().get(key.as_str()).map(|stored| stored.info.clone());
        ready(Ok(found)).boxed()
    }

    fn delete(&self, key: BucketKey) -> BoxFuture<'_, Result<()>> {
        self.0.lock().remove(key.as_str());
        ready(Ok(())).boxed()
    }

    fn list(&self, list: ListPage) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        ready(page(&self.0.lock(), &list, |_, stored| Some(stored.info.clone()))).boxed()
    }
}
