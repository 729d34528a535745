//! A bucket in memory.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, ready};
use storage_core::checksum::{Algorithm, Checksum};
use storage_core::key::BucketKey;

use super::super::rules::{self, Ordered, gather, refuse};
use super::super::{
    BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects, PutObject,
    UploadPart,
};
use super::Table;
use crate::backend;
use crate::bucket::{HttpMetadata, ObjectInfo, Part, StorageClass};
use crate::error::{Error, Result};
use crate::page::Page;
use crate::{hex, write};

#[derive(Default)]
pub(super) struct MemoryBucket {
    objects: Table<Stored>,
    uploads: Table<Upload>,
}

struct Stored {
    info: ObjectInfo,
    body: Bytes,
}

/// An upload that has begun.
struct Upload {
    key: BucketKey,
    http: HttpMetadata,
    metadata: BTreeMap<String, String>,
    storage_class: StorageClass,
    parts: BTreeMap<u16, StoredPart>,
}

struct StoredPart {
    md5: Vec<u8>,
    body: Bytes,
}

impl MemoryBucket {
    async fn write(&self, put: PutObject) -> Result<Option<ObjectInfo>> {
        let PutObject {
            key,
            body,
            http,
            metadata,
            checksum,
            conditions,
            storage_class,
            customer_key,
        } = put;
        refuse(customer_key.as_ref())?;
        let body = gather(body).await?;
        let md5 = backend::digest(Algorithm::Md5, &body).await?;
        if let Some(checksum) = &checksum {
            let digest = backend::digest(checksum.algorithm(), &body).await?;
            if digest != checksum.digest() {
                return Err(write::checksum_mismatch());
            }
        }
        let key = key.into_string();
        // R2's etags are MD5 as well.
        let info =
            ObjectInfo::new(key.clone(), body.len() as u64, hex::encode(&md5), backend::now())
                .with_version(version())
                .with_http_metadata(http)
                .with_metadata(metadata)
                .with_checksums(
                    Checksum::new(Algorithm::Md5, md5).into_iter().chain(checksum).collect(),
                )
                .with_storage_class(storage_class.unwrap_or_default());
        let mut objects = self.objects.lock();
        if !conditions.hold(objects.get(&key).map(|stored| &stored.info)) {
            return Ok(None);
        }
        objects.insert(key, Stored { info: info.clone(), body });
        Ok(Some(info))
    }

    fn find(&self, get: &GetObject) -> Result<Option<FoundObject>> {
        refuse(get.customer_key.as_ref())?;
        let objects = self.objects.lock();
        let Some(Stored { info, body }) = objects.get(get.key.as_str()) else {
            return Ok(None);
        };
        if !get.conditions.hold(Some(info)) {
            return Ok(Some(FoundObject::unmet(info.clone())));
        }
        let range = match get.range {
            Some(range) => range.of(info.size()).ok_or_else(write::range_not_satisfiable)?,
            None => 0..info.size(),
        };
        let part = body.slice(index(range.start)..index(range.end));
        Ok(Some(FoundObject::new(info.clone(), range, Box::new(part))))
    }

    fn begin(&self, create: CreateUpload) -> Result<String> {
        let CreateUpload { key, http, metadata, storage_class, customer_key } = create;
        refuse(customer_key.as_ref())?;
        let storage_class = storage_class.unwrap_or_default();
        let id = version();
        let upload = Upload { key, http, metadata, storage_class, parts: BTreeMap::new() };
        self.uploads.lock().insert(id.clone(), upload);
        Ok(id)
    }

    async fn keep(&self, part: UploadPart) -> Result<Part> {
        let UploadPart { key, upload_id, number, body, customer_key } = part;
        refuse(customer_key.as_ref())?;
        let body = gather(body).await?;
        let md5 = backend::digest(Algorithm::Md5, &body).await?;
        let kept = Part::new(number, hex::encode(&md5));
        let mut uploads = self.uploads.lock();
        let upload = uploads.get_mut(&upload_id).filter(|upload| upload.key == key);
        let upload = upload.ok_or_else(write::upload_not_found)?;
        upload.parts.insert(number, StoredPart { md5, body });
        Ok(kept)
    }

    async fn complete(&self, complete: CompleteUpload) -> Result<ObjectInfo> {
        let CompleteUpload { key, upload_id, parts } = complete;
        let (bodies, md5s) = {
            let uploads = self.uploads.lock();
            let upload = uploads.get(&upload_id).filter(|upload| upload.key == key);
            let upload = upload.ok_or_else(write::upload_not_found)?;
            chosen(&upload.parts, &parts)?
        };
        write::check_part_sizes(bodies.iter().map(|body| body.len() as u64))?;
        let md5 = backend::digest(Algorithm::Md5, &md5s.concat().into()).await?;
        let etag = rules::etag_of_parts(&md5, parts.len());
        let body = Bytes::from(bodies.concat());
        // Of two completions at once, one finds the upload.
        let upload = self.uploads.lock().remove(&upload_id).ok_or_else(write::upload_not_found)?;
        let key = key.into_string();
        let info = ObjectInfo::new(key.clone(), body.len() as u64, etag, backend::now())
            .with_version(version())
            .with_http_metadata(upload.http)
            .with_metadata(upload.metadata)
            .with_storage_class(upload.storage_class);
        self.objects.lock().insert(key, Stored { info: info.clone(), body });
        Ok(info)
    }
}

impl BucketBackend for MemoryBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(self.write(put))
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        ready(self.find(&get)).boxed()
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let found = self.objects.lock().get(key.as_str()).map(|stored| stored.info.clone());
        ready(Ok(found)).boxed()
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        let mut objects = self.objects.lock();
        for key in keys {
            objects.remove(key.as_str());
        }
        ready(Ok(())).boxed()
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        ready(rules::page(&list, &*self.objects.lock())).boxed()
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        ready(self.begin(create)).boxed()
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(self.keep(part))
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(self.complete(complete))
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        let mut uploads = self.uploads.lock();
        if uploads.get(&upload_id).is_some_and(|upload| upload.key == key) {
            uploads.remove(&upload_id);
        }
        ready(Ok(())).boxed()
    }
}

impl Ordered for BTreeMap<String, Stored> {
    type Error = Error;

    fn first(&self, from: Bound<&str>) -> Result<Option<ObjectInfo>> {
        let found = self.range::<str, _>((from, Bound::Unbounded)).next();
        Ok(found.map(|(_, stored)| stored.info.clone()))
    }

    fn last(&self, prefix: &str) -> Result<Option<String>> {
        let from = self.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        Ok(from.map(|(key, _)| key).take_while(|key| key.starts_with(prefix)).last().cloned())
    }
}

/// The bodies and the digests of the parts that make an object.
fn chosen(
    stored: &BTreeMap<u16, StoredPart>,
    parts: &[Part],
) -> Result<(Vec<Bytes>, Vec<Vec<u8>>)> {
    let find = |part: &Part| {
        let found = stored.get(&part.number());
        let found = found.filter(|found| hex::encode(&found.md5) == part.etag());
        found.map(|found| (found.body.clone(), found.md5.clone()))
    };
    let found: Option<_> = parts.iter().map(find).collect();
    found.ok_or_else(rules::not_uploaded)
}

/// A name that nothing else has in this process.
fn version() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};

    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{:032x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A position in a body that is in memory.
fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
