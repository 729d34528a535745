//! A bucket on R2.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use js_sys::{Array, Uint8Array};
use storage_core::checksum::{Algorithm, Checksum};
use storage_core::key::BucketKey;
use wasm_bindgen::JsCast;
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::{error, object, sys, time};
use crate::backend::{BucketBackend, FoundObject, ListPage, PutMode, PutObject, ReadBody};
use crate::bucket::ObjectInfo;
use crate::error::Result;
use crate::page::Page;

pub(super) struct WorkersBucket(SendWrapper<sys::R2Bucket>);

impl WorkersBucket {
    pub(super) fn new(bucket: sys::R2Bucket) -> Self {
        Self(SendWrapper::new(bucket))
    }

    async fn write(&self, put: PutObject) -> Result<Option<ObjectInfo>> {
        let options = put_options(&put)?;
        let body = Uint8Array::from(put.body.as_ref());
        let written = settle(self.0.put(put.key.as_str(), &body, &options)).await;
        let written = written.map_err(|thrown| error::r2(&thrown))?;
        // A precondition that does not hold is `null`.
        Ok((!written.is_null()).then(|| info(written.unchecked_ref())))
    }

    async fn find(&self, key: BucketKey) -> Result<Option<FoundObject>> {
        let found = settle(self.0.get(key.as_str())).await.map_err(|thrown| error::r2(&thrown))?;
        if found.is_null() {
            return Ok(None);
        }
        let found: sys::R2ObjectBody = found.unchecked_into();
        let info = info(&found);
        Ok(Some(FoundObject::new(info, Box::new(WorkersBody(SendWrapper::new(found))))))
    }

    async fn look(&self, key: BucketKey) -> Result<Option<ObjectInfo>> {
        let found = settle(self.0.head(key.as_str())).await.map_err(|thrown| error::r2(&thrown))?;
        Ok((!found.is_null()).then(|| info(found.unchecked_ref())))
    }

    async fn remove(&self, key: BucketKey) -> Result<()> {
        settle(self.0.delete(key.as_str())).await.map_err(|thrown| error::r2(&thrown))?;
        Ok(())
    }

    async fn page(&self, list: ListPage) -> Result<Page<ObjectInfo>> {
        let options = list_options(&list);
        let page = settle(self.0.list(&options)).await.map_err(|thrown| error::r2(&thrown))?;
        let page: sys::R2Objects = page.unchecked_into();
        let items = page.objects().iter().map(|object| info(object.unchecked_ref())).collect();
        Ok(Page::new(items, page.cursor()))
    }
}

impl BucketBackend for WorkersBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(SendFuture::new(self.write(put)))
    }

    fn get(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(SendFuture::new(self.find(key)))
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(SendFuture::new(self.look(key)))
    }

    fn delete(&self, key: BucketKey) -> BoxFuture<'_, Result<()>> {
        Box::pin(SendFuture::new(self.remove(key)))
    }

    fn list(&self, list: ListPage) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        Box::pin(SendFuture::new(self.page(list)))
    }
}

/// The body of an object, still in JavaScript.
struct WorkersBody(SendWrapper<sys::R2ObjectBody>);

impl ReadBody for WorkersBody {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        Box::pin(SendFuture::new(async move {
            let buffer =
                settle(self.0.array_buffer()).await.map_err(|thrown| error::r2(&thrown))?;
            Ok(sys::bytes(buffer))
        }))
    }
}

fn put_options(put: &PutObject) -> Result<sys::R2PutOptions> {
    let options: sys::R2PutOptions = sys::options();
    if let Some(content_type) = &put.content_type {
        let http: sys::R2HttpMetadata = sys::options();
        http.set_content_type(content_type);
        options.set_http_metadata(&http);
    }
    if !put.metadata.is_empty() {
        options.set_custom_metadata(&object::from_map(&put.metadata));
    }
    if let Some(checksum) = &put.checksum {
        set_checksum(&options, checksum)?;
    }
    if put.mode == PutMode::Create {
        let free: sys::R2Conditional = sys::options();
        free.set_etag_does_not_match("*");
        options.set_only_if(&free);
    }
    Ok(options)
}

fn set_checksum(options: &sys::R2PutOptions, checksum: &Checksum) -> Result<()> {
    let digest = Uint8Array::from(checksum.digest());
    match checksum.algorithm() {
        Algorithm::Md5 => options.set_md5(&digest),
        Algorithm::Sha1 => options.set_sha1(&digest),
        Algorithm::Sha256 => options.set_sha256(&digest),
        Algorithm::Sha384 => options.set_sha384(&digest),
        Algorithm::Sha512 => options.set_sha512(&digest),
        other => return Err(crate::backend::unsupported_digest(other)),
    }
    Ok(())
}

fn list_options(list: &ListPage) -> sys::R2ListOptions {
    let options: sys::R2ListOptions = sys::options();
    options.set_limit(list.limit);
    if let Some(prefix) = &list.prefix {
        options.set_prefix(prefix);
    }
    if let Some(cursor) = &list.cursor {
        options.set_cursor(cursor);
    }
    // Without it a listing has neither content types nor metadata.
    options.set_include(&Array::of2(&"httpMetadata".into(), &"customMetadata".into()));
    options
}

fn info(found: &sys::R2Object) -> ObjectInfo {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes are whole, and far below 2^53"
    )]
    let size = found.size() as u64;
    let content_type = found.http_metadata().and_then(|http| http.content_type());
    let metadata =
        found.custom_metadata().map(|custom| object::to_map(&custom)).unwrap_or_default();
    ObjectInfo::new(found.key(), size, found.etag(), time(found.uploaded().get_time()))
        .with_content_type(content_type)
        .with_metadata(metadata)
}
