//! A bucket on disk.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::checksum::{Algorithm, Checksum};
use storage_core::key::BucketKey;

use super::super::rules::{self, refuse};
use super::super::{
    BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects, PutObject,
    ReadBody, UploadPart,
};
use super::body::{Arrived, FileBody, Stored, receive};
use super::error::{Failure, body_lost};
use super::folder::random_name;
use super::objects::{self, Attributes, Objects};
use super::store::Store;
use super::{run, uploads};
use crate::bucket::{ObjectInfo, Part};
use crate::error::Result;
use crate::page::Page;
use crate::{backend, hex, write};

/// Clones are the same bucket.
#[derive(Clone)]
pub(super) struct LocalBucket {
    store: Arc<Store>,
    name: Arc<str>,
}

impl LocalBucket {
    pub(super) fn new(store: Arc<Store>, name: &str) -> Self {
        Self { store, name: name.into() }
    }

    async fn write(self, put: PutObject) -> Result<Option<ObjectInfo>> {
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
        let Arrived { size, md5, kept } = receive(&self.store, body, checksum.clone()).await?;
        // R2's etags are MD5 as well.
        let etag = hex::encode(&md5);
        let checksums = Checksum::new(Algorithm::Md5, md5).into_iter().chain(checksum);
        let attributes = Attributes::new(http, metadata, storage_class).with_checksums(checksums);
        run(move || {
            self.store.change(|change| {
                let there = objects::head(change, &self.name, key.as_str())?;
                if !conditions.hold(there.as_ref()) {
                    return Ok(None);
                }
                let (key, version, uploaded) = (key.into_string(), random_name()?, backend::now());
                let new = objects::New { key, size, etag, version, uploaded, attributes, kept };
                objects::write(change, &self.name, new).map(Some)
            })
        })
        .await
    }

    fn find(&self, get: &GetObject) -> Result<Option<FoundObject>, Failure> {
        refuse(get.customer_key.as_ref())?;
        let mut missed = None;
        loop {
            let found = self.store.read(|state| objects::find(state, &self.name, get.key.as_str()));
            let Some((info, stored)) = found? else {
                return Ok(None);
            };
            if !get.conditions.hold(Some(&info)) {
                return Ok(Some(FoundObject::unmet(info)));
            }
            let range = match get.range {
                Some(range) => range.of(info.size()).ok_or_else(write::range_not_satisfiable)?,
                None => 0..info.size(),
            };
            let body: Box<dyn ReadBody> = match stored {
                Stored::Bytes(bytes) if bytes.len() as u64 == info.size() => {
                    Box::new(bytes.slice(index(range.start)..index(range.end)))
                }
                Stored::Bytes(_) => {
                    let key = info.key();
                    return Err(body_lost(format!("`{key}` has another size than its row")).into());
                }
                Stored::File(name) => match self.store.body(&name, info.size()) {
                    Ok(file) => Box::new(FileBody::new(file, range.clone())?),
                    // The object was written or deleted since it was looked up: look again.
                    Err(failure) if failure.is_missing_file() && missed.as_ref() != Some(&name) => {
                        missed = Some(name);
                        continue;
                    }
                    Err(Failure::Disk(error)) => return Err(body_lost(error).into()),
                    Err(failure) => return Err(failure),
                },
            };
            return Ok(Some(FoundObject::new(info, range, body)));
        }
    }

    async fn keep(self, part: UploadPart) -> Result<Part> {
        let UploadPart { key, upload_id, number, body, customer_key } = part;
        refuse(customer_key.as_ref())?;
        let arrived = receive(&self.store, body, None).await?;
        run(move || {
            self.store.change(|change| {
                uploads::check(change, &self.name, &key, &upload_id)?;
                uploads::keep(change, &upload_id, number, arrived)
            })
        })
        .await
    }

    async fn begin(self, create: CreateUpload) -> Result<String> {
        let CreateUpload { key, http, metadata, storage_class, customer_key } = create;
        refuse(customer_key.as_ref())?;
        let attributes = Attributes::new(http, metadata, storage_class);
        run(move || {
            self.store.change(|change| uploads::create(change, &self.name, &key, &attributes))
        })
        .await
    }
}

impl BucketBackend for LocalBucket {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        Box::pin(self.clone().write(put))
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        let this = self.clone();
        Box::pin(run(move || this.find(&get)))
    }

    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || store.read(|state| objects::head(state, &name, key.as_str()))))
    }

    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || {
            store.change(|change| {
                keys.iter().try_for_each(|key| objects::delete(change, &name, key.as_str()))
            })
        }))
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || {
            store.read(|state| rules::page(&list, &Objects { state, bucket: &name }))
        }))
    }

    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>> {
        Box::pin(self.clone().begin(create))
    }

    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>> {
        Box::pin(self.clone().keep(part))
    }

    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || uploads::complete(&store, &name, &complete)))
    }

    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || {
            store.change(|change| uploads::abort(change, &name, &key, &upload_id))
        }))
    }
}

/// A position in a body that is in memory.
fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
