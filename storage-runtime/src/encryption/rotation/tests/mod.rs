//! What a rotation leaves behind, whatever happens meanwhile.

mod answer;
mod bucket;
mod foreign;
mod forged;
mod hooked;
mod kv;
mod memory;
mod races;

use std::collections::BTreeMap;

use storage_core::key::KvKey;

use super::{Rotate, RotationPage};
use crate::backend::{EntryExpiry, EntryValue, GetEntry, GetMode, PutEntry};
use crate::encryption::tests::{Account, NEW, OLD};

/// The old key alone, then both with the new one first, then the new one alone.
fn rings() -> [Account; 3] {
    let before = Account::new(OLD);
    let during = before.with_secret(Some(&format!("{NEW},{OLD}")));
    let after = before.with_secret(Some(NEW));
    [before, during, after]
}

/// All pages, and how many there were.
async fn run(page: impl Fn() -> Rotate) -> (RotationPage, usize) {
    let mut done = page().await.unwrap();
    let mut pages = 1;
    while let Some(cursor) = done.cursor.take() {
        done.append(page().cursor(cursor).await.unwrap());
        pages += 1;
    }
    (done, pages)
}

fn under(keys: &[(&str, u64)]) -> BTreeMap<String, u64> {
    keys.iter().map(|(id, entries)| ((*id).to_owned(), *entries)).collect()
}

fn problems(page: &RotationPage) -> Vec<(&str, &str)> {
    page.problems.iter().map(|problem| (problem.key.as_str(), problem.code.as_str())).collect()
}

/// An entry as it is stored: value and metadata.
async fn stored_entry(account: &Account, key: &str) -> (Vec<u8>, String) {
    let key = KvKey::new(key).unwrap();
    let get = GetEntry { key, cache_ttl_seconds: None, mode: GetMode::Bytes };
    let found = account.kv.get(get).await.unwrap().unwrap();
    let EntryValue::Bytes(value) = found.value else { panic!("memory has no streams") };
    (value.to_vec(), found.metadata.json.unwrap())
}

async fn store_entry(account: &Account, key: &str, value: Vec<u8>, metadata: String) {
    let key = KvKey::new(key).unwrap();
    let put = PutEntry { key, value: value.into(), metadata, expiry: EntryExpiry::Never };
    account.kv.put(put).await.unwrap();
}
