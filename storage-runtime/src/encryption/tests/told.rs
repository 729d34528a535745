//! What the log says of what can't be opened.

use futures_util::TryStreamExt as _;
use storage_core::ErrorKind;

use super::streamed::replace;
use super::{Account, NEW, Notes, OLD, Secretive, Stored, StoredNotes, Vault};
use crate::declare::Handle as _;
use crate::error::{Error, Result};
use crate::{Bucket, Kv};

fn check<T>(read: Result<T>, resource: &str, what: &str) {
    let Err(error) = read else { panic!("{what} was read") };
    assert_eq!(error.kind(), ErrorKind::DecryptionFailed, "{what}");
    // One line, whatever the key is, and not the key itself: `tests/observe/` asks for that.
    for log in [error.to_string(), format!("{error:?}")] {
        assert!(log.contains(resource) && !log.contains('\n'), "{what}: {log}");
        assert!(log.contains("the hash of the key is ") && !log.contains("a b"), "{what}: {log}");
    }
    for answer in [error.message(), &error.to_json()] {
        assert!(!answer.contains("a b") && !answer.contains(resource), "{what}: {answer}");
    }
}

async fn last<T>(pieces: impl futures_util::Stream<Item = Result<T>>) -> Result<()> {
    let mut pieces = std::pin::pin!(pieces);
    while pieces.try_next().await?.is_some() {}
    Ok(())
}

#[tokio::test]
async fn the_log_names_the_key_and_an_answer_does_not() {
    const KEY: &str = "a b\n";
    let account = Account::new(OLD);
    let long = vec![1; 100_000];
    Bucket::<Secretive>::connect(&account).unwrap().put(KEY, &long).await.unwrap();
    Kv::<Notes>::connect(&account).unwrap().put(KEY, &long).await.unwrap();

    let other = account.with_secret(Some(NEW));
    let (secretive, vault) =
        (Bucket::<Secretive>::connect(&other).unwrap(), Bucket::<Vault>::connect(&other).unwrap());
    check(secretive.get(KEY).await, "bucket vault", "an object");
    check(vault.get(KEY).range(5..6).await, "bucket vault", "a range");
    check(secretive.head(KEY).await, "bucket vault", "metadata");
    let notes = Kv::<Notes>::connect(&other).unwrap();
    check(notes.get(KEY).await, "KV notes", "an entry");
    check(notes.get(KEY).streamed().await, "KV notes", "an entry in pieces");
    check(notes.get_many([KEY]).await, "KV notes", "several entries");
    check(notes.head(KEY).await, "KV notes", "metadata of an entry");
}

#[tokio::test]
async fn so_it_is_of_what_is_read_in_pieces() {
    const KEY: &str = "a b";
    let account = Account::new(OLD);
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let notes = Kv::<Notes>::connect(&account).unwrap();
    vault.put(KEY, vec![1; 100_000]).await.unwrap();
    notes.put(KEY, vec![1; 100_000]).await.unwrap();
    let stored = Bucket::<Stored>::connect(&account).unwrap();
    let sealed = stored.get(KEY).await.unwrap().unwrap().bytes().await.unwrap();
    stored.put(KEY, damaged(&sealed)).await.unwrap();
    let stored = Kv::<StoredNotes>::connect(&account).unwrap();
    let sealed = stored.get(KEY).await.unwrap().unwrap().bytes().await.unwrap();
    replace(&account, KEY, damaged(&sealed)).await;
    let find = || async { vault.get(KEY).await.unwrap().unwrap() };
    check(find().await.bytes().await, "bucket vault", "an object");
    check(last(find().await.stream()).await, "bucket vault", "its pieces");
    let find = || async { notes.get(KEY).streamed().await.unwrap().unwrap() };
    check(find().await.bytes().await, "KV notes", "an entry");
    check(last(find().await.stream()).await, "KV notes", "its pieces");
}

fn damaged(sealed: &[u8]) -> Vec<u8> {
    let (last, others) = sealed.split_last().unwrap();
    [others, &[last ^ 1]].concat()
}

#[test]
fn no_other_error_has_a_key() {
    let account = Account::new(OLD);
    let named = super::super::Cipher::new(
        crate::encryption::key_ring("VAULT_KEYS", account.secret).unwrap(),
        storage_core::crypto::Resource::Kv,
        "notes".into(),
        crate::error::Resource::Kv("notes"),
        &storage_core::manifest::EncryptionSpec::new("VAULT_KEYS"),
    )
    .named("a b");
    let error = named.told(Error::new(ErrorKind::Unavailable, "later").with_detail("by itself"));
    assert_eq!(error.to_string(), "later (by itself)");
}
