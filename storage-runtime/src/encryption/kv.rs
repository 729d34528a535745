//! A KV namespace with everything in it encrypted.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::limits::kv::VALUE_BYTES_MAX;

use super::Cipher;
use crate::backend::{
    AnyKv, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode, KvBackend,
    ListEntries, ListedEntry, PutEntry,
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

    async fn open(&self, key: &str, found: FoundEntry<Bytes>) -> Result<FoundEntry<Bytes>> {
        let FoundEntry { metadata, value } = found;
        let (hint, metadata) = self.cipher.open_entry_metadata(key, metadata).await?;
        let context = self.cipher.value(key);
        let value = self.cipher.open_bytes(&context, hint.as_deref(), value).await?;
        Ok(FoundEntry::new(metadata, value))
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
            let key = get.key.clone();
            // A value is verified as a whole before any of it is given: it is at most 25 MiB.
            let found = self.stored.get(GetEntry { mode: GetMode::Bytes, ..get }).await?;
            let Some(FoundEntry { metadata, value }) = found else {
                return Ok(None);
            };
            let value = match value {
                EntryValue::Bytes(bytes) => bytes,
                EntryValue::Platform(stream) => {
                    crate::body::gather(stream.into_stream(), VALUE_BYTES_MAX as u64).await?
                }
            };
            let FoundEntry { metadata, value } =
                self.open(key.as_str(), FoundEntry::new(metadata, value)).await?;
            Ok(Some(FoundEntry::new(metadata, EntryValue::Bytes(value))))
        })
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        Box::pin(async move {
            let keys = get.keys.clone();
            let mut opened = Vec::with_capacity(keys.len());
            for (key, found) in keys.iter().zip(self.stored.get_many(get).await?) {
                opened.push(match found {
                    Some(found) => Some(self.open(key.as_str(), found).await?),
                    None => None,
                });
            }
            Ok(opened)
        })
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        Box::pin(async move {
            match self.stored.head(key.clone()).await? {
                Some(found) => {
                    Ok(Some(self.cipher.open_entry_metadata(key.as_str(), found).await?.1))
                }
                None => Ok(None),
            }
        })
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        self.stored.delete(key)
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        Box::pin(async move {
            let mut page = self.stored.list(list).await?;
            let mut items = Vec::with_capacity(page.items.len());
            for ListedEntry { key, metadata } in page.items {
                let (_, metadata) = self.cipher.open_entry_metadata(&key, metadata).await?;
                items.push(ListedEntry::new(key, metadata));
            }
            page.items = items;
            Ok(page)
        })
    }
}

/// What rotation takes of a namespace.
///
/// Handles carry it behind the pointer of a trait, so that a Worker without encryption does not link it.
pub(crate) trait Parts: Send + Sync {
    /// What stores, and what encrypts.
    fn parts(&self) -> (AnyKv, Arc<Cipher>);
}

impl Parts for EncryptedKv {
    fn parts(&self) -> (AnyKv, Arc<Cipher>) {
        (self.stored.clone(), Arc::clone(&self.cipher))
    }
}
