//! A KV namespace on disk.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::key::KvKey;

use super::super::{
    EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, KvBackend, ListEntries,
    ListedEntry, PutEntry,
};
use super::store::Store;
use super::{entries, run};
use crate::error::Result;
use crate::page::Page;

/// Clones are the same namespace.
#[derive(Clone)]
pub(super) struct LocalKv {
    store: Arc<Store>,
    name: Arc<str>,
}

impl LocalKv {
    pub(super) fn new(store: Arc<Store>, name: &str) -> Self {
        Self { store, name: name.into() }
    }
}

impl KvBackend for LocalKv {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || store.change(|change| entries::put(change, &name, put))))
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || {
            let found = store.read(|state| entries::find(state, &name, &get.key))?;
            Ok(found.map(|FoundEntry { metadata, value }| {
                FoundEntry::new(metadata, EntryValue::Bytes(value))
            }))
        }))
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || {
            store.read(|state| {
                let mut found = Vec::with_capacity(get.keys.len());
                for key in &get.keys {
                    found.push(entries::find(state, &name, key)?);
                    GetEntries::check(get.bytes_max, &found)?;
                }
                Ok(found)
            })
        }))
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || store.read(|state| entries::head(state, &name, &key))))
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || store.change(|change| entries::delete(change, &name, &key))))
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        let Self { store, name } = self.clone();
        Box::pin(run(move || store.read(|state| entries::page(state, &name, &list))))
    }
}
