//! A KV namespace in memory.

use std::time::SystemTime;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, ready};
use storage_core::key::KvKey;

use super::super::{
    EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, KvBackend, ListEntries,
    ListedEntry, PutEntry,
};
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

    fn metadata(&self) -> EntryMetadata {
        EntryMetadata::new(Some(self.metadata.clone()), self.expires)
    }

    fn found(&self) -> FoundEntry<Bytes> {
        FoundEntry::new(self.metadata(), self.value.clone())
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
        let PutEntry { key, value, metadata, expiry } = put;
        let expires = expiry.time(backend::now());
        self.0.lock().insert(key.into_string(), Stored { value, metadata, expires });
        ready(Ok(())).boxed()
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        let found = self.find(&get.key, |stored| {
            FoundEntry::new(stored.metadata(), EntryValue::Bytes(stored.value.clone()))
        });
        ready(Ok(found)).boxed()
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        let found: Vec<_> = get.keys.iter().map(|key| self.find(key, Stored::found)).collect();
        ready(GetEntries::check(get.bytes_max, &found).map(|()| found)).boxed()
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        ready(Ok(self.find(&key, Stored::metadata))).boxed()
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        self.0.lock().remove(key.as_str());
        ready(Ok(())).boxed()
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        let now = backend::now();
        let item = |key: &str, stored: &Stored| {
            stored.is_live(now).then(|| ListedEntry::new(key.to_owned(), stored.metadata()))
        };
        ready(page(&self.0.lock(), &list, item)).boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::super::{EntryExpiry, GetMode};
    use super::*;

    #[tokio::test]
    async fn what_has_expired_is_not_there() {
        let kv = MemoryKv::default();
        let key = |key| KvKey::new(key).unwrap();
        let now = backend::now();
        for (name, expiry) in [
            ("past", EntryExpiry::At(now - Duration::from_secs(1))),
            ("future", EntryExpiry::At(now + Duration::from_secs(60))),
            ("gone", EntryExpiry::After(Duration::ZERO)),
            ("never", EntryExpiry::Never),
            ("later than clocks tell", EntryExpiry::After(Duration::MAX)),
        ] {
            let put =
                PutEntry { key: key(name), value: Bytes::new(), metadata: "{}".into(), expiry };
            kv.put(put).await.unwrap();
        }
        let names = ["future", "gone", "later than clocks tell", "never", "past"];
        let live = [true, false, true, true, false];
        for (name, live) in names.into_iter().zip(live) {
            let get = GetEntry { key: key(name), cache_ttl_seconds: None, mode: GetMode::Bytes };
            assert_eq!(kv.get(get).await.unwrap().is_some(), live, "{name}");
            assert_eq!(kv.head(key(name)).await.unwrap().is_some(), live, "{name}");
        }
        let get = GetEntries {
            keys: names.map(key).into(),
            cache_ttl_seconds: Some(30),
            bytes_max: None,
        };
        let found = kv.get_many(get).await.unwrap();
        assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), live);
        let list = ListEntries { prefix: None, limit: 10, cursor: None };
        assert_eq!(kv.list(list).await.unwrap().items.len(), 3);
    }
}
