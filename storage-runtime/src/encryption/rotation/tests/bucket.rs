//! Buckets.

use std::time::{Duration, SystemTime};

use futures_util::stream;
use storage_core::ErrorKind;

use super::{problems, rings, run, under};
use crate::bucket::StorageClass;
use crate::declare::Handle as _;
use crate::encryption::tests::{Account, OLD, Secretive, Stored, Vault, read};
use crate::error::Error;
use crate::{Body, Bucket};

#[tokio::test]
async fn everything_is_under_the_new_key_and_as_it_was() {
    let [before, during, after] = rings();
    whatever_stores(&before, &during, &after).await;
}

#[cfg(feature = "local")]
#[tokio::test]
async fn so_it_is_on_disk() {
    use crate::backend::LocalFolder as _;
    use crate::declare::{Connect as _, DeclareBucket as _};

    let folder = tempfile::tempdir().unwrap();
    let local = folder.path().open().unwrap();
    let bucket = local.bucket(Stored::SPEC).unwrap();
    let [before, during, after] =
        rings().map(|account| Account { bucket: bucket.clone(), ..account });
    whatever_stores(&before, &during, &after).await;
}

async fn whatever_stores(before: &Account, during: &Account, after: &Account) {
    let vault = Bucket::<Vault>::connect(before).unwrap();
    let expires = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
    let lens = [0, 1, 16_383, 16_384, 40_000];
    for len in lens {
        let plain = vec![7; len];
        let put = vault
            .put(format!("{len:05}"), plain)
            .content_type("image/png")
            .cache_control("no-store")
            .content_disposition("attachment")
            .expires(expires)
            .metadata("by", "me")
            .storage_class(StorageClass::InfrequentAccess);
        put.await.unwrap();
    }
    let sha1 = "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";
    vault.put("checked", "hello").checksum(sha1).await.unwrap();
    let long = stream::iter((0..9).map(|_| Ok::<_, Error>(vec![5; 1024 * 1024])));
    vault.put("in parts", Body::stream(long)).await.unwrap();
    let seen = vault.list().await.unwrap().items;

    let vault = Bucket::<Vault>::connect(during).unwrap();
    vault.put("new", "new").await.unwrap();
    let (done, pages) = run(|| vault.rotate().limit(3)).await;
    assert_eq!((done.entries(), done.rotated, done.current, pages), (8, 7, 1, 3), "{done:?}");
    assert_eq!(done.keys, under(&[("new", 8)]));
    assert_eq!(done.bytes, lens.iter().sum::<usize>() as u64 + 5 + 9 * 1024 * 1024);
    let (again, _) = run(|| vault.rotate()).await;
    assert_eq!((again.rotated, again.current, again.entries()), (0, 8, 8));

    // The old key can go.
    let vault = Bucket::<Vault>::connect(after).unwrap();
    for was in &seen {
        let is = vault.head(was.key()).await.unwrap().unwrap();
        assert_eq!((is.size(), is.metadata()), (was.size(), was.metadata()));
        assert_eq!(is.http_metadata(), was.http_metadata());
        assert_eq!(is.storage_class(), was.storage_class());
        assert_eq!(is.checksums().iter().count(), usize::from(was.key() == "checked"));
    }
    for len in lens {
        assert_eq!(read(&vault, &format!("{len:05}")).await.unwrap(), vec![7; len]);
    }
    assert_eq!(read(&vault, "in parts").await.unwrap(), vec![5; 9 * 1024 * 1024]);
    let hints = Bucket::<Stored>::connect(after).unwrap().list().await.unwrap().items;
    assert!(hints.iter().all(|info| info.metadata()["storage-key-id"] == "new"));
}

#[tokio::test]
async fn sealed_metadata_is_sealed_anew() {
    let [before, during, after] = rings();
    let bucket = Bucket::<Secretive>::connect(&before).unwrap();
    bucket.put("a", "text").metadata("diagnosis", "flu").await.unwrap();
    bucket.put("b", "text").await.unwrap();
    let stored = Bucket::<Stored>::connect(&before).unwrap();
    let old = stored.head("a").await.unwrap().unwrap().metadata()["storage-sealed"].clone();

    let bucket = Bucket::<Secretive>::connect(&during).unwrap();
    let (done, _) = run(|| bucket.rotate()).await;
    assert_eq!((done.rotated, done.keys), (2, under(&[("new", 2)])));
    let bucket = Bucket::<Secretive>::connect(&after).unwrap();
    assert_eq!(bucket.head("a").await.unwrap().unwrap().metadata()["diagnosis"], "flu");
    assert!(bucket.head("b").await.unwrap().unwrap().metadata().is_empty());

    // A body under the new key beside metadata under the old one is not done either.
    let sealed = read(&stored, "a").await.unwrap();
    let put = stored.put("a", sealed).metadata("storage-sealed", old);
    put.metadata("storage-key-id", "new").await.unwrap();
    let bucket = Bucket::<Secretive>::connect(&during).unwrap();
    let (done, _) = run(|| bucket.rotate()).await;
    assert_eq!((done.rotated, done.current), (1, 1));
    let bucket = Bucket::<Secretive>::connect(&after).unwrap();
    assert_eq!(bucket.head("a").await.unwrap().unwrap().metadata()["diagnosis"], "flu");
}

#[tokio::test]
async fn a_noted_id_is_not_believed() {
    let [before, during, after] = rings();
    let vault = Bucket::<Vault>::connect(&before).unwrap();
    let stored = Bucket::<Stored>::connect(&before).unwrap();
    for (key, hint) in [("lies", Some("new")), ("nonsense", Some("x")), ("silent", None)] {
        vault.put(key, key).await.unwrap();
        let put = stored.put(key, read(&stored, key).await.unwrap());
        let put = hint.into_iter().fold(put, |put, id| put.metadata("storage-key-id", id));
        put.await.unwrap();
    }
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    vault.put("slanders", "slanders").await.unwrap();
    let sealed = read(&stored, "slanders").await.unwrap();
    stored.put("slanders", sealed).metadata("storage-key-id", "old").await.unwrap();
    let (done, _) = run(|| vault.rotate().encrypt_plain()).await;
    assert_eq!((done.rotated, done.current, done.entries()), (3, 1, 4));
    let vault = Bucket::<Vault>::connect(&after).unwrap();
    for key in ["lies", "nonsense", "silent", "slanders"] {
        assert_eq!(read(&vault, key).await.unwrap(), key);
    }
}

#[tokio::test]
async fn a_plain_bucket_is_encrypted_only_if_asked() {
    let account = Account::new(OLD);
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    let long = vec![b'x'; 100_000];
    for (key, body) in [("empty", &[][..]), ("long", &long), ("short", b"text")] {
        stored.put(key, body).content_type("text/plain").metadata("by", "me").await.unwrap();
    }
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let (done, _) = run(|| vault.rotate()).await;
    assert_eq!((done.plain, done.entries()), (3, 3));
    assert!(done.keys.is_empty());
    assert_eq!(read(&stored, "short").await.unwrap(), "text", "it was left alone");

    let (done, _) = run(|| vault.rotate().encrypt_plain()).await;
    assert_eq!((done.rotated, done.keys), (3, under(&[("old", 3)])));
    assert_eq!(done.bytes, 100_004);
    for (key, body) in [("empty", &[][..]), ("long", &long), ("short", b"text")] {
        assert_eq!(read(&vault, key).await.unwrap(), body);
        assert_ne!(read(&stored, key).await.unwrap(), body);
        let info = vault.head(key).await.unwrap().unwrap();
        assert_eq!((info.content_type(), &*info.metadata()["by"]), (Some("text/plain"), "me"));
    }
    let (again, _) = run(|| vault.rotate().encrypt_plain()).await;
    assert_eq!((again.rotated, again.current), (0, 3));
}

#[tokio::test]
async fn what_can_not_be_read_is_named_and_stops_nothing() {
    let [before, during, after] = rings();
    let vault = Bucket::<Vault>::connect(&before).unwrap();
    let stored = Bucket::<Stored>::connect(&before).unwrap();
    for key in ["cut", "damaged", "good", "mixed", "short"] {
        vault.put(key, vec![1; 20_000]).await.unwrap();
    }
    let sealed = |key: &'static str| read(&stored, key);
    let hinted = |key: &str, bytes: Vec<u8>| {
        let put = stored.put(key, bytes).metadata("storage-key-id", "old");
        async { put.await.unwrap() }
    };
    let mut damaged = sealed("damaged").await.unwrap().to_vec();
    damaged[20_000] ^= 1;
    hinted("damaged", damaged).await;
    let cut = sealed("cut").await.unwrap();
    hinted("cut", cut[..60].to_vec()).await;
    hinted("short", cut[..10].to_vec()).await;
    // Of another object.
    hinted("mixed", sealed("good").await.unwrap().to_vec()).await;
    // Under a key that the ring lacks: never encrypted a second time.
    let other = after.with_secret(Some(&OLD.replace("old:AA", "gone:BA")));
    let other = Bucket::<Vault>::connect(&other).unwrap();
    other.put("gone", "gone").await.unwrap();
    let gone = sealed("gone").await.unwrap();

    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let (done, _) = run(|| vault.rotate().encrypt_plain().limit(2)).await;
    assert_eq!((done.rotated, done.unreadable, done.entries()), (1, 5, 6));
    assert_eq!(done.keys, under(&[("new", 1), ("old", 2)]), "the damaged ones are known to be old");
    let failed = ErrorKind::DecryptionFailed.code();
    let named = ["cut", "damaged", "gone", "mixed", "short"].map(|key| (key, failed));
    assert_eq!(problems(&done), named);
    assert_eq!(sealed("gone").await.unwrap(), gone);
}

#[tokio::test]
async fn what_can_not_be_written_is_named_and_stops_nothing() {
    let account = Account::new(OLD);
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    stored.put("a", "text").metadata("most", "x".repeat(8_180)).await.unwrap();
    stored.put("b", "text").await.unwrap();
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let (done, _) = run(|| vault.rotate().encrypt_plain()).await;
    assert_eq!((done.rotated, done.failed), (1, 1));
    assert_eq!(problems(&done), [("a", ErrorKind::MetadataTooLarge.code())]);
    assert_eq!(read(&stored, "a").await.unwrap(), "text");
}

#[tokio::test]
async fn pages_go_on_behind_the_last_key_whatever_comes_and_goes() {
    let [before, during, _] = rings();
    let vault = Bucket::<Vault>::connect(&before).unwrap();
    for number in 0..1005 {
        vault.put(format!("all/{number:04}"), "text").await.unwrap();
    }
    vault.put("other", "text").await.unwrap();
    let vault = Bucket::<Vault>::connect(&during).unwrap();
    let mut done = vault.rotate().prefix("all/").await.unwrap();
    assert_eq!(done.rotated, 100, "a page unless said otherwise");
    // The last key of the page goes, and others come on both sides.
    vault.delete("all/0099").await.unwrap();
    let old = Bucket::<Vault>::connect(&before).unwrap();
    old.put("all/0050x", "text").await.unwrap();
    old.put("all/0099x", "text").await.unwrap();
    while let Some(cursor) = done.cursor.take() {
        done.append(vault.rotate().prefix("all/").limit(300).cursor(cursor).await.unwrap());
    }
    assert_eq!((done.rotated, done.keys), (1006, under(&[("new", 1006)])));
    let (rest, pages) = run(|| vault.rotate().limit(300)).await;
    assert_eq!((rest.rotated, rest.current, pages), (2, 1005, 4), "the one before, and the other");
}

#[tokio::test]
async fn what_can_not_be_asked_is_refused() {
    let vault = Bucket::<Vault>::connect(&Account::new(OLD)).unwrap();
    for wrong in
        [vault.rotate().limit(0), vault.rotate().limit(301), vault.rotate().cursor("x".to_owned())]
    {
        let error = wrong.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert_eq!((error.operation(), error.resource()), (Some("rotate"), Some("vault")));
    }
}
