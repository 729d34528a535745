//! Metadata in plaintext where it should be sealed.

use storage_core::key::KvKey;

use super::{Account, Notes, OLD, Secretive, Stored, StoredNotes, failed, read};
use crate::backend::{EntryExpiry, EntryMetadata, PutEntry};
use crate::declare::Handle as _;
use crate::{Bucket, Kv};

/// Whoever may write to the bucket takes the sealed metadata away, and puts other in its place.
#[tokio::test]
async fn an_object_whose_metadata_is_not_sealed_is_refused() {
    let account = Account::new(OLD);
    let bucket = Bucket::<Secretive>::connect(&account).unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    for forged in [&[][..], &[("by", "somebody else")]] {
        bucket.put("a", "text").metadata("by", "me").await.unwrap();
        bucket.put("b", "text").await.unwrap();
        for key in ["a", "b"] {
            let body = read(&stored, key).await.unwrap();
            let put = forged
                .iter()
                .fold(stored.put(key, body), |put, (name, value)| put.metadata(*name, *value));
            put.metadata("storage-key-id", "old").await.unwrap();
            failed(bucket.head(key).await, "metadata that was taken away");
            failed(bucket.get(key).await, "an object without its metadata");
        }
        assert_eq!(bucket.list().await.unwrap().unreadable.len(), 2);

        // A rotation takes it for what it is, and only encrypts it if it is told to.
        let page = bucket.rotate().await.unwrap();
        assert_eq!((page.plain, page.rotated, page.keys["old"]), (2, 0, 2));
        let page = bucket.rotate().encrypt_plain().await.unwrap();
        assert_eq!((page.plain, page.rotated, page.keys["old"]), (0, 2, 2));
        let seen = bucket.head("a").await.unwrap().unwrap();
        assert_eq!(seen.metadata().get("by").map(String::as_str), forged.first().map(|by| by.1));
        assert_eq!(read(&bucket, "b").await.unwrap(), "text");
    }
}

#[tokio::test]
async fn an_entry_whose_metadata_is_not_sealed_is_refused() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    notes.put("a", "flu").metadata("kind", "diagnosis").await.unwrap();
    notes.put("b", "flu").await.unwrap();
    for (key, strip) in [("a", true), ("a", false), ("b", true)] {
        let place = || KvKey::new(key.to_owned()).unwrap();
        let kept = account.kv.head(place()).await;
        let EntryMetadata { json, .. } = kept.unwrap().unwrap();
        let value = stored.get(key).await.unwrap().unwrap().bytes().await.unwrap();
        let mut entry: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
        let fields = entry.as_object_mut().unwrap();
        fields.remove("e").expect("none at all is sealed as well");
        if !strip {
            fields.insert("m".to_owned(), serde_json::json!({ "kind": "forged" }));
        }
        let put = PutEntry {
            key: place(),
            value,
            metadata: entry.to_string(),
            expiry: EntryExpiry::Never,
        };
        account.kv.put(put).await.unwrap();
        failed(notes.head(key).await, "metadata that was taken away");
        failed(notes.get(key).await, "an entry without its metadata");
        let page = notes.rotate().prefix(key).await.unwrap();
        assert_eq!((page.plain, page.rotated, page.keys["old"]), (1, 0, 1));
        let page = notes.rotate().prefix(key).encrypt_plain().await.unwrap();
        assert_eq!((page.plain, page.rotated), (0, 1));
        let seen = notes.head(key).await.unwrap().unwrap();
        assert_eq!(seen.metadata().contains_key("kind"), !strip);
    }
}
