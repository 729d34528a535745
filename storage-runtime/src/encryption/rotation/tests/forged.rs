//! What somebody changed who may write to the namespace or bucket, but has no key.

use storage_core::ErrorKind;

use super::{problems, rings, run, store_entry, stored_entry, under};
use crate::declare::Handle as _;
use crate::encryption::tests::{Account, NEW, Notes, OLD, OpenNotes, Secretive, Stored, Vault};
use crate::{Bucket, Kv};

/// Text that is put behind the last field of an entry's metadata.
async fn plant(account: &Account, key: &str, fields: &str) {
    let (value, json) = stored_entry(account, key).await;
    let json = json.strip_suffix('}').unwrap();
    store_entry(account, key, value, format!("{json},{fields}}}")).await;
}

#[tokio::test]
async fn what_was_added_to_an_entry_is_neither_read_nor_sealed() {
    let deep = format!(r#""x":{}{}"#, "[".repeat(200), "]".repeat(200));
    for (what, fields) in [
        ("plain metadata beside sealed", r#""m":{"role":"admin"}"#),
        ("plain metadata as text", r#""j":"{\"role\":\"admin\"}""#),
        ("a name that nobody knows", r#""x":1"#),
        ("a name, nested deeply", &*deep),
        ("the same name twice", r#""k":"old""#),
    ] {
        let [before, during, _] = rings();
        let notes = Kv::<Notes>::connect(&before).unwrap();
        notes.put("a", "text").metadata("role", "user").await.unwrap();
        plant(&before, "a", fields).await;
        let stored = stored_entry(&before, "a").await;

        for handle in [Kv::<Notes>::connect(&before), Kv::<Notes>::connect(&during)] {
            let notes = handle.unwrap();
            let failed = ErrorKind::DecryptionFailed;
            assert_eq!(notes.head("a").await.unwrap_err().kind(), failed, "{what}");
            assert_eq!(notes.get("a").await.unwrap_err().kind(), failed, "{what}");
            assert_eq!(notes.get("a").streamed().await.unwrap_err().kind(), failed, "{what}");
            let page = notes.list().await.unwrap();
            assert_eq!((page.items.len(), page.unreadable.len()), (0, 1), "{what}");
            let (done, _) = run(|| notes.rotate().encrypt_plain()).await;
            assert_eq!((done.unreadable, done.entries()), (1, 1), "{what}");
            assert_eq!(done.keys, under(&[("old", 1)]), "{what}");
            assert_eq!(problems(&done), [("a", failed.code())], "{what}");
        }
        // Nor where the key is gone, and metadata is in plaintext.
        let gone = before.with_secret(Some(NEW));
        let open = Kv::<OpenNotes>::connect(&gone).unwrap();
        let (done, _) = run(|| open.rotate().encrypt_plain()).await;
        assert_eq!((done.unreadable, done.entries()), (1, 1), "{what}");
        assert_eq!(stored_entry(&before, "a").await, stored, "{what}");

        // Whoever has the value writes it again.
        notes.put("a", "again").await.unwrap();
        assert_eq!(notes.get("a").await.unwrap().unwrap().text().await.unwrap(), "again");
    }
}

#[tokio::test]
async fn a_damaged_stamp_is_no_metadata_of_a_user() {
    let [before, during, _] = rings();
    let notes = Kv::<Notes>::connect(&before).unwrap();
    let open = Kv::<OpenNotes>::connect(&before).unwrap();
    notes.put("a", "text").metadata("role", "user").await.unwrap();
    open.put("b", "text").metadata("role", "user").await.unwrap();
    for key in ["a", "b"] {
        let (value, json) = stored_entry(&before, key).await;
        let mut fields: serde_json::Value = serde_json::from_str(&json).unwrap();
        fields["~s"] = serde_json::json!(5);
        store_entry(&before, key, value, fields.to_string()).await;
        let failed = ErrorKind::DecryptionFailed;
        assert_eq!(open.head(key).await.unwrap_err().kind(), failed);
    }
    let open = Kv::<OpenNotes>::connect(&during).unwrap();
    let (done, _) = run(|| open.rotate().encrypt_plain()).await;
    assert_eq!((done.unreadable, done.keys), (2, under(&[("old", 2)])));
}

/// Names of ours say that an entry was sealed, even if nothing else of ours is there any more.
#[tokio::test]
async fn a_mark_without_its_stamp_is_never_plain() {
    let account = Account::new(OLD);
    let notes = Kv::<OpenNotes>::connect(&account).unwrap();
    for (key, json) in [
        ("a", r#"{"k":"gone"}"#),
        ("b", r#"{"e":[1]}"#),
        ("c", r#"{"k":"gone","k":"gone","by":"me"}"#),
        ("d", r#"{"~s":[2,4,"",0,""]}"#),
    ] {
        store_entry(&account, key, b"text".to_vec(), json.to_owned()).await;
    }
    store_entry(&account, "theirs", b"text".to_vec(), r#"{"s":1,"m":{"k":1}}"#.to_owned()).await;
    let (done, _) = run(|| notes.rotate().encrypt_plain()).await;
    assert_eq!((done.rotated, done.unreadable), (1, 4), "{:?}", done.problems);
    assert_eq!(problems(&done).len(), 4);
    let theirs = notes.head("theirs").await.unwrap().unwrap();
    assert_eq!(theirs.metadata()["m"], r#"{"k":1}"#);
}

/// `metadata = "encrypted"` on a declaration that had it not.
#[tokio::test]
async fn metadata_that_is_to_be_sealed_from_now_on_is_sealed_if_asked() {
    let account = Account::new(OLD);
    let put = Bucket::<Vault>::connect(&account).unwrap();
    put.put("a", "text").metadata("diagnosis", "flu").await.unwrap();
    let put = Kv::<OpenNotes>::connect(&account).unwrap();
    put.put("a", "text").metadata("diagnosis", "flu").await.unwrap();
    let vault = Bucket::<Secretive>::connect(&account).unwrap();
    let notes = Kv::<Notes>::connect(&account).unwrap();
    for _ in 0..2 {
        for (done, _) in [run(|| vault.rotate()).await, run(|| notes.rotate()).await] {
            assert_eq!((done.plain, done.entries()), (1, 1));
            assert_eq!(done.keys, under(&[("old", 1)]));
        }
    }
    for expected in [(1, 0), (0, 1)] {
        let bucket = run(|| vault.rotate().encrypt_plain()).await;
        let kv = run(|| notes.rotate().encrypt_plain()).await;
        for (done, _) in [bucket, kv] {
            assert_eq!((done.rotated, done.current), expected);
            assert_eq!(done.keys, under(&[("old", 1)]));
        }
    }
    let seen = vault.head("a").await.unwrap().unwrap();
    assert_eq!(seen.metadata()["diagnosis"], "flu");
    let seen = notes.head("a").await.unwrap().unwrap();
    assert_eq!(seen.metadata()["diagnosis"], "flu");
    let stored = Bucket::<Stored>::connect(&account).unwrap().head("a").await.unwrap().unwrap();
    assert!(!stored.metadata().contains_key("diagnosis"));
    let (_, json) = stored_entry(&account, "a").await;
    assert!(!json.contains("diagnosis"), "{json}");
}
