//! Writes that are dropped in the middle: by a timeout, or because whoever asked is gone.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use rusqlite::Connection;
use storage::Body;
use storage::conformance::Stores;

/// As long as a part of an upload.
const PART: usize = 8 * 1024 * 1024;

/// Begins to write six parts of a body that never ends, and drops that once it has come so far.
fn write_and_drop(stores: &Stores, part: &Bytes, has_come_so_far: impl FnMut() -> bool) {
    let parts = stream::repeat(part.clone()).take(6).map(Ok::<_, Infallible>);
    let body = Body::stream(parts.chain(stream::pending()));
    let mut put = pin!(stores.bucket.put("dropped", body).into_future());
    let mut context = Context::from_waker(Waker::noop());
    let mut has_come_so_far = has_come_so_far;
    eventually("comes so far", || {
        assert!(put.as_mut().poll(&mut context).is_pending());
        has_come_so_far()
    });
}

/// Waits for what another thread does.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_mins(1), "not in a minute: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn bodies(folder: &Path) -> usize {
    fs::read_dir(folder.join("bodies")).unwrap().count()
}

fn rows(folder: &Path, table: &str) -> i64 {
    let database = Connection::open(folder.join("storage.sqlite3")).unwrap();
    database.busy_timeout(Duration::from_secs(30)).unwrap();
    database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_dropped_upload_leaves_nothing_in_memory() {
    let stores = Stores::memory();
    let part = Bytes::from(vec![1; PART]);
    let mut polled = 0;
    write_and_drop(&stores, &part, || {
        polled += 1;
        polled == 3
    });
    eventually("the parts are gone", || part.is_unique());
}

#[test]
fn a_dropped_upload_leaves_nothing_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::local(folder.path()).unwrap();
    let part = Bytes::from(vec![1; PART]);
    write_and_drop(&stores, &part, || bodies(folder.path()) > 1);
    eventually("the upload is gone", || rows(folder.path(), "uploads") == 0);
    eventually("the bodies are gone", || bodies(folder.path()) == 0);
    assert_eq!(rows(folder.path(), "parts"), 0);
}

/// Also while a part is on its way, which then finds no upload.
#[test]
fn an_upload_that_is_dropped_at_any_time_leaves_no_body() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::local(folder.path()).unwrap();
    let part = Bytes::from(vec![1; PART]);
    for polls in (0..10).map(|power| 1 << power) {
        let mut polled = 0;
        write_and_drop(&stores, &part, || {
            polled += 1;
            polled == polls
        });
    }
    eventually("nobody holds a part", || part.is_unique());
    eventually("the parts are gone", || rows(folder.path(), "parts") == 0);
    eventually("the bodies are gone", || bodies(folder.path()) == 0);
}
