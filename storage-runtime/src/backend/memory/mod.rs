//! Storage in the memory of this process: for tests, and as the reference of what the traits mean.

mod bucket;
mod keys;
mod kv;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage_core::crypto::KeyRing;
use storage_core::manifest::{
    BucketSpec, KvSpec, S3Spec, SIGNED_URLS_ORIGIN_VARIABLE, ServiceSpec,
};
use storage_core::signing::sigv4::Presigner;
use storage_core::signing::token::TokenKeys;

use super::rules::{cursor, start};
use super::{AnyBucket, AnyKv, ListEntries};
use crate::declare::Connect;
use crate::error::Result;
use crate::observe::Route;
use crate::page::Page;
use crate::rpc::{self, Transport};

/// A source of empty stores, each on its own.
pub(crate) struct Memory;

impl Connect for Memory {
    const REMOTE: bool = false;

    type Error = Infallible;

    const ROUTE: Route = Route::Memory;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>, Infallible> {
        Ok(rpc::nowhere())
    }

    /// What is encrypted stands beside its key here: where there are no random numbers it may as well be any key.
    fn key_ring(&self, _: &'static str) -> Result<KeyRing, Infallible> {
        Ok(keys::of_process().unwrap_or_else(KeyRing::unprotected))
    }

    /// A link leaves the process, and may come back to a server that somebody tries out.
    fn token_keys(&self, _: &'static str) -> Result<Option<TokenKeys>, Infallible> {
        Ok(keys::of_process().as_ref().map(TokenKeys::of))
    }

    /// Only where links lead, for a server that somebody tries out: else nothing around a test changes it.
    fn variable(&self, name: &str) -> Option<String> {
        (name == SIGNED_URLS_ORIGIN_VARIABLE).then(|| std::env::var(name).ok()).flatten()
    }

    fn presigner(
        &self,
        _: &'static S3Spec,
        _: Option<&str>,
    ) -> Result<Option<Presigner>, Infallible> {
        Ok(None)
    }

    fn bucket(&self, _: &'static BucketSpec) -> Result<AnyBucket, Infallible> {
        Ok(bucket::MemoryBucket::default().into())
    }

    fn kv(&self, _: &'static KvSpec) -> Result<AnyKv, Infallible> {
        Ok(kv::MemoryKv::default().into())
    }
}

/// What is stored, by key. A `BTreeMap` of `String`s is in the order of the platform's listings: by
/// the bytes of UTF-8.
struct Table<V>(Mutex<BTreeMap<String, V>>);

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V> Table<V> {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, V>> {
        // Nothing panics between two states of the map, so a poisoned lock guards a sound one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page of what `item` makes of the entries.
fn page<V, T>(
    entries: &BTreeMap<String, V>,
    list: &ListEntries,
    item: impl Fn(&str, &V) -> Option<T>,
) -> Result<Page<T>> {
    let prefix = list.prefix.as_deref().unwrap_or_default();
    let start = start(list.cursor.as_deref(), prefix)?;
    let mut found = entries
        .range::<str, _>((start, Bound::Unbounded))
        .take_while(|(key, _)| key.starts_with(prefix))
        .filter_map(|(key, value)| Some((key, item(key, value)?)))
        .peekable();
    let mut items = Vec::new();
    let mut end = None;
    while items.len() < list.limit as usize
        && let Some((key, item)) = found.next()
    {
        items.push(item);
        end = Some(key);
    }
    let more = found.peek().is_some();
    let cursor = end.filter(|_| more).map(|key| cursor(key));
    Ok(Page::new(items, cursor))
}

#[cfg(test)]
mod tests {
    use storage_core::ErrorKind;

    use super::*;

    fn list(cursor: &str) -> ListEntries {
        ListEntries { prefix: Some("a/".into()), limit: 10, cursor: Some(cursor.into()) }
    }

    #[test]
    fn only_cursors_of_the_listing_are_taken() {
        let entries = BTreeMap::from([("a/1".to_owned(), 1), ("a/2".to_owned(), 2)]);
        let keys = |cursor| page(&entries, &list(cursor), |_, value| Some(*value));
        assert_eq!(keys("after:a/1").unwrap().items, [2]);
        for cursor in ["", "a/1", "after:", "after:b/1"] {
            assert_eq!(keys(cursor).unwrap_err().kind(), ErrorKind::InvalidOption, "{cursor}");
        }
    }
}
