//! Entries that are read in pieces.

use bytes::Bytes;
use futures_util::TryStreamExt;
use storage_core::ErrorKind;
use storage_core::key::KvKey;

use super::{Account, Attic, Notes, OLD, StoredNotes, failed};
use crate::backend::{EntryExpiry, PutEntry};
use crate::declare::Handle as _;
use crate::error::Result;
use crate::{Bucket, Kv};

/// Of several batches, and a last chunk that is not a full one.
const LONG: usize = 1_000_000;

fn plaintext(len: usize) -> Vec<u8> {
    (0..len).map(|at| at.to_le_bytes()[1]).collect()
}

/// Puts other bytes beside the metadata that an entry has.
pub(super) async fn replace(account: &Account, key: &str, bytes: Vec<u8>) {
    let key = KvKey::new(key).unwrap();
    let metadata = account.kv.head(key.clone()).await.unwrap().unwrap().json.unwrap();
    let put = PutEntry { key, value: bytes.into(), metadata, expiry: EntryExpiry::Never };
    account.kv.put(put).await.unwrap();
}

/// What came of a value, and what became of it then.
async fn pieces(notes: &Kv<Notes>, key: &str) -> (Vec<Bytes>, Result<()>) {
    let mut given = Vec::new();
    let read = async {
        let entry = notes.get(key).streamed().await?.expect("it is there");
        let mut pieces = Box::pin(entry.stream());
        while let Some(piece) = pieces.try_next().await? {
            given.push(piece);
        }
        Ok(())
    };
    let ended = read.await;
    (given, ended)
}

#[tokio::test]
async fn a_value_is_opened_while_it_is_read() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    for len in [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, LONG] {
        let plain = plaintext(len);
        notes.put("a", &plain).metadata("kind", "long").await.unwrap();
        let (given, ended) = pieces(&notes, "a").await;
        ended.unwrap();
        assert_eq!(given.concat(), plain, "{len}");
        assert!(given.iter().all(|piece| piece.len() <= 65_536), "{len}");
        let entry = notes.get("a").streamed().await.unwrap().unwrap();
        assert_eq!((entry.size(), entry.metadata()["kind"].as_str()), (Some(len as u64), "long"));
        assert_eq!(entry.bytes().await.unwrap(), plain);
    }
    assert!(notes.get("b").streamed().await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_of_a_value_comes_before_it_is_verified() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    let plain = plaintext(LONG);
    notes.put("a", &plain).await.unwrap();
    notes.put("another", &plain).await.unwrap();
    let read = |key| {
        let get = stored.get(key);
        async { get.await.unwrap().unwrap().bytes().await.unwrap() }
    };
    let sealed = read("a").await;
    let mut replaced = vec![
        ("nothing".to_owned(), Vec::new()),
        ("plaintext".into(), plain.clone()),
        ("what another key has".into(), read("another").await.to_vec()),
        ("a byte more".into(), [&*sealed, b"x"].concat()),
        ("all of it twice".into(), [&*sealed, &*sealed].concat()),
    ];
    for at in [0, 55, 56, 16_455, 16_456, 500_000, sealed.len() - 1] {
        let mut changed = sealed.to_vec();
        changed[at] ^= 1;
        replaced.push((format!("a changed byte {at}"), changed));
    }
    // In the prefix, between chunks and within them, and before the tag of the last.
    for len in [10, 55, 56, 57, 71, 72, 16_456, 56 + 30 * 16_400, 500_000, sealed.len() - 1] {
        replaced.push((format!("what was cut to {len}"), sealed[..len].to_vec()));
    }
    for (what, bytes) in replaced {
        replace(&account, "a", bytes).await;
        let (given, ended) = pieces(&notes, "a").await;
        failed(ended, &what);
        assert!(plain.starts_with(&given.concat()), "{what}");
        failed(notes.get("a").await, &what);
        let whole = async { notes.get("a").streamed().await?.unwrap().bytes().await };
        failed(whole.await, &what);
    }
}

/// The last chunk is empty here: all bytes are there before it is.
#[tokio::test]
async fn a_value_is_not_all_there_before_its_end_is_verified() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    for chunks in [1, 3, 4, 5, 8] {
        let plain = plaintext(chunks * 16_384);
        notes.put("a", &plain).await.unwrap();
        let mut sealed = stored.get("a").await.unwrap().unwrap().bytes().await.unwrap().to_vec();
        *sealed.last_mut().unwrap() ^= 1;
        replace(&account, "a", sealed).await;
        let (given, ended) = pieces(&notes, "a").await;
        failed(ended, "a forged end");
        assert!(given.concat().len() < plain.len(), "{chunks}");
        assert!(chunks < 5 || plain.starts_with(&given[0]), "what comes before is given");
    }
}

#[tokio::test]
async fn a_value_is_handed_on_to_a_bucket() {
    let account = Account::new(OLD);
    let notes = Kv::<Notes>::connect(&account).unwrap();
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    let attic = Bucket::<Attic>::connect(&account).unwrap();
    let plain = plaintext(LONG);
    notes.put("a", &plain).content_type("text/plain").await.unwrap();
    let body = notes.get("a").streamed().await.unwrap().unwrap().into_body();
    assert_eq!(body.len(), Some(LONG as u64));
    let written = attic.put("a", body).await.unwrap();
    assert_eq!((written.size(), written.content_type()), (LONG as u64, Some("text/plain")));

    // Half of a value is not written as the whole.
    let half = stored.get("a").await.unwrap().unwrap().bytes().await.unwrap();
    notes.put("b", &plain).await.unwrap();
    replace(&account, "b", half.slice(..half.len() / 2).to_vec()).await;
    stored.put("c", half).await.unwrap();
    for key in ["b", "c"] {
        let handed_on = async {
            let body = notes.get(key).streamed().await?.unwrap().into_body();
            attic.put(key, body).await
        };
        assert_eq!(handed_on.await.unwrap_err().kind(), ErrorKind::DecryptionFailed, "{key}");
        assert!(attic.head(key).await.unwrap().is_none(), "{key}");
    }
}
