//! KV namespaces.

use std::time::{Duration, SystemTime};

use storage_core::ErrorKind;

use super::{problems, rings, run, store_entry, stored_entry, under};
use crate::Kv;
use crate::declare::Handle as _;
use crate::encryption::tests::{Account, Notes, OLD, StoredNotes};

fn in_seconds(seconds: u64) -> SystemTime {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    SystemTime::UNIX_EPOCH + Duration::from_secs(now.as_secs() + seconds)
}

#[tokio::test]
async fn everything_is_under_the_new_key_and_as_it_was() {
    let [before, during, after] = rings();
    whatever_stores(&before, &during, &after).await;
}

#[cfg(feature = "local")]
#[tokio::test]
async fn so_it_is_on_disk() {
    use crate::backend::LocalFolder as _;
    use crate::declare::{Connect as _, DeclareKv as _};

    let folder = tempfile::tempdir().unwrap();
    let kv = folder.path().open().unwrap().kv(StoredNotes::SPEC).unwrap();
    let [before, during, after] = rings().map(|account| Account { kv: kv.clone(), ..account });
    whatever_stores(&before, &during, &after).await;
}

async fn whatever_stores(before: &Account, during: &Account, after: &Account) {
    let notes = Kv::<Notes>::connect(before).unwrap();
    let expires = in_seconds(3600);
    let put = notes.put("a", "flu").metadata("kind", "diagnosis").content_type("text/x");
    put.expires_at(expires).await.unwrap();
    notes.put("b", vec![1; 40_000]).await.unwrap();
    notes.put("c", "").metadata_from(&[1.0, f64::from(u32::MAX)]).await.unwrap();
    notes.put("large", vec![2; 2 * 1024 * 1024]).await.unwrap();
    notes.put("soon", "soon").expires_at(in_seconds(62)).await.unwrap();
    let seen = notes.list().await.unwrap().items;

    let notes = Kv::<Notes>::connect(during).unwrap();
    notes.put("new", "new").await.unwrap();
    let (done, pages) = run(|| notes.rotate().limit(2)).await;
    assert_eq!((done.rotated, done.current, done.changed, pages), (4, 1, 1, 3), "{done:?}");
    assert_eq!((done.entries(), done.keys), (6, under(&[("new", 5)])));
    let (again, _) = run(|| notes.rotate()).await;
    assert_eq!((again.rotated, again.current, again.changed), (0, 5, 1));

    let listed = notes.list().await.unwrap().items;
    let kept = |key: &str| listed.iter().find(|info| info.key() == key).unwrap().clone();
    for was in seen.iter().filter(|was| was.key() != "soon") {
        // With etag, time of writing, content type, metadata and time of expiry.
        assert_eq!(kept(was.key()), *was);
    }
    assert_eq!(kept("a").expires(), Some(expires));
    let notes = Kv::<Notes>::connect(after).unwrap();
    let value = |key: &'static str| {
        let get = notes.get(key);
        async move { get.await.unwrap().unwrap().bytes().await.unwrap() }
    };
    assert_eq!(value("a").await, "flu");
    assert_eq!(value("b").await, vec![1; 40_000]);
    assert_eq!(value("large").await, vec![2; 2 * 1024 * 1024]);
    let listed = notes.head("c").await.unwrap().unwrap();
    assert_eq!(listed.metadata_as::<[f64; 2]>().unwrap(), Some([1.0, f64::from(u32::MAX)]));
}

#[tokio::test]
async fn a_plain_namespace_is_encrypted_only_if_asked() {
    let account = Account::new(OLD);
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    let written = stored.put("ours", "text").metadata("by", "me").await.unwrap();
    stored.put("ours, without metadata", "text").await.unwrap();
    foreign(&account, "theirs", Some(r#"{"by":[1,2]}"#)).await;
    foreign(&account, "theirs, plain", None).await;
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let (done, _) = run(|| notes.rotate()).await;
    assert_eq!((done.plain, done.entries()), (4, 4));

    let (done, _) = run(|| notes.rotate().encrypt_plain()).await;
    assert_eq!((done.rotated, done.keys), (4, under(&[("old", 4)])), "{:?}", done.problems);
    for key in ["ours", "ours, without metadata", "theirs", "theirs, plain"] {
        let entry = notes.get(key).await.unwrap().unwrap();
        assert_eq!((entry.size(), entry.expires()), (Some(4), None));
        assert_eq!(entry.text().await.unwrap(), "text");
        let raw = stored.get(key).await.unwrap().unwrap();
        assert!(!format!("{raw:?}").contains("\"me\""), "{raw:?}");
        assert_ne!(raw.bytes().await.unwrap(), "text");
    }
    let ours = notes.head("ours").await.unwrap().unwrap();
    assert_eq!((&*ours.metadata()["by"], ours.uploaded()), ("me", written.uploaded()));
    assert_ne!(ours.etag(), written.etag(), "that one is a digest of the value");
    let theirs = notes.head("theirs").await.unwrap().unwrap();
    assert_eq!(theirs.metadata()["by"], "[1,2]");
    let (again, _) = run(|| notes.rotate().encrypt_plain()).await;
    assert_eq!((again.rotated, again.current), (0, 4));
}

async fn foreign(account: &Account, key: &str, metadata: Option<&str>) {
    store_entry(account, key, b"text".to_vec(), metadata.unwrap_or("null").to_owned()).await;
}

#[tokio::test]
async fn what_can_not_be_read_is_named_and_stops_nothing() {
    let [before, during, after] = rings();
    let notes = Kv::<Notes>::connect(&before).unwrap();
    notes.put("a", "text").metadata("kind", "x").await.unwrap();
    notes.put("b", "text").await.unwrap();
    let gone = before.with_secret(Some(&OLD.replace("old:AA", "gone:BA")));
    Kv::<Notes>::connect(&gone).unwrap().put("gone", "text").await.unwrap();
    // A value of another key, with what belongs to it.
    let (value, metadata) = stored_entry(&before, "a").await;
    store_entry(&before, "moved", value, metadata).await;
    let (mut value, metadata) = stored_entry(&before, "b").await;
    *value.last_mut().unwrap() ^= 1;
    store_entry(&before, "b", value, metadata).await;

    let notes = Kv::<Notes>::connect(&during).unwrap();
    let (done, _) = run(|| notes.rotate().encrypt_plain()).await;
    assert_eq!((done.rotated, done.unreadable, done.entries()), (1, 3, 4));
    assert_eq!(done.keys, under(&[("new", 1), ("old", 1)]));
    let failed = ErrorKind::DecryptionFailed.code();
    assert_eq!(problems(&done), ["b", "gone", "moved"].map(|key| (key, failed)));
    let notes = Kv::<Notes>::connect(&after).unwrap();
    assert_eq!(notes.get("a").await.unwrap().unwrap().text().await.unwrap(), "text");
}

#[tokio::test]
async fn pages_go_on_in_the_middle_of_a_listing() {
    let [before, during, _] = rings();
    let notes = Kv::<Notes>::connect(&before).unwrap();
    for number in 0..1005 {
        notes.put(format!("{number:04}"), "text").await.unwrap();
    }
    // Pages that end early, because they have encrypted enough.
    for number in [3, 500] {
        notes.put(format!("{number:04}"), vec![0; 24 * 1024 * 1024]).await.unwrap();
        notes.put(format!("{number:04}x"), vec![0; 24 * 1024 * 1024]).await.unwrap();
        notes.put(format!("{number:04}y"), vec![0; 24 * 1024 * 1024]).await.unwrap();
    }
    let notes = Kv::<Notes>::connect(&during).unwrap();
    let first = notes.rotate().limit(300).await.unwrap();
    assert!(first.rotated == 6, "it ended early: {first:?}");
    let (done, pages) = run(|| notes.rotate().limit(300)).await;
    assert_eq!((done.rotated, done.current, done.entries()), (1003, 6, 1009));
    assert_eq!((pages, done.keys), (5, under(&[("new", 1009)])));
}
