//! A KV namespace in a storage Worker.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
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
            // The storage Worker has a bound of its own.
            let GetEntries { keys, cache_ttl_seconds, bytes_max: _ } = get;
            let keys = keys.into_iter().map(KvKey::into_string).collect();
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

impl Parts for StubKv {
    fn parts(&self) -> Sealed<AnyKv> {
        let job = Arc::new(StubJob::of_kv(self.0.clone()));
        Sealed::Elsewhere { job: job.clone(), guard: job }
    }
}
