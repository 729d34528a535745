//! A KV namespace in a storage Worker.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::rpc::{EntryRecord, KvCall, ListedRecord, PageRecord};

use super::super::transport::CallBody;
use super::super::wire;
use super::rotate::StubJob;
use super::{Stub, unanswered};
use crate::backend::{
    AnyKv, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode, KvBackend,
    ListEntries, ListedEntry, PutEntry,
};
use crate::encryption::{Parts, Sealed};
use crate::error::Result;
use crate::page::Page;

pub(super) struct StubKv(pub(super) Stub);

impl KvBackend for StubKv {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let (put, value) = wire::put_entry(put);
            self.0.send(&KvCall::Put(put), CallBody::Bytes(value)).await.map(|((), _)| ())
        })
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(async move {
            let mode = get.mode;
            let call = KvCall::Get(wire::get_entry(get));
            let (found, body) =
                self.0.send::<Option<EntryRecord>>(&call, CallBody::Nothing).await?;
            let Some(found) = found else { return Ok(None) };
            let value = match (mode, body) {
                (GetMode::Stream, CallBody::Platform { stream, .. }) => {
                    EntryValue::Platform(stream)
                }
                (GetMode::Stream, CallBody::Stream { stream, .. }) => EntryValue::Stream(stream),
                (_, body) => EntryValue::Bytes(body.gather(u64::MAX).await?),
            };
            Ok(Some(FoundEntry::new(wire::read_entry(found), value)))
        })
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        Box::pin(async move {
            let GetEntries { keys, cache_ttl_seconds, bytes_max: _ } = get;
            let mut found = Vec::with_capacity(keys.len());
            let mut left = vec![keys.as_slice()];
            while let Some(keys) = left.pop() {
                match (self.several(keys, cache_ttl_seconds).await, keys) {
                    (Ok(some), _) => found.extend(some),
                    (Err(error), _) if error.kind() != ErrorKind::ValueTooLarge => {
                        return Err(error);
                    }
                    // The storage Worker has a bound of its own for what it reads by one call.
                    (Err(_), [key]) => {
                        found.push(self.alone(key.clone(), cache_ttl_seconds).await?);
                    }
                    (Err(_), keys) => {
                        let (first, second) = keys.split_at(keys.len() / 2);
                        left.extend([second, first]);
                    }
                }
            }
            Ok(found)
        })
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        Box::pin(async move {
            let call = KvCall::Head(key.into_string());
            Ok(self.0.ask::<Option<EntryRecord>>(&call).await?.map(wire::read_entry))
        })
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.0.ask(&KvCall::Delete(key.into_string())).await })
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        Box::pin(async move {
            let prefix = self.0.prefix(list.prefix);
            let call = KvCall::List(wire::list_entries(ListEntries { prefix, ..list }));
            let page = self.0.ask::<PageRecord<ListedRecord>>(&call).await?;
            Ok(wire::read_page(page, wire::read_listed))
        })
    }
}

impl StubKv {
    /// Entries that are read by one call.
    async fn several(
        &self,
        keys: &[KvKey],
        cache_ttl_seconds: Option<u64>,
    ) -> Result<Vec<Option<FoundEntry<Bytes>>>> {
        let keys = keys.iter().map(|key| key.as_str().to_owned()).collect();
        let call = KvCall::GetMany(keys, cache_ttl_seconds);
        let (found, body) =
            self.0.send::<Vec<Option<EntryRecord>>>(&call, CallBody::Nothing).await?;
        let mut values = body.gather(u64::MAX).await?;
        let mut entry = |record: EntryRecord| {
            let len = record.len.and_then(|len| usize::try_from(len).ok()).unwrap_or_default();
            if len > values.len() {
                return Err(unanswered());
            }
            Ok(FoundEntry::new(wire::read_entry(record), values.split_to(len)))
        };
        found.into_iter().map(|record| record.map(&mut entry).transpose()).collect()
    }

    /// An entry by a call of its own, which comes as a stream.
    async fn alone(
        &self,
        key: KvKey,
        cache_ttl_seconds: Option<u64>,
    ) -> Result<Option<FoundEntry<Bytes>>> {
        let get = GetEntry { key, cache_ttl_seconds, mode: GetMode::Bytes };
        match self.get(get).await? {
            Some(FoundEntry { metadata, value }) => {
                Ok(Some(FoundEntry::new(metadata, value.gather().await?)))
            }
            None => Ok(None),
        }
    }
}

impl Parts for StubKv {
    fn parts(&self) -> Sealed<AnyKv> {
        let job = Arc::new(StubJob::of_kv(self.0.clone()));
        Sealed::Elsewhere { job: job.clone(), guard: job }
    }
}
