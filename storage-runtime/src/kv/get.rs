//! Reading entries.

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::key::KvKey;
use storage_core::{ErrorKind, limits};

use super::value::{Json, Raw, ValueKind, WithInfo};
use super::{Entry, RawKv, check_key, stamp};
use crate::backend::{EntryValue, FoundEntry, GetEntries, GetEntry, GetMode};
use crate::error::{Error, Result};

/// How to read entries.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GetOptions {
    /// For how long the answer may be kept near the reader: see [`Get::cache_ttl`].
    pub cache_ttl: Option<Duration>,
}

/// A read from a KV namespace. Made by [`Kv::get`](super::Kv::get).
#[must_use = "nothing is read until the request is awaited"]
pub struct Get<V> {
    request: One,
    value: PhantomData<fn() -> V>,
}

impl<V> Get<V> {
    pub(super) fn new(kv: RawKv, key: Result<String>) -> Self {
        Self::of(One { kv, key, options: GetOptions::default(), mode: GetMode::Bytes })
    }

    fn of(request: One) -> Self {
        Self { request, value: PhantomData }
    }

    /// For how long the answer may be kept in the data centre of the reader: at least 30 seconds, in
    /// whole seconds, and 60 if it is left out. Longer is faster for what is read often, and sees
    /// writes later.
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.request.options.cache_ttl = Some(ttl);
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: GetOptions) -> Self {
        self.request.options = options;
        self
    }
}

impl Get<Raw> {
    /// Does not read the value into memory: it comes as a stream, to be
    /// [read in pieces](Entry::stream) or [handed on](Entry::into_body).
    ///
    /// On Workers such a value holds one of the Worker's six connections until it is read to its end or
    /// dropped. Natively values are in memory anyway.
    ///
    /// A value that is encrypted is decrypted as it is read. No byte is given before the 16 KiB that it is
    /// among are verified; if some are not what was written, or are missing, the stream ends in
    /// [`DecryptionFailed`](crate::ErrorKind::DecryptionFailed), and so does what it is handed on to.
    pub fn streamed(mut self) -> Self {
        self.request.mode = GetMode::Stream;
        self
    }
}

impl<T> Get<Json<T>> {
    /// Gives what is known of the entry beside its value: `(T, EntryInfo)`.
    /// [`Kv::put`](super::Kv::put) has an example.
    pub fn with_info(self) -> Get<WithInfo<T>> {
        Get::of(self.request)
    }
}

impl<V: ValueKind> IntoFuture for Get<V> {
    type Output = Result<Option<V::Found>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.request.kv.place("get");
        Box::pin(async move {
            match self.request.send().await.map_err(|error| error.at(place))? {
                Some(entry) => V::found(entry).await.map(Some),
                None => Ok(None),
            }
        })
    }
}

impl<V> fmt::Debug for Get<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Get").field(&self.request).finish()
    }
}

/// A read of several entries. Made by [`Kv::get_many`](super::Kv::get_many).
#[must_use = "nothing is read until the request is awaited"]
pub struct GetMany<V> {
    request: Many,
    value: PhantomData<fn() -> V>,
}

impl<V> GetMany<V> {
    pub(super) fn new(kv: RawKv, keys: Vec<Result<String>>) -> Self {
        Self::of(Many { kv, keys, options: GetOptions::default() })
    }

    fn of(request: Many) -> Self {
        Self { request, value: PhantomData }
    }

    /// For how long the answers may be kept near the reader: see [`Get::cache_ttl`].
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.request.options.cache_ttl = Some(ttl);
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: GetOptions) -> Self {
        self.request.options = options;
        self
    }
}

impl<T> GetMany<Json<T>> {
    /// Gives what is known of each entry beside its value: `(T, EntryInfo)`.
    pub fn with_info(self) -> GetMany<WithInfo<T>> {
        GetMany::of(self.request)
    }
}

impl<V: ValueKind> IntoFuture for GetMany<V> {
    type Output = Result<Vec<Option<V::Found>>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.request.kv.place("get_many");
        Box::pin(async move {
            let entries = self.request.send().await.map_err(|error| error.at(place))?;
            let mut found = Vec::with_capacity(entries.len());
            for entry in entries {
                found.push(match entry {
                    Some(entry) => Some(V::found(entry).await?),
                    None => None,
                });
            }
            Ok(found)
        })
    }
}

impl<V> fmt::Debug for GetMany<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GetMany").field(&self.request).finish()
    }
}

/// A read, whatever the values are.
#[derive(Debug)]
struct One {
    kv: RawKv,
    key: Result<String>,
    options: GetOptions,
    mode: GetMode,
}

impl One {
    async fn send(self) -> Result<Option<Entry>> {
        let Self { kv, key, options, mode } = self;
        let (key, cache_ttl_seconds) = (check_key(key)?, check_cache_ttl(options.cache_ttl)?);
        let get = GetEntry { key: key.clone(), cache_ttl_seconds, mode };
        let found = kv.backend.get(get).await?;
        Ok(found.map(|FoundEntry { metadata, value }| {
            let mut info = stamp::read(key.into_string(), metadata);
            if let EntryValue::Bytes(bytes) = &value {
                info.size = Some(bytes.len() as u64);
            }
            Entry::new(info, value, kv.place("get"))
        }))
    }
}

/// Several reads, whatever the values are.
#[derive(Debug)]
struct Many {
    kv: RawKv,
    keys: Vec<Result<String>>,
    options: GetOptions,
}

impl Many {
    async fn send(self) -> Result<Vec<Option<Entry>>> {
        let Self { kv, keys, options } = self;
        let keys: Vec<KvKey> = keys.into_iter().map(check_key).collect::<Result<_>>()?;
        let cache_ttl_seconds = check_cache_ttl(options.cache_ttl)?;
        let mut distinct = keys.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let calls: Vec<_> = distinct
            .chunks(limits::kv::GET_KEYS_MAX)
            .map(|keys| GetEntries { keys: keys.to_vec(), cache_ttl_seconds, bytes_max: None })
            .map(|get| kv.backend.get_many(get))
            .collect();
        let found: Vec<_> = stream::iter(calls).buffered(kv.calls_at_once()).try_collect().await?;
        let found: BTreeMap<&KvKey, Option<FoundEntry<Bytes>>> =
            distinct.iter().zip(found.into_iter().flatten()).collect();
        let entry = |key: &KvKey| {
            let FoundEntry { metadata, value } = found.get(key)?.clone()?;
            let mut info = stamp::read(key.as_str().to_owned(), metadata);
            info.size = Some(value.len() as u64);
            Some(Entry::new(info, EntryValue::Bytes(value), kv.place("get_many")))
        };
        Ok(keys.iter().map(entry).collect())
    }
}

/// How long an answer may be kept, checked by KV's rule.
fn check_cache_ttl(ttl: Option<Duration>) -> Result<Option<u64>> {
    let (min, max) = (limits::kv::CACHE_TTL_SECONDS_MIN, limits::kv::TTL_SECONDS_MAX);
    match ttl.map(|ttl| ttl.as_secs()) {
        Some(seconds) if !(min..=max).contains(&seconds) => {
            let message = format!("answers are kept for {seconds} s, KV takes {min} to {max} s");
            Err(Error::new(ErrorKind::InvalidOption, message))
        }
        seconds => Ok(seconds),
    }
}
