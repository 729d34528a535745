//! A KV namespace that tells what is done with it.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::key::KvKey;

use super::About;
use super::operation::{Asked, Found, Operation, Outcome};
use crate::backend::{
    AnyKv, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, KvBackend, ListEntries,
    ListedEntry, PutEntry,
};
use crate::encryption::{Parts, Sealed};
use crate::error::Result;
use crate::page::Page;

/// The namespace, and what tells of it.
pub(crate) fn kv(inner: AnyKv, about: &Arc<About>) -> AnyKv {
    Observed { inner, about: Arc::clone(about) }.into()
}

/// What rotation takes, and what tells of it.
pub(crate) fn parts(inner: Arc<dyn Parts>, about: &Arc<About>) -> Arc<dyn Parts> {
    Arc::new(Observed { inner, about: Arc::clone(about) })
}

struct Observed<T> {
    inner: T,
    about: Arc<About>,
}

impl Observed<AnyKv> {
    fn begin(&self, asked: &Asked<'_>) -> Operation {
        Operation::begin(&self.about, asked)
    }
}

impl KvBackend for Observed<AnyKv> {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        let asked = Asked::key("put", put.key.as_str()).bytes(put.value.len() as u64);
        let operation = self.begin(&asked);
        Box::pin(operation.run(self.inner.put(put), |()| Found::default()))
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        let operation = self.begin(&Asked::key("get", get.key.as_str()));
        Box::pin(operation.run(self.inner.get(get), |found| match found {
            None => Found::outcome(Outcome::Missing),
            Some(FoundEntry { metadata, value }) => {
                let bytes = match value {
                    EntryValue::Bytes(bytes) => Some(bytes.len() as u64),
                    // A stream is not read for its length.
                    EntryValue::Stream(_) | EntryValue::Platform(_) => metadata.noted_size(),
                };
                Found { bytes, ..Found::default() }
            }
        }))
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        let asked = Asked { keys: Some(get.keys.len()), ..Asked::of("get_many") };
        let operation = self.begin(&asked);
        Box::pin(operation.run(self.inner.get_many(get), |found| {
            let found = found.iter().flatten();
            Found {
                bytes: Some(found.clone().map(|entry| entry.value.len() as u64).sum()),
                items: Some(found.count()),
                ..Found::default()
            }
        }))
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        let operation = self.begin(&Asked::key("head", key.as_str()));
        Box::pin(operation.run(self.inner.head(key), |found| Found::or_missing(found.as_ref())))
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        let operation = self.begin(&Asked::key("delete", key.as_str()));
        Box::pin(operation.run(self.inner.delete(key), |()| Found::default()))
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        let operation = self.begin(&Asked::of("list"));
        Box::pin(operation.run(self.inner.list(list), |page| Found {
            items: Some(page.items.len() + page.unreadable.len()),
            ..Found::default()
        }))
    }
}

impl Parts for Observed<Arc<dyn Parts>> {
    /// Rotation reads and writes what is stored, so that is what is told of.
    fn parts(&self) -> Sealed<AnyKv> {
        match self.inner.parts() {
            Sealed::Here { stored, cipher } => {
                Sealed::Here { stored: kv(stored, &self.about), cipher }
            }
            elsewhere @ Sealed::Elsewhere { .. } => elsewhere,
        }
    }
}
