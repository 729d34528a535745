//! A KV namespace in memory.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, ready};
use storage_core::key::KvKey;

use super::super::{EntryMetadata, FoundEntry, KvBackend, ListEntries, ListedEntry, PutEntry};
use super::{Table, page};
use crate::backend;
use crate::error::Result;
use crate::page::Page;

#[derive(Default)]
pub(super) struct MemoryKv(Table<Stored>);

struct Stored {
    value: Bytes,
    metadata: String,
    expires: Option<SystemTime>,
}

impl Stored {
    fn is_live(&self, now: SystemTime) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

impl MemoryKv {
    fn find<T>(&self, key: &KvKey, found: impl Fn(&Stored) -> T) -> Option<T> {
        let now = backend::now();
        self.0.lock().get(key.as_str()).filter(|stored| stored.is_live(now)).map(found)
    }
}

impl KvBackend for MemoryKv {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        let PutEntry { key, value, metadata, ttl_seconds } = put;
        // A time beyond what the clock can tell is never reached.
        let expires = ttl_seconds
            .and_then(|seconds| backend::now().checked_add(Duration::from_secs(seconds)));
        self.0.lock().insert(key.into_string(), Stored { value, metadata, expires });
        ready(Ok(())).boxed()
    }

    fn get(&self, key: KvKey) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        let found = self.find(&key, |stored| {
            let (value, metadata) = (stored.value.clone(), stored.metadata.clone());
            FoundEntry::new(Some(metadata), value.len() as u64, Box::new(value))
        });
        ready(Ok(found)).boxed()
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        let found = self.find(&key, |stored| EntryMetadata::new(Some(stored.metadata.clone())));
        ready(Ok(found)).boxed()
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        self.0.lock().remove(key.as_str());
        ready(Ok(())).boxed()
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        let now = backend::now();
        let item = |key: &str, stored: &Stored| {
            stored
                .is_live(now)
                .then(|| ListedEntry::new(key.to_owned(), Some(stored.metadata.clone())))
        };
        ready(page(&self.0.lock(), &list, item)).boxed()
    }
}
