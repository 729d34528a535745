//! A bucket on R2.

mod object;
mod options;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use js_sys::Array;
use storage_core::ErrorKind;
use storage_core::key::BucketKey;
use wasm_bindgen::JsCast;
use worker::send::{SendFuture, SendWrapper};

use super::promise::{self, settle};
use super::stream::{Outgoing, PlatformStream};
use super::{error, sys};
use crate::backend::{
    BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects, Payload,
    PutObject, ReadBody, UploadPart,
};
use crate::bucket::{ByteRange, ObjectInfo, Part};
use crate::error::Result;
use crate::page::Page;
use crate::write;

pub(in crate::backend) struct WorkersBucket(SendWrapper<sys::R2Bucket>);

impl WorkersBucket {
    pub(super) fn new(bucket: sys::R2Bucket) -> Self {
        Self(SendWrapper::new(bucket))
    }

    async fn write(&self, put: PutObject) -> Result<Option<ObjectInfo>> {
        let options = options::put(&put)?;
        let PutObject { key, body, .. } = put;
        let body = Outgoing::new(body).await?;
        let called = self.0.put(key.as_str(), body.value(), &options);
        let written = body.settle(called).await?.map_err(|thrown| error::r2(&thrown))?;
        // Conditions that do not hold are `null`.
        (!written.is_null()).then(|| object::info(&written)).transpose()
    }

    async fn find(&self, mut get: GetObject) -> Result<Option<FoundObject>> {
        let mut failed = None;
        let found = loop {
            let found = settle(self.0.get(get.key.as_str(), &options::get(&get))).await;
            let found = found.map_err(|thrown| error::r2(&thrown));
            match (found, &mut get.range) {
                // The local simulator breaks on a range that starts where the object ends, unless it
                // has no end: so that is what tells.
                (Err(error), Some(ByteRange::From { len: len @ Some(1..), .. }))
                    if error.kind() == ErrorKind::Internal =>
                {
                    *len = None;
                    failed = Some(error);
                }
                (found, _) => break found?,
            }
        };
        if found.is_null() {
            return Ok(None);
        }
        let found: sys::R2ObjectBody = found.unchecked_into();
        let info = object::info(&found)?;
        // To ask for the body makes a stream of it, so that is done only where there may be none.
        let is_met =
            get.conditions.is_empty() || found.body().is_some() && get.conditions.hold(Some(&info));
        let mut body = WorkersBody { object: Some(SendWrapper::new(found)), len: 0 };
        if let Some(error) = failed {
            return Err(error);
        }
        if !is_met {
            return Ok(Some(FoundObject::unmet(info)));
        }
        let range = match get.range {
            Some(range) => range.of(info.size()).ok_or_else(write::range_not_satisfiable)?,
            None => 0..info.size(),
        };
        body.len = range.end - range.start;
        Ok(Some(FoundObject::new(info, range, Box::new(body))))
    }

    async fn look(&self, key: BucketKey) -> Result<Option<ObjectInfo>> {
        let found = settle(self.0.head(key.as_str())).await.map_err(|thrown| error::r2(&thrown))?;
        (!found.is_null()).then(|| object::info(&found)).transpose()
    }

    async fn remove(&self, keys: Vec<BucketKey>) -> Result<()> {
        let keys: Array = keys.iter().map(|key| js_sys::JsString::from(key.as_str())).collect();
        settle(self.0.delete(&keys)).await.map_err(|thrown| error::r2(&thrown))?;
        Ok(())
    }

    async fn page(&self, list: ListObjects) -> Result<Page<ObjectInfo>> {
        let page = settle(self.0.list(&options::list(&list))).await;
        let page = page.map_err(|thrown| error::r2(&thrown))?;
        let list = |name| sys::get(&page, name).unchecked_into::<Array>();
        let items = object::infos(&list("objects"))?;
        let prefixes = list("delimitedPrefixes");
        let prefixes = prefixes.iter().filter_map(|prefix| prefix.as_string()).collect();
        Ok(Page::new(items, sys::text(&page, "cursor")).with_prefixes(prefixes))
    }

    async fn begin(&self, create: CreateUpload) -> Result<String> {
        let options = options::create_upload(&create);
        let upload = settle(self.0.create_multipart_upload(create.key.as_str(), &options)).await;
        let upload = upload.map_err(|thrown| error::r2(&thrown))?;
        Ok(sys::text(&upload, "uploadId").unwrap_or_default())
    }

    fn upload(&self, key: &BucketKey, upload_id: &str) -> Result<sys::R2MultipartUpload> {
        let upload = self.0.resume_multipart_upload(key.as_str(), upload_id);
        upload.map_err(|thrown| error::r2(&thrown))
    }

    async fn keep(&self, part: UploadPart) -> Result<Part> {
        let UploadPart { key, upload_id, number, body, customer_key } = part;
        let upload = self.upload(&key, &upload_id)?;
        let options = options::part(customer_key.as_ref());
        let body = Outgoing::new(body).await?;
        let called = upload.upload_part(number, body.value(), &options);
        let part = body.settle(called).await?.map_err(|thrown| error::r2(&thrown))?;
        Ok(Part::new(number, sys::text(&part, "etag").unwrap_or_default()))
    }

    async fn complete(&self, complete: CompleteUpload) -> Result<ObjectInfo> {
        let CompleteUpload { key, upload_id, parts } = complete;
        let upload = self.upload(&key, &upload_id)?;
        let parts: Array = parts.iter().map(options::uploaded_part).collect();
        let object = settle(upload.complete(&parts)).await;
        object::info(&object.map_err(|thrown| error::r2(&thrown))?)
    }

    async fn abort(&self, key: BucketKey, upload_id: String) -> Result<()> {
        let upload = self.upload(&key, &upload_id)?;
        settle(upload.abort()).await.map_err(|thrown| error::r2(&thrown))?;
        Ok(())
    }
}

impl BucketBackend for WorkersBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(SendFuture::new(self.write(put)))
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(SendFuture::new(self.find(get)))
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(SendFuture::new(self.look(key)))
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        Box::pin(SendFuture::new(self.remove(keys)))
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        Box::pin(SendFuture::new(self.page(list)))
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        Box::pin(SendFuture::new(self.begin(create)))
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(SendFuture::new(self.keep(part)))
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(SendFuture::new(self.complete(complete)))
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(SendFuture::new(self.abort(key, upload_id)))
    }
}

/// The body of an object, still in JavaScript, until it is read.
struct WorkersBody {
    object: Option<SendWrapper<sys::R2ObjectBody>>,
    len: u64,
}

impl ReadBody for WorkersBody {
    fn bytes(mut self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        let object = self.object.take();
        Box::pin(SendFuture::new(async move {
            let Some(object) = object else {
                return Ok(Bytes::new());
            };
            let read = settle(object.array_buffer()).await;
            Ok(sys::bytes(&read.map_err(|thrown| error::broke_off(&thrown))?))
        }))
    }

    fn payload(mut self: Box<Self>) -> Payload {
        match self.object.take().and_then(|object| object.body()) {
            Some(stream) => {
                Payload::Platform { stream: PlatformStream::new(stream), len: self.len }
            }
            None => Payload::Bytes(Bytes::new()),
        }
    }
}

impl Drop for WorkersBody {
    /// A body that nobody reads would keep one of the Worker's six connections.
    fn drop(&mut self) {
        if let Some(stream) = self.object.take().and_then(|object| object.body()) {
            promise::forget(stream.cancel());
        }
    }
}
