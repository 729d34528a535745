//! What several handles and several processes see of each other.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use futures_executor::block_on;
use futures_util::{StreamExt, TryStreamExt};
use storage::bucket::ObjectInfo;
use storage::conformance::Stores;
use storage::{Body, Bucket, Kv};

const LARGE: usize = 300_000;

/// Files, in an app of their own.
#[storage::bucket(name = "files")]
struct Files;

/// Settings.
#[storage::kv(name = "settings")]
struct Settings;

#[storage::app(name = "local")]
struct App {
    files: Bucket<Files>,
    settings: Kv<Settings>,
}

#[test]
fn what_was_stored_is_there_when_the_folder_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/on/demand");
    block_on(async {
        let app = App::local(&path).unwrap();
        let small = app.files.put("small", "Hello").metadata("from", "me").await.unwrap();
        let large = app.files.put("large", vec![7; LARGE]).content_type("x/y").await.unwrap();
        let upload = app.files.upload("upload").await.unwrap();
        let part = upload.part(1, vec![1; LARGE]).await.unwrap();
        let id = upload.id().to_owned();
        let entry = app.settings.put("theme", "dark").metadata("by", "me").await.unwrap();
        drop((app, upload));

        let app = App::local(&path).unwrap();
        assert_eq!(app.files.head("small").await.unwrap().unwrap(), small);
        let object = app.files.get("large").await.unwrap().unwrap();
        assert_eq!(*object.info(), large);
        assert_eq!(object.bytes().await.unwrap(), vec![7; LARGE]);
        let read = app.settings.get("theme").await.unwrap().unwrap();
        assert_eq!(read.etag(), entry.etag());
        assert_eq!(read.metadata(), entry.metadata());
        assert_eq!(read.text().await.unwrap(), "dark");
        let upload = app.files.resume_upload("upload", id).unwrap();
        assert_eq!(upload.complete([part]).await.unwrap().size(), LARGE as u64);
    });
}

#[test]
fn resources_of_one_folder_are_kept_apart_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (app, stores) = (App::local(folder.path()).unwrap(), stores(folder.path()));
    block_on(async {
        app.files.put("key", "file").await.unwrap();
        app.settings.put("key", "setting").await.unwrap();
        assert!(stores.bucket.head("key").await.unwrap().is_none());
        assert!(stores.kv.head("key").await.unwrap().is_none());
    });
}

#[test]
fn handles_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (stores(folder.path()), stores(folder.path()));
    block_on(async {
        for size in [10, LARGE] {
            let written = one.bucket.put("key", vec![1; size]).await.unwrap();
            assert_eq!(other.bucket.head("key").await.unwrap().unwrap(), written);
            other.bucket.put("key", "x").if_etag_matches(written.etag()).await.unwrap();
            let stale = one.bucket.put("key", "y").if_etag_matches(written.etag()).await;
            assert_eq!(stale.unwrap_err().code(), "storage_precondition_failed");
        }
        one.kv.put("key", "value").await.unwrap();
        other.kv.delete("key").await.unwrap();
        assert!(one.kv.get("key").await.unwrap().is_none());
    });
}

#[test]
fn processes_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let stores = stores(folder.path());
    let other = finish(spawn(folder.path(), "put", &["theirs", "Hello"]));
    assert_eq!(other.stdout, b"");
    block_on(async {
        let object = stores.bucket.get("theirs").await.unwrap().unwrap();
        assert_eq!(object.text().await.unwrap(), "Hello");
        stores.bucket.put("ours", "Good morning").await.unwrap();
    });
    assert_eq!(finish(spawn(folder.path(), "get", &["ours"])).stdout, b"Good morning\n");
}

#[test]
fn of_a_hundred_creations_in_five_processes_one_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let processes: Vec<_> =
        (0..5).map(|_| spawn(folder.path(), "create", &["key", "20"])).collect();
    let created: Vec<u32> = processes
        .into_iter()
        .map(|process| String::from_utf8(finish(process).stdout).unwrap().trim().parse().unwrap())
        .collect();
    assert_eq!(created.iter().sum::<u32>(), 1, "{created:?}");
}

#[test]
fn handles_may_come_and_go_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| drop(stores(folder.path()))));
        }
    });
    assert_eq!(names(&folder.path().join("incoming")), BTreeSet::new());
}

#[test]
fn an_object_that_is_being_read_may_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let stores = stores(folder.path());
    block_on(async {
        stores.bucket.put("key", vec![1; LARGE]).await.unwrap();
        let object = stores.bucket.get("key").await.unwrap().unwrap();
        let mut pieces = object.stream().boxed();
        let mut read = pieces.try_next().await.unwrap().unwrap().to_vec();
        assert!(read.len() < LARGE, "it comes in pieces");
        stores.bucket.put("key", vec![2; LARGE]).await.unwrap();
        stores.bucket.delete("key").await.unwrap();
        while let Some(piece) = pieces.try_next().await.unwrap() {
            read.extend_from_slice(&piece);
        }
        assert!(read == vec![1; LARGE]);
    });
    assert_eq!(names(&folder.path().join("bodies")), BTreeSet::new());
}

#[test]
fn a_body_that_breaks_off_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let stores = stores(folder.path());
    block_on(async {
        let pieces = futures_util::stream::iter([Ok(vec![1; LARGE]), Err("the client went away")]);
        let put = stores.bucket.put("key", Body::sized_stream(pieces, 2 * LARGE as u64)).await;
        assert_eq!(put.unwrap_err().code(), "storage_body_interrupted");
        let put = stores.bucket.put("key", vec![1; LARGE]);
        let put = put.checksum("md5:ba3b2f0a0d9f3a13a7a5d2bbd06efac0").await;
        assert_eq!(put.unwrap_err().code(), "storage_checksum_mismatch");
        stores.bucket.put("key", vec![1; LARGE]).await.unwrap();
        let put = stores.bucket.put("key", vec![2; LARGE]).if_not_exists().await;
        assert_eq!(put.unwrap_err().code(), "storage_key_already_exists");
        let listed = stores.bucket.list().await.unwrap();
        assert_eq!(listed.items.iter().map(ObjectInfo::size).collect::<Vec<_>>(), [LARGE as u64]);
    });
    assert_eq!(names(&folder.path().join("bodies")).len(), 1);
    let incoming = folder.path().join("incoming");
    let ours = incoming.join(names(&incoming).first().unwrap());
    assert_eq!(names(&ours), BTreeSet::from(["lock".to_owned()]));
    drop(stores);
    assert_eq!(names(&incoming), BTreeSet::new());
}

fn stores(folder: &Path) -> Stores {
    Stores::local(folder).unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn spawn(folder: &Path, task: &str, arguments: &[&str]) -> Child {
    let mut process = Command::new(env!("CARGO_BIN_EXE_local"));
    process.arg(task).arg(folder).args(arguments);
    process.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(process: Child) -> Output {
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}
