//! A bucket in a storage Worker.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::key::BucketKey;
use storage_core::rpc::{
    BucketCall, FoundRecord, ObjectRecord, PageRecord, PartRecord, UploadCall,
};

use super::super::transport::{CallBody, Returned};
use super::super::wire;
use super::Stub;
use super::rotate::StubJob;
use crate::backend::{
    BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects, PutObject,
    UploadPart,
};
use crate::bucket::{CustomerKey, Long, NewObject, ObjectInfo, Part, Pieces, unmet};
use crate::encryption::{Sealed, Sealer};
use crate::error::Result;
use crate::page::Page;

#[derive(Clone)]
pub(super) struct StubBucket(pub(super) Stub);

impl StubBucket {
    async fn write(&self, written: wire::Written, body: CallBody) -> Result<Option<ObjectInfo>> {
        let call = BucketCall::Put(wire::put(written));
        let (found, _) = self.0.send::<Option<ObjectRecord>>(&call, body).await?;
        Ok(found.map(wire::read_object))
    }
}

impl BucketBackend for StubBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let PutObject { key, body, http, metadata, checksum, .. } = put;
        let PutObject { conditions, storage_class, customer_key, .. } = put;
        let written = wire::Written {
            key,
            http,
            metadata,
            checksum,
            conditions,
            storage_class,
            customer_key,
        };
        Box::pin(self.write(written, body.into()))
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        Box::pin(async move {
            let call = BucketCall::Get(wire::get(get));
            let (found, body) =
                self.0.send::<Option<FoundRecord>>(&call, CallBody::Nothing).await?;
            Ok(found.map(|FoundRecord { object, range }| {
                let info = wire::read_object(object);
                match range {
                    Some((start, end)) => {
                        let len = end.saturating_sub(start);
                        FoundObject::new(info, start..end, Box::new(Returned { body, len }))
                    }
                    None => FoundObject::unmet(info),
                }
            }))
        })
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(async move {
            let call = BucketCall::Head(key.into_string());
            let found = self.0.ask::<Option<ObjectRecord>>(&call).await?;
            Ok(found.map(wire::read_object))
        })
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let keys = keys.into_iter().map(BucketKey::into_string).collect();
            self.0.ask(&BucketCall::Delete(keys)).await
        })
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        Box::pin(async move {
            let prefix = self.0.prefix(list.prefix);
            let call = BucketCall::List(wire::list(ListObjects { prefix, ..list }));
            let page = self.0.ask::<PageRecord<ObjectRecord>>(&call).await?;
            Ok(wire::read_page(page, wire::read_object))
        })
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        Box::pin(
            async move { self.0.ask(&BucketCall::CreateUpload(wire::create_upload(create))).await },
        )
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(async move {
            let UploadPart { key, upload_id, number, body, customer_key } = part;
            let upload = upload(key, upload_id, customer_key.as_ref());
            let call = BucketCall::UploadPart(upload, number);
            let (part, _) = self.0.send::<PartRecord>(&call, body.into()).await?;
            Ok(wire::read_part(part))
        })
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        Box::pin(async move {
            let CompleteUpload { key, upload_id, parts } = complete;
            let parts = parts.iter().map(wire::part).collect();
            let call = BucketCall::CompleteUpload(upload(key, upload_id, None), parts);
            Ok(wire::read_object(self.0.ask(&call).await?))
        })
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(
            async move { self.0.ask(&BucketCall::AbortUpload(upload(key, upload_id, None))).await },
        )
    }
}

impl Sealer for StubBucket {
    /// One call with all of the body: it is the storage Worker that cuts it into parts.
    fn put(
        self: Arc<Self>,
        object: Box<NewObject>,
        body: Long,
    ) -> BoxFuture<'static, Result<ObjectInfo>> {
        Box::pin(async move {
            let NewObject { bucket: _, key, http, metadata, checksum, .. } = *object;
            let NewObject { conditions, storage_class, customer_key, .. } = *object;
            let creates = conditions.is_create();
            let written = wire::Written {
                key,
                http,
                metadata,
                checksum,
                conditions,
                storage_class,
                customer_key,
            };
            let Long { pieces, len } = body;
            let body = match pieces {
                Pieces::Platform(stream) => CallBody::Platform { stream, len },
                Pieces::Stream(stream) => CallBody::Stream { stream, len },
            };
            let stored = self.write(written, body).await?;
            stored.ok_or_else(|| unmet(creates))
        })
    }

    fn parts(&self) -> Sealed<crate::backend::AnyBucket> {
        let job = Arc::new(StubJob::of_bucket(self.0.clone()));
        Sealed::Elsewhere { job: job.clone(), guard: job }
    }
}

fn upload(key: BucketKey, id: String, customer_key: Option<&CustomerKey>) -> UploadCall {
    UploadCall { key: key.into_string(), id, customer_key: wire::customer_key(customer_key) }
}
