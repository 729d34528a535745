//! Pages of a KV namespace.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use storage_core::key::KvKey;
use storage_core::limits::kv::{KEY_BYTES_MAX, TTL_SECONDS_MIN, VALUE_BYTES_MAX};

use super::cursor::Cursor;
use super::{Ask, BYTES_A_PAGE, Found, Job, Outcome, Plain, RotationPage};
use crate::backend::{
    self, AnyKv, EntryExpiry, EntryMetadata, FoundEntry, GetEntry, GetMode, ListEntries,
    ListedEntry, PutEntry,
};
use crate::encryption::Cipher;
use crate::error::{Error, Result};
use crate::page::Page;
use crate::{kv, list, write};

/// How many entries are under way at once, if all of them are small.
const CONCURRENCY: usize = 4;

/// A value that is larger, or whose size nobody noted, is under way alone: it is in memory as it was stored,
/// in plaintext and encrypted anew.
const SMALL: u64 = 1024 * 1024;

/// For how many seconds a value that KV has near the Worker may count as the newest: the least there is.
const CACHE_SECONDS: u64 = 30;

/// An entry that expires earlier is left alone: KV takes no write that expires within a minute, and the
/// write takes a moment.
const EXPIRES_SOON: Duration = Duration::from_secs(TTL_SECONDS_MIN + 10);

pub(crate) struct KvJob {
    stored: AnyKv,
    cipher: Arc<Cipher>,
}

impl Job for KvJob {
    fn page(self: Arc<Self>, ask: Ask) -> BoxFuture<'static, Result<RotationPage>> {
        Box::pin(async move {
            let Ask { prefix, limit, cursor, plain } = ask;
            list::check_place(prefix.as_deref(), cursor.listing.as_deref(), KEY_BYTES_MAX)?;
            let Cursor { listing, behind } = cursor;
            let request = ListEntries { prefix, limit, cursor: listing.clone() };
            let Page { mut items, cursor: next, .. } = self.stored.list(request).await?;
            // KV lists in the order of the keys.
            items
                .retain(|entry| behind.as_deref().is_none_or(|behind| entry.key.as_str() > behind));
            let mut page = RotationPage::default();
            let mut rest = items.as_slice();
            while !rest.is_empty() && page.bytes < BYTES_A_PAGE {
                let small = rest.iter().take(CONCURRENCY).take_while(|entry| is_small(entry));
                let (group, others) = rest.split_at(small.count().max(1));
                let entries = group.iter().map(|listed| self.entry(listed, plain));
                for (listed, outcome) in group.iter().zip(join_all(entries).await) {
                    outcome.count(&listed.key, self.cipher.primary(), &mut page);
                }
                rest = others;
                if let (Some(last), false) = (group.last(), others.is_empty()) {
                    let behind = Some(last.key.clone());
                    page.cursor = Some(Cursor { listing: listing.clone(), behind }.write()?);
                }
            }
            if rest.is_empty() {
                let next = next.map(|listing| Cursor { listing: Some(listing), behind: None });
                page.cursor = next.map(|next| next.write()).transpose()?;
            }
            Ok(page)
        })
    }
}

impl KvJob {
    pub(crate) fn new(stored: AnyKv, cipher: Arc<Cipher>) -> Self {
        Self { stored, cipher }
    }

    /// Does what there is to do for an entry. No error is one of the page.
    async fn entry(&self, listed: &ListedEntry, plain: Plain) -> Outcome {
        let looked = async {
            let key = KvKey::new(listed.key.clone())?;
            Ok::<_, Error>((self.read(&key).await?, key))
        };
        let (found, key) = match looked.await {
            Ok((Some(found), key)) => (found, key),
            Ok((None, _)) => return Outcome::Gone,
            Err(error) => return Outcome::Failed { under: None, error },
        };
        let marks = Cipher::entry_marks(&found.metadata);
        let is_noted = marks.hint.is_some() || marks.sealed.is_some();
        let state = self.cipher.found(key.as_str(), &found.value, marks.hint.as_deref(), is_noted);
        let under = match state {
            Found::Unreadable => return Outcome::Unreadable { under: None },
            Found::Plain if plain == Plain::Leave => return Outcome::Plain,
            Found::Plain => None,
            Found::Sealed { under, .. } => Some(under),
        };
        let primary = self.cipher.primary();
        if under.as_deref() == Some(primary)
            && marks
                .sealed
                .is_none_or(|sealed| self.cipher.text_is_of(key.as_str(), primary, &sealed))
        {
            return Outcome::Current;
        }
        // When it expires only the listing tells, so it has to be of the same write.
        let is_listed = found.metadata.json == listed.metadata.json;
        if !is_listed || listed.metadata.expires.is_some_and(expires_soon) {
            return Outcome::Changed;
        }
        let expiry = listed.metadata.expires.map_or(EntryExpiry::Never, EntryExpiry::At);
        match self.rewrite(key, found, expiry, under.is_some()).await {
            Ok(Some(bytes)) => Outcome::Rotated { bytes },
            Ok(None) => Outcome::Changed,
            Err(error) => Outcome::of(error, under),
        }
    }

    async fn read(&self, key: &KvKey) -> Result<Option<FoundEntry<Bytes>>> {
        let get = GetEntry {
            key: key.clone(),
            cache_ttl_seconds: Some(CACHE_SECONDS),
            mode: GetMode::Bytes,
        };
        let Some(FoundEntry { metadata, value }) = self.stored.get(get).await? else {
            return Ok(None);
        };
        Ok(Some(FoundEntry::new(metadata, value.gather().await?)))
    }

    /// Encrypts an entry anew, unless it is another by now. How many bytes of plaintext it has.
    async fn rewrite(
        &self,
        key: KvKey,
        found: FoundEntry<Bytes>,
        expiry: EntryExpiry,
        is_sealed: bool,
    ) -> Result<Option<u64>> {
        let (text, context) = (key.as_str(), self.cipher.value(key.as_str()));
        let (plain, metadata) = if is_sealed {
            let (hint, metadata) =
                self.cipher.open_entry_metadata(text, found.metadata.clone()).await?;
            let sealed = found.value.clone();
            (self.cipher.open_bytes(&context, hint.as_deref(), sealed).await?, metadata)
        } else {
            (found.value.clone(), found.metadata.clone())
        };
        let bytes = plain.len() as u64;
        // The etag of a plain entry is a digest of its value, which would tell something of it.
        let json = match &metadata.json {
            Some(json) if is_sealed && kv::noted_size(json).is_some() => json.clone(),
            _ => kv::restamp(text, metadata, bytes)?,
        };
        let value = self.cipher.seal_bytes(&context, plain).await?;
        if value.len() > VALUE_BYTES_MAX {
            return Err(write::value_too_large(value.len() as u64, VALUE_BYTES_MAX as u64));
        }
        let metadata = self.cipher.seal_entry_metadata(text, json).await?;
        if !self.is_same(&key, &found).await? {
            return Ok(None);
        }
        self.stored.put(PutEntry { key, value, metadata, expiry }).await?;
        Ok(Some(bytes))
    }

    /// Whether an entry is still the one that was read. KV has no condition for a write, so this is asked
    /// right before it.
    async fn is_same(&self, key: &KvKey, found: &FoundEntry<Bytes>) -> Result<bool> {
        // A write of this library has metadata of its own, which tells it from every other.
        if is_stamped(&found.metadata) {
            let now = self.stored.head(key.clone()).await?;
            return Ok(now.is_some_and(|now| now.json == found.metadata.json));
        }
        let now = self.read(key).await?;
        Ok(now.is_some_and(|now| {
            now.metadata.json == found.metadata.json && now.value == found.value
        }))
    }
}

fn is_stamped(metadata: &EntryMetadata) -> bool {
    metadata.json.as_deref().and_then(kv::noted_size).is_some()
}

fn is_small(listed: &ListedEntry) -> bool {
    let noted = listed.metadata.json.as_deref().and_then(kv::noted_size);
    noted.is_some_and(|size| size <= SMALL)
}

fn expires_soon(expires: SystemTime) -> bool {
    let left = expires.duration_since(backend::now()).unwrap_or_default();
    left < EXPIRES_SOON
}
