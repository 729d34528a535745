//! A namespace that goes on from any cursor, whatever prefix that is of: KV does not say what it does.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::key::KvKey;

use super::super::cursor::Cursor;
use super::{rings, under};
use crate::Kv;
use crate::backend::{
    AnyKv, EntryMetadata, FoundEntry, GetEntries, GetEntry, KvBackend, ListEntries, ListedEntry,
    PutEntry,
};
use crate::declare::Handle as _;
use crate::encryption::tests::{Account, Notes};
use crate::error::Result;
use crate::page::Page;

struct Careless(AnyKv);

impl KvBackend for Careless {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        self.0.put(put)
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        self.0.get(get)
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        self.0.get_many(get)
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        self.0.head(key)
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        self.0.delete(key)
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        let prefix = list.prefix.filter(|_| list.cursor.is_none());
        self.0.list(ListEntries { prefix, ..list })
    }
}

#[tokio::test]
async fn a_cursor_of_another_prefix_reaches_nothing_behind_this_one() {
    let [before, during, _] = rings();
    let notes = Kv::<Notes>::connect(&before).unwrap();
    for key in ["a/1", "b/1", "b/2"] {
        notes.put(key, "text").await.unwrap();
    }
    let listing = notes.list().prefix("b/").limit(1).await.unwrap().cursor;
    let cursor = Cursor { listing, behind: None }.write().unwrap();

    let careless = Careless(during.kv.clone()).into();
    let notes = Kv::<Notes>::connect(&Account { kv: careless, ..during }).unwrap();
    let ours = notes.rotate().prefix("a/").cursor(cursor.clone()).await.unwrap();
    assert_eq!((ours.entries(), ours.problems.len()), (0, 0), "{:?}", ours.keys);
    let theirs = notes.rotate().prefix("b/").cursor(cursor).await.unwrap();
    assert_eq!(
        (theirs.rotated, theirs.keys),
        (1, under(&[("new", 1)])),
        "b/2 is there to be found"
    );
}
