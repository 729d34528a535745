//! A KV namespace with everything in it encrypted.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::limits::kv::VALUE_BYTES_MAX;
use storage_core::limits::worker::CONNECTIONS_MAX;

use super::body::told;
use super::metadata::Bare;
use super::{Cipher, Sealed, listing};
use crate::backend::{
    AnyKv, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode, KvBackend,
    ListEntries, ListedEntry, PutEntry, cipher,
};
use crate::error::{Error, Result};
use crate::page::Page;

#[derive(Clone)]
pub(super) struct EncryptedKv {
    stored: AnyKv,
    cipher: Arc<Cipher>,
}

impl EncryptedKv {
    pub(super) fn new(stored: AnyKv, cipher: Cipher) -> Self {
        Self { stored, cipher: Arc::new(cipher) }
    }

    /// An entry in memory, all of it verified.
    async fn find(&self, get: GetEntry) -> Result<Option<FoundEntry<Bytes>>> {
        let of = self.cipher.named(get.key.as_str());
        self.find_bytes(get).await.map_err(|error| of.told(error))
    }

    async fn find_bytes(&self, get: GetEntry) -> Result<Option<FoundEntry<Bytes>>> {
        let key = get.key.clone();
        let Some(FoundEntry { metadata, value }) = self.stored.get(get).await? else {
            return Ok(None);
        };
        let value = value.gather().await?;
        let (hint, metadata) =
            self.cipher.open_entry_metadata(key.as_str(), metadata, Bare::Refused).await?;
        let context = self.cipher.value(key.as_str());
        let value = self.cipher.open_bytes(&context, hint.as_deref(), value).await?;
        Ok(Some(FoundEntry::new(metadata, value)))
    }

    /// An entry whose value is opened as it is read. How long it is, no place tells; its last chunk
    /// proves that it is whole.
    async fn find_streamed(&self, get: GetEntry) -> Result<Option<FoundEntry>> {
        let key = get.key.clone();
        let Some(FoundEntry { metadata, value }) = self.stored.get(get).await? else {
            return Ok(None);
        };
        let (hint, metadata) =
            self.cipher.open_entry_metadata(key.as_str(), metadata, Bare::Refused).await?;
        let (prefix, sealed) = cipher::split_value(value).await?;
        let context = self.cipher.value(key.as_str());
        let keys = self.cipher.open(&context, &prefix, hint.as_deref())?;
        let value = cipher::open_value(keys, sealed).into_stream();
        let value = told(value, self.cipher.named(key.as_str()));
        Ok(Some(FoundEntry::new(metadata, EntryValue::Stream(value))))
    }

    /// Entries in memory, whose values have at most so many bytes together. Several are asked for at a time, and
    /// read one after the other.
    async fn find_at_most(
        &self,
        keys: Vec<KvKey>,
        cache_ttl_seconds: Option<u64>,
        max: u64,
    ) -> Result<Vec<Option<FoundEntry<Bytes>>>> {
        let find =
            |key: KvKey| self.get(GetEntry { key, cache_ttl_seconds, mode: GetMode::Stream });
        let mut asked = stream::iter(keys.into_iter().map(find)).buffered(CONNECTIONS_MAX);
        let (mut entries, mut left) = (Vec::new(), max);
        while let Some(found) = asked.try_next().await? {
            let Some(FoundEntry { metadata, value }) = found else {
                entries.push(None);
                continue;
            };
            let value = value.gather_at_most(left).await.map_err(|error| match error.kind() {
                ErrorKind::ValueTooLarge => GetEntries::too_large(max),
                _ => error,
            })?;
            left = left.saturating_sub(value.len() as u64);
            entries.push(Some(FoundEntry::new(metadata, value)));
        }
        Ok(entries)
    }

    /// The metadata of an entry, as whoever wrote it knows it.
    async fn present(&self, key: &str, stored: EntryMetadata) -> Result<EntryMetadata> {
        let opened = self.cipher.open_entry_metadata(key, stored, Bare::Refused).await;
        opened.map(|(_, metadata)| metadata).map_err(|error| self.cipher.named(key).told(error))
    }
}

impl KvBackend for EncryptedKv {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let PutEntry { key, value, metadata, expiry } = put;
            let value = self.cipher.seal_bytes(&self.cipher.value(key.as_str()), value).await?;
            if value.len() > VALUE_BYTES_MAX {
                let message = format!(
                    "the value has {} bytes with what encryption adds, the limit is {VALUE_BYTES_MAX}",
                    value.len()
                );
                return Err(Error::new(ErrorKind::ValueTooLarge, message));
            }
            let metadata = self.cipher.seal_entry_metadata(key.as_str(), metadata).await?;
            self.stored.put(PutEntry { key, value, metadata, expiry }).await
        })
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(async move {
            if get.mode == GetMode::Stream {
                let of = self.cipher.named(get.key.as_str());
                return self.find_streamed(get).await.map_err(|error| of.told(error));
            }
            let found = self.find(get).await?;
            Ok(found.map(|FoundEntry { metadata, value }| {
                FoundEntry::new(metadata, EntryValue::Bytes(value))
            }))
        })
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        Box::pin(async move {
            // KV's call for several keys gives text, which ciphertext is not: so a call for each.
            let GetEntries { keys, cache_ttl_seconds, bytes_max } = get;
            if let Some(max) = bytes_max {
                return self.find_at_most(keys, cache_ttl_seconds, max).await;
            }
            let find = |key| self.find(GetEntry { key, cache_ttl_seconds, mode: GetMode::Bytes });
            let found = stream::iter(keys.into_iter().map(find));
            found.buffered(CONNECTIONS_MAX).try_collect().await
        })
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        Box::pin(async move {
            match self.stored.head(key.clone()).await? {
                Some(found) => self.present(key.as_str(), found).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        self.stored.delete(key)
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        Box::pin(async move {
            let page = self.stored.list(list).await?;
            let present = |ListedEntry { key, metadata }| async move {
                let opened = self.present(&key, metadata).await;
                let listed = opened.map(|metadata| ListedEntry::new(key.clone(), metadata));
                (key, listed)
            };
            listing::open(page, present).await
        })
    }
}

/// What rotation takes of a namespace.
///
/// Handles carry it behind the pointer of a trait, so that a Worker without encryption does not link it.
pub(crate) trait Parts: Send + Sync {
    /// They.
    fn parts(&self) -> Sealed<AnyKv>;
}

impl Parts for EncryptedKv {
    fn parts(&self) -> Sealed<AnyKv> {
        Sealed::Here { stored: self.stored.clone(), cipher: Arc::clone(&self.cipher) }
    }
}
