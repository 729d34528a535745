//! A KV namespace of which only some keys are reached.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::key::KvKey;

use super::{Kept, Within};
use crate::backend::{
    AnyKv, EntryMetadata, FoundEntry, GetEntries, GetEntry, KvBackend, ListEntries, ListedEntry,
    PutEntry,
};
use crate::encryption::rotation::KvJob;
use crate::encryption::{Parts, Sealed};
use crate::error::Result;
use crate::page::Page;

/// What stores, of those keys.
pub(crate) fn kv(inner: AnyKv, within: Within) -> AnyKv {
    Kept { inner, within }.into()
}

/// What rotation takes, of those keys.
pub(crate) fn parts(inner: Arc<dyn Parts>, within: Within) -> Arc<dyn Parts> {
    Arc::new(Kept { inner, within })
}

impl KvBackend for Kept<AnyKv> {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check(put.key.as_str())?;
            self.inner.put(put).await
        })
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(async move {
            self.check(get.key.as_str())?;
            self.inner.get(get).await
        })
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        Box::pin(async move {
            get.keys.iter().try_for_each(|key| self.check(key.as_str()))?;
            self.inner.get_many(get).await
        })
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        Box::pin(async move {
            self.check(key.as_str())?;
            self.inner.head(key).await
        })
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check(key.as_str())?;
            self.inner.delete(key).await
        })
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        Box::pin(async move {
            let prefix = self.narrow(list.prefix)?;
            self.inner.list(ListEntries { prefix, ..list }).await
        })
    }
}

impl Parts for Kept<Arc<dyn Parts>> {
    fn parts(&self) -> Sealed<AnyKv> {
        match self.inner.parts() {
            Sealed::Here { stored, cipher } => {
                let job = Arc::new(KvJob::new(stored, Arc::clone(&cipher)));
                self.within.rotated(job, cipher)
            }
            Sealed::Elsewhere { job, guard } => self.within.rotated(job, guard),
        }
    }
}
