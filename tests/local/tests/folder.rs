//! Folders that can't be used, and what is swept when one is opened.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::io::Write as _;
use std::path::Path;

use futures_executor::block_on;
use rusqlite::Connection;
use storage::conformance::Stores;
use storage::{Error, ErrorKind};

const DATABASE: &str = "storage.sqlite3";
const LARGE: usize = 300_000;

/// The error says to clients nothing of the folder, and to the log what is wrong.
fn is_unusable(folder: &Path, detail: &str) {
    let error = Stores::local(folder).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FolderUnusable, "{error:?}");
    assert_eq!(error.message(), "the storage folder can't be used");
    assert!(log(&error).contains(detail), "{}", log(&error));
    assert!(log(&error).contains(&*folder.to_string_lossy()), "{}", log(&error));
}

/// An error with its causes.
fn log(error: &Error) -> String {
    let mut log = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        log = format!("{log}: {cause}");
        next = cause.source();
    }
    log
}

/// A folder with an object and an entry.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::local(folder.path()).unwrap();
    block_on(async {
        stores.bucket.put("large", vec![1; LARGE]).await.unwrap();
        stores.kv.put("entry", "value").await.unwrap();
    });
    folder
}

fn is_whole(folder: &Path) {
    let stores = Stores::local(folder).unwrap();
    block_on(async {
        let object = stores.bucket.get("large").await.unwrap().unwrap();
        assert!(object.bytes().await.unwrap() == vec![1; LARGE]);
        assert!(stores.kv.get("entry").await.unwrap().is_some());
    });
}

fn database(folder: &Path) -> Connection {
    Connection::open(folder.join(DATABASE)).unwrap()
}

#[test]
fn a_file_is_not_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "mine").unwrap();
    is_unusable(&path, "a file is in its place");
    is_unusable(&path.join("below"), "a file is in its place");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_has_to_be_writable() {
    is_unusable(Path::new("/proc/storage"), "it can't be read or made");
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = filled();
    database(folder.path()).pragma_update(None, "user_version", 1000).unwrap();
    is_unusable(folder.path(), "schema 1000");
    database(folder.path()).pragma_update(None, "user_version", 1).unwrap();
    is_whole(folder.path());
}

#[test]
fn a_database_that_is_none_is_refused_and_left_alone() {
    let folder = filled();
    let path = folder.path().join(DATABASE);
    let (sound, broken) = (fs::read(&path).unwrap(), vec![b'x'; 8192]);
    fs::write(&path, &broken).unwrap();
    is_unusable(folder.path(), "its database is damaged");
    assert!(fs::read(&path).unwrap() == broken);
    fs::write(&path, sound).unwrap();
    is_whole(folder.path());
}

#[test]
fn a_damaged_database_is_told_from_a_failing_one() {
    let folder = filled();
    let path = folder.path().join(DATABASE);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(b'x');
    fs::write(&path, bytes).unwrap();
    is_unusable(folder.path(), "its database is damaged");
    assert_eq!(fs::read_dir(folder.path().join("bodies")).unwrap().count(), 1);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path()).execute_batch("CREATE TABLE theirs (a)").unwrap();
    is_unusable(folder.path(), "another program");
    database(folder.path()).execute_batch("SELECT a FROM theirs").unwrap();
}

#[test]
fn bodies_without_their_database_are_left_alone() {
    let folder = filled();
    let moved = folder.path().join("moved");
    fs::rename(folder.path().join(DATABASE), &moved).unwrap();
    is_unusable(folder.path(), "bodies but no database");
    fs::rename(&moved, folder.path().join(DATABASE)).unwrap();
    is_whole(folder.path());
}

#[test]
fn a_body_that_was_taken_away_or_cut_is_an_error() {
    let folder = filled();
    let stores = Stores::local(folder.path()).unwrap();
    let body = fs::read_dir(folder.path().join("bodies")).unwrap().next().unwrap().unwrap().path();
    fs::write(&body, "short").unwrap();
    let get = || block_on(stores.bucket.get("large").into_future()).unwrap_err();
    assert_eq!(get().kind(), ErrorKind::FolderUnusable);
    fs::remove_file(&body).unwrap();
    assert_eq!(get().kind(), ErrorKind::FolderUnusable);
}

#[test]
fn a_short_body_that_was_cut_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::local(folder.path()).unwrap();
    block_on(async { stores.bucket.put("short", "text").await }).unwrap();
    database(folder.path()).execute("UPDATE objects SET size = size + 1", []).unwrap();
    let error = block_on(async { stores.bucket.get("short").await }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FolderUnusable, "{error:?}");
}

#[test]
fn what_was_left_behind_is_swept_and_what_is_not_ours_stays() {
    let folder = filled();
    let (bodies, incoming) = (folder.path().join("bodies"), folder.path().join("incoming"));
    let (name, owner) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
    for (place, name) in [(&bodies, name), (&bodies, "mine.txt"), (&incoming, "mine.txt")] {
        fs::write(place.join(name), "x").unwrap();
    }
    fs::create_dir(incoming.join(owner)).unwrap();
    fs::write(incoming.join(owner).join(name), "x").unwrap();
    is_whole(folder.path());
    assert!(!bodies.join(name).exists() && !incoming.join(owner).exists());
    assert!(bodies.join("mine.txt").exists() && incoming.join("mine.txt").exists());
}

#[test]
#[cfg(unix)]
fn what_stands_where_others_write_and_is_no_folder_is_left_alone() {
    let (folder, elsewhere) = (filled(), tempfile::tempdir().unwrap());
    let incoming = folder.path().join("incoming");
    let places = ["0", "1", "2", "3"].map(|digit| incoming.join(digit.repeat(32)));
    let [file, to_folder, to_file, to_nothing] = &places;
    let mine = elsewhere.path().join("mine.txt");
    fs::write(&mine, "mine").unwrap();
    fs::write(file, "mine").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), to_folder).unwrap();
    std::os::unix::fs::symlink(&mine, to_file).unwrap();
    std::os::unix::fs::symlink("nothing", to_nothing).unwrap();
    is_whole(folder.path());
    assert!(places.iter().all(|place| place.symlink_metadata().is_ok()));
    let there: Vec<_> = fs::read_dir(elsewhere.path()).unwrap().collect();
    assert_eq!((there.len(), fs::read(&mine).unwrap()), (1, b"mine".to_vec()));
}

/// A writer that is killed while it commits may leave a transaction in the log that is not published
/// in the log's index, and that is found again when the index is made anew.
#[test]
fn a_commit_that_was_cut_off_does_not_come_back_without_its_body() {
    let folder = filled();
    let stores = Stores::local(folder.path()).unwrap();
    block_on(async {
        stores.bucket.put("seen", "x").await.unwrap();
        let published = index(folder.path());
        stores.bucket.put("cut off", vec![2; LARGE]).await.unwrap();
        set_index(folder.path(), &published);
        assert!(stores.bucket.head("cut off").await.unwrap().is_none());

        drop(Stores::local(folder.path()).unwrap());
        set_index(folder.path(), &[0; INDEX_HEADERS]);
        assert!(stores.bucket.head("seen").await.unwrap().is_some());
        assert!(stores.bucket.get("cut off").await.unwrap().is_none());
    });
    is_whole(folder.path());
}

/// What the index of SQLite's log begins with: two equal headers of 48 bytes.
const INDEX_HEADERS: usize = 96;

fn index(folder: &Path) -> Vec<u8> {
    let mut index = fs::read(folder.join(format!("{DATABASE}-shm"))).unwrap();
    index.truncate(INDEX_HEADERS);
    index
}

fn set_index(folder: &Path, headers: &[u8]) {
    let index = folder.join(format!("{DATABASE}-shm"));
    fs::File::options().write(true).open(index).unwrap().write_all(headers).unwrap();
}

#[test]
fn entries_expire() {
    let folder = filled();
    let stores = Stores::local(folder.path()).unwrap();
    database(folder.path()).execute("UPDATE entries SET expires = 1", []).unwrap();
    block_on(async {
        assert!(stores.kv.get("entry").await.unwrap().is_none());
        assert!(stores.kv.head("entry").await.unwrap().is_none());
        assert!(stores.kv.list().await.unwrap().items.is_empty());
        stores.kv.put("other", "x").await.unwrap();
    });
    let rows = "SELECT count(*) FROM entries";
    let rows: i64 = database(folder.path()).query_row(rows, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1, "a write sweeps");
}

#[test]
fn uploads_are_forgotten_after_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::local(folder.path()).unwrap();
    block_on(async {
        let upload = stores.bucket.upload("key").await.unwrap();
        let part = upload.part(1, vec![1; LARGE]).await.unwrap();
        let day = 24 * 60 * 60 * 1000;
        let ages = [(6 * day, true), (7 * day + 1, false)];
        for (age, is_there) in ages {
            let sql = "UPDATE uploads SET created = unixepoch('subsec') * 1000 - ?1";
            database(folder.path()).execute(sql, [age]).unwrap();
            let stores = Stores::local(folder.path()).unwrap();
            let bodies = fs::read_dir(folder.path().join("bodies")).unwrap().count();
            assert_eq!(bodies, usize::from(is_there));
            let upload = stores.bucket.resume_upload("key", upload.id()).unwrap();
            assert_eq!(upload.part(2, "x").await.is_ok(), is_there);
        }
        let error = upload.complete([part]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UploadNotFound);
    });
}
