//! Pages of a KV namespace.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use storage_core::ErrorKind;
use storage_core::crypto::sealed_len;
use storage_core::key::KvKey;
use storage_core::limits::kv::{KEY_BYTES_MAX, TTL_SECONDS_MIN, VALUE_BYTES_MAX};

use super::cursor::Cursor;
use super::{Ask, BYTES_A_PAGE, Found, Job, Outcome, Plain, RotationPage};
use crate::backend::{
    self, AnyKv, EntryExpiry, EntryMetadata, FoundEntry, GetEntry, GetMode, ListEntries,
    ListedEntry, PutEntry,
};
use crate::encryption::Cipher;
use crate::encryption::metadata::Bare;
use crate::error::Result;
use crate::page::Page;
use crate::{kv, list, write};

/// How many entries are under way at once, if all of them are small.
const CONCURRENCY: usize = 4;

/// A value that is larger, or whose size nobody noted, is under way alone: it is in memory as it was stored,
/// in plaintext and encrypted anew. What is noted may be wrong, so no more is read of one that has company.
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
            let request = ListEntries { prefix: prefix.clone(), limit, cursor: listing.clone() };
            let Page { mut items, cursor: next, .. } = self.stored.list(request).await?;
            // KV lists in the order of the keys. What it makes of a cursor of another prefix it does not say.
            items.retain(|entry| {
                let key = entry.key.as_str();
                behind.as_deref().is_none_or(|behind| key > behind)
                    && prefix.as_deref().is_none_or(|prefix| key.starts_with(prefix))
            });
            let mut page = RotationPage::default();
            page.prefix = prefix;
            let mut rest = items.as_slice();
            while !rest.is_empty() && page.bytes < BYTES_A_PAGE {
                let small = rest.iter().take(CONCURRENCY).take_while(|entry| is_small(entry));
                let (group, others) = rest.split_at(small.count().max(1));
                let outcomes = match group {
                    [one] => vec![Some(self.alone(one, plain).await)],
                    small => join_all(small.iter().map(|one| self.shared(one, plain))).await,
                };
                for (listed, outcome) in group.iter().zip(outcomes) {
                    let outcome = match outcome {
                        Some(outcome) => outcome,
                        // The others are done by now.
                        None => self.alone(listed, plain).await,
                    };
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

    /// Does what there is to do for an entry that is under way alone.
    async fn alone(&self, listed: &ListedEntry, plain: Plain) -> Outcome {
        let looked = self.look(listed, Room::Alone).await;
        self.entry(listed, plain, looked).await
    }

    /// Does what there is to do for an entry that has company. `None` if it is too large for that: nothing
    /// was done.
    async fn shared(&self, listed: &ListedEntry, plain: Plain) -> Option<Outcome> {
        let looked = self.look(listed, Room::Shared).await;
        if looked.as_ref().is_err_and(|error| error.kind() == ErrorKind::ValueTooLarge) {
            return None;
        }
        Some(self.entry(listed, plain, looked).await)
    }

    /// Does what there is to do for an entry that was looked at. No error is one of the page.
    async fn entry(
        &self,
        listed: &ListedEntry,
        plain: Plain,
        looked: Result<Option<(KvKey, FoundEntry<Bytes>)>>,
    ) -> Outcome {
        let (key, found) = match looked {
            Ok(Some(looked)) => looked,
            Ok(None) => return Outcome::Gone,
            Err(error) => return Outcome::Failed { under: None, error },
        };
        let Some(marks) = Cipher::entry_marks(&found.metadata) else {
            let state = self.cipher.found(key.as_str(), &found.value, None, true);
            return Outcome::Unreadable { under: state.under() };
        };
        let is_noted = marks.hint.is_some() || marks.sealed.is_some();
        let state = self.cipher.found(key.as_str(), &found.value, marks.hint.as_deref(), is_noted);
        let under = match state {
            Found::Unreadable => return Outcome::Unreadable { under: None },
            Found::Plain if plain == Plain::Leave => return Outcome::Plain { under: None },
            Found::Plain => None,
            Found::Sealed { under, .. } => Some(under),
        };
        let primary = self.cipher.primary();
        let is_bare = self.cipher.is_bare(marks.sealed.as_deref());
        if under.as_deref() == Some(primary)
            && !is_bare
            && marks
                .sealed
                .is_none_or(|sealed| self.cipher.text_is_of(key.as_str(), primary, &sealed))
        {
            return Outcome::Current;
        }
        if is_bare && plain == Plain::Leave {
            return Outcome::Plain { under };
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

    async fn look(
        &self,
        listed: &ListedEntry,
        room: Room,
    ) -> Result<Option<(KvKey, FoundEntry<Bytes>)>> {
        let key = KvKey::new(listed.key.clone())?;
        Ok(self.read(&key, room).await?.map(|found| (key, found)))
    }

    async fn read(&self, key: &KvKey, room: Room) -> Result<Option<FoundEntry<Bytes>>> {
        let (mode, max) = match room {
            Room::Alone => (GetMode::Bytes, VALUE_BYTES_MAX as u64),
            // How long a value is shows while it is read.
            Room::Shared => (GetMode::Stream, sealed_len(SMALL).unwrap_or(SMALL)),
        };
        let get = GetEntry { key: key.clone(), cache_ttl_seconds: Some(CACHE_SECONDS), mode };
        let Some(FoundEntry { metadata, value }) = self.stored.get(get).await? else {
            return Ok(None);
        };
        Ok(Some(FoundEntry::new(metadata, value.gather_at_most(max).await?)))
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
                self.cipher.open_entry_metadata(text, found.metadata.clone(), Bare::Taken).await?;
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
        let now = self.read(key, Room::Alone).await?;
        Ok(now.is_some_and(|now| {
            now.metadata.json == found.metadata.json && now.value == found.value
        }))
    }
}

/// How much of a Worker's memory an entry may take.
#[derive(Clone, Copy)]
enum Room {
    /// What the largest value takes.
    Alone,
    /// What a small one takes: others are under way.
    Shared,
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
