//! Many items at once: entries that are got together, and listings.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::limits::worker::CONNECTIONS_MAX;

use super::{Account, NEW, Notes, OLD, Secretive, Stored, StoredNotes, failed};
use crate::backend::{
    AnyKv, EntryMetadata, FoundEntry, GetEntries, GetEntry, KvBackend, ListEntries, ListedEntry,
    PutEntry,
};
use crate::bucket::{Include, ObjectInfo};
use crate::declare::Handle as _;
use crate::error::Result;
use crate::kv::EntryInfo;
use crate::observe::in_the_log;
use crate::page::{Page, Unreadable};
use crate::{Bucket, Kv};

/// A namespace that notes how many values are read of it at the same time.
#[derive(Clone)]
struct Slow {
    kv: AnyKv,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl KvBackend for Slow {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        self.kv.put(put)
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(async move {
            let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
            self.most.fetch_max(now, Ordering::Relaxed);
            for _ in 0..=get.key.as_str().len() % 5 {
                tokio::task::yield_now().await;
            }
            self.now.fetch_sub(1, Ordering::Relaxed);
            self.kv.get(get).await
        })
    }

    fn get_many(&self, _: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        Box::pin(async { panic!("ciphertext is read as text, and then once more") })
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
async fn entries_are_read_a_few_at_a_time_and_in_order() {
    let mut account = Account::new(OLD);
    let slow = Slow { kv: account.kv.clone(), now: Arc::default(), most: Arc::default() };
    account.kv = slow.clone().into();
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let keys: Vec<String> =
        (0..250).map(|number| "k".repeat(number % 7) + &number.to_string()).collect();
    for key in &keys {
        if !key.ends_with('3') {
            notes.put(key, key).metadata("of", key).await.unwrap();
        }
    }
    let found = notes.get_many(&keys).await.unwrap();
    assert_eq!(found.len(), keys.len());
    for (key, found) in keys.iter().zip(found) {
        match found {
            Some(entry) => {
                assert_eq!((entry.key(), entry.metadata().get("of")), (key.as_str(), Some(key)));
                assert_eq!(entry.text().await.unwrap(), *key);
            }
            None => assert!(key.ends_with('3'), "{key} is missing"),
        }
    }
    assert_eq!(slow.most.load(Ordering::Relaxed), CONNECTIONS_MAX);
}

#[tokio::test]
async fn a_damaged_object_keeps_no_other_from_being_listed() {
    let account = Account::new(OLD);
    let bucket = Bucket::<Secretive>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    for number in 0..100 {
        let key = format!("{number:02}");
        bucket.put(&key, "text").metadata("number", &key).await.unwrap();
    }
    let sealed = stored.head("07").await.unwrap().unwrap().metadata()["storage-sealed"].clone();
    for (key, put) in [("42", &*sealed), ("43", "no base64"), ("44", "AAAA")] {
        stored.put(key, "").metadata("storage-sealed", put).await.unwrap();
    }

    let page = bucket.list().await.unwrap();
    let unreadable: Vec<_> = page.unreadable.iter().map(Unreadable::key).collect();
    assert_eq!(unreadable, ["42", "43", "44"]);
    let expected = (0..100).filter(|number| !(42..=44).contains(number));
    let expected: Vec<_> = expected.map(|number| format!("{number:02}")).collect();
    let listed: Vec<_> = page.items.iter().map(ObjectInfo::key).collect();
    assert_eq!(listed, expected);
    assert!(page.items.iter().all(|item| item.metadata()["number"] == item.key()));

    let error = page.unreadable[0].error();
    assert_eq!(error.kind(), ErrorKind::DecryptionFailed);
    assert_eq!((error.operation(), error.resource()), (Some("list"), Some("vault")));
    let hash = in_the_log("42").unwrap();
    assert!(error.to_string().contains(&hash) && !error.message().contains(&hash), "{error}");
    failed(bucket.head("42").await, "metadata of another key");

    // By pages it is the same, and without metadata there is nothing to open.
    let pages: Vec<_> = bucket.list().limit(10).pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.items.len()).sum::<usize>(), 97);
    assert_eq!(pages.iter().map(|page| page.unreadable.len()).sum::<usize>(), 3);
    let bare = bucket.list().include(Include::NONE).await.unwrap();
    assert_eq!((bare.items.len(), bare.unreadable.len()), (100, 0));
    assert_eq!(bucket.delete_prefix("4").await.unwrap(), 10);
    assert!(bucket.list().await.unwrap().unreadable.is_empty());
}

#[tokio::test]
async fn a_damaged_entry_keeps_no_other_from_being_listed() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    for key in ["a", "b", "c"] {
        notes.put(key, "flu").metadata("kind", "diagnosis").await.unwrap();
    }
    let rotated = account.with_secret(Some(NEW));
    let rotated = Kv::<Notes>::connect(&rotated).unwrap();
    rotated.put("b", "flu").metadata("kind", "diagnosis").await.unwrap();

    let page = notes.list().await.unwrap();
    let listed: Vec<_> = page.items.iter().map(EntryInfo::key).collect();
    assert_eq!(listed, ["a", "c"]);
    assert_eq!(page.items[1].metadata()["kind"], "diagnosis");
    let [unreadable] = page.unreadable.as_slice() else { panic!("{:?}", page.unreadable) };
    assert_eq!(unreadable.key(), "b");
    let error = unreadable.error();
    assert_eq!(error.kind(), ErrorKind::DecryptionFailed);
    assert_eq!((error.operation(), error.resource()), (Some("list"), Some("notes")));
    let page = rotated.list().await.unwrap();
    assert_eq!((page.items.len(), page.unreadable.len()), (1, 2));
    // Who has no key still sees what is there.
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    assert_eq!(stored.list().await.unwrap().items.len(), 3);
}
