//! A bucket that fails when it is told to.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::BucketKey;

use super::Logs;
use crate::backend::{
    AnyBucket, BucketBackend, CompleteUpload, CreateUpload, FoundObject, GetObject, ListObjects,
    Memory, PutObject, UploadPart,
};
use crate::bucket::{Bucket, ObjectInfo, Part};
use crate::declare::{Connect as _, DeclareBucket as _};
use crate::error::{Error, Result};
use crate::page::Page;

/// What happens to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It fails, and nothing was written.
    Lost,
    /// It was written, but nobody hears of it.
    Unheard,
    /// Somebody else has the key, unless it was tried before: then nothing happens to it.
    Taken,
}

/// What is going to happen.
#[derive(Clone, Default)]
pub(super) struct Plan {
    /// To the next writes; nothing to those that are not in it.
    pub(super) puts: Arc<Mutex<VecDeque<Option<Fault>>>>,
    /// To reads of a key.
    pub(super) get: Arc<Mutex<Option<(String, ErrorKind)>>>,
}

struct Flaky {
    inner: AnyBucket,
    plan: Plan,
    /// The keys of all writes.
    tried: Mutex<BTreeSet<String>>,
}

/// An empty bucket, as handles see it.
pub(super) fn bucket(plan: &Plan) -> Bucket<Logs> {
    let Ok(inner) = Memory.bucket(Logs::SPEC);
    let mut bucket = super::logs();
    bucket
        .raw_mut()
        .store_directly(Flaky { inner, plan: plan.clone(), tried: Mutex::default() }.into());
    bucket
}

fn unavailable<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Unavailable, "the bucket was told to fail"))
}

fn never<T: Send + 'static>() -> BoxFuture<'static, Result<T>> {
    Box::pin(std::future::ready(Err(Error::new(ErrorKind::Unsupported, "no archive does it"))))
}

impl BucketBackend for Flaky {
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        let fault = self.plan.puts.lock().unwrap().pop_front().flatten();
        let is_new = self.tried.lock().unwrap().insert(put.key.as_str().to_owned());
        Box::pin(async move {
            match fault {
                Some(Fault::Taken) if is_new => Ok(None),
                None | Some(Fault::Taken) => self.inner.put(put).await,
                Some(Fault::Lost) => unavailable(),
                Some(Fault::Unheard) => {
                    self.inner.put(put).await?;
                    unavailable()
                }
            }
        })
    }

    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>> {
        let fault = self.plan.get.lock().unwrap().clone();
        match fault.filter(|(key, _)| key == get.key.as_str()) {
            Some((_, kind)) => Box::pin(std::future::ready(Err(Error::new(kind, "told to fail")))),
            None => self.inner.get(get),
        }
    }

    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>> {
        self.inner.list(list)
    }

    fn head(&self, _: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>> {
        never()
    }

    fn delete(&self, _: Vec<BucketKey>) -> BoxFuture<'_, Result<()>> {
        never()
    }

    fn create_upload(&self, _: CreateUpload) -> BoxFuture<'_, Result<String>> {
        never()
    }

    fn upload_part(&self, _: UploadPart) -> BoxFuture<'_, Result<Part>> {
        never()
    }

    fn complete_upload(&self, _: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>> {
        never()
    }

    fn abort_upload(&self, _: BucketKey, _: String) -> BoxFuture<'_, Result<()>> {
        never()
    }
}
