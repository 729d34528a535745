//! How much of a namespace is in memory at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use storage_core::key::KvKey;

use super::{rings, run, store_entry, stored_entry, under};
use crate::Kv;
use crate::backend::{
    AnyKv, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode, KvBackend,
    ListEntries, ListedEntry, PutEntry,
};
use crate::declare::Handle as _;
use crate::encryption::tests::{Account, Notes};
use crate::error::Result;
use crate::page::Page;

const MIB: usize = 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// A namespace that streams as Workers do, and counts what was read of values and not yet written.
#[derive(Clone)]
struct Counted {
    kv: AnyKv,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    held: AtomicUsize,
    held_at_most: AtomicUsize,
    streamed: AtomicUsize,
}

impl Counts {
    fn read(&self, bytes: usize) {
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.held_at_most.fetch_max(held, Ordering::Relaxed);
    }
}

/// Gives back what was read of a stream that is dropped before its end.
struct Streamed {
    rest: Bytes,
    read: usize,
    counts: Arc<Counts>,
}

impl Drop for Streamed {
    fn drop(&mut self) {
        if !self.rest.is_empty() {
            self.counts.held.fetch_sub(self.read, Ordering::Relaxed);
        }
    }
}

impl KvBackend for Counted {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        self.counts.held.fetch_sub(put.value.len(), Ordering::Relaxed);
        self.kv.put(put)
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(async move {
            let mode = get.mode;
            let Some(FoundEntry { metadata, value }) = self.kv.get(get).await? else {
                return Ok(None);
            };
            let value = value.gather().await?;
            tokio::task::yield_now().await;
            if mode == GetMode::Bytes {
                self.counts.read(value.len());
                return Ok(Some(FoundEntry::new(metadata, EntryValue::Bytes(value))));
            }
            self.counts.streamed.fetch_add(1, Ordering::Relaxed);
            let streamed = Streamed { rest: value, read: 0, counts: Arc::clone(&self.counts) };
            let pieces = stream::unfold(streamed, |mut streamed| async move {
                tokio::task::yield_now().await;
                let len = streamed.rest.len().min(PIECE);
                let piece = streamed.rest.split_to(len);
                streamed.read += len;
                streamed.counts.read(len);
                (len > 0).then(|| (Ok(piece), streamed))
            });
            Ok(Some(FoundEntry::new(metadata, EntryValue::Stream(pieces.boxed()))))
        })
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        self.kv.get_many(get)
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        self.kv.head(key)
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        self.kv.delete(key)
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        self.kv.list(list)
    }
}

#[tokio::test]
async fn large_values_that_say_they_are_small_go_one_by_one() {
    let [before, during, after] = rings();
    let notes = Kv::<Notes>::connect(&before).unwrap();
    let large = vec![7; 5 * MIB];
    for key in ["a", "b", "c", "d", "e"] {
        notes.put(key, large.clone()).await.unwrap();
        let (value, json) = stored_entry(&before, key).await;
        let lied = json.replace(&format!("[1,{},", large.len()), "[1,1,");
        assert_ne!(lied, json);
        store_entry(&before, key, value, lied).await;
    }
    notes.put("f", "small, as it says").await.unwrap();

    let counts = Arc::new(Counts::default());
    let counted = Counted { kv: during.kv.clone(), counts: Arc::clone(&counts) };
    let notes = Kv::<Notes>::connect(&Account { kv: counted.into(), ..during }).unwrap();
    let (done, _) = run(|| notes.rotate()).await;
    assert_eq!((done.rotated, done.keys), (6, under(&[("new", 6)])), "{:?}", done.problems);
    assert_eq!(counts.streamed.load(Ordering::Relaxed), 6, "all were taken for small ones");
    assert_eq!(counts.held.load(Ordering::Relaxed), 0);
    let held = counts.held_at_most.load(Ordering::Relaxed);
    assert!(held < 6 * MIB, "{held} bytes at once");

    let notes = Kv::<Notes>::connect(&after).unwrap();
    for key in ["a", "b", "c", "d", "e"] {
        assert_eq!(notes.get(key).await.unwrap().unwrap().bytes().await.unwrap(), large);
    }
}
