//! Entries.

use bench_task::{BODY, CONTENT_TYPE, METADATA};
use storage::Kv;
use storage::kv::EntryInfo;

use crate::{Entries, PREFIX, cipher};

pub(crate) async fn put(kv: &Kv<Entries>, key: &str) -> storage::Result<u64> {
    let (name, value) = METADATA;
    let written = kv.put(key, &BODY).content_type(CONTENT_TYPE).metadata(name, value).await?;
    Ok(written.size().unwrap_or_default())
}

pub(crate) async fn get(kv: &Kv<Entries>, key: &str) -> storage::Result<u64> {
    let Some(found) = kv.get(key).await? else { return Ok(0) };
    let described = described(&found);
    Ok(found.bytes().await?.len() as u64 + described)
}

/// The same, encrypted, under a key of its own.
pub(crate) async fn seal(kv: &Kv<Entries>, key: &str) -> storage::Result<u64> {
    let sealed = cipher::seal_value(&BODY).await?;
    let (name, value) = METADATA;
    let put = kv.put(sealed_key(key), sealed).content_type(CONTENT_TYPE).metadata(name, value);
    let written = put.await?;
    Ok(written.size().unwrap_or_default())
}

pub(crate) async fn open(kv: &Kv<Entries>, key: &str) -> storage::Result<u64> {
    let Some(found) = kv.get(sealed_key(key)).await? else { return Ok(0) };
    let plain = cipher::open_value(&found.bytes().await?).await?;
    Ok(plain.len() as u64)
}

fn sealed_key(key: &str) -> String {
    format!("sealed/{key}")
}

pub(crate) async fn list(kv: &Kv<Entries>) -> storage::Result<u64> {
    let page = kv.list().prefix(PREFIX).await?;
    Ok(page.items.iter().map(|entry| entry.key().len() as u64 + described(entry)).sum())
}

/// Content type and metadata.
fn described(entry: &EntryInfo) -> u64 {
    let value = entry.metadata().get(METADATA.0).map_or("", String::as_str);
    (entry.content_type().unwrap_or_default().len() + value.len()) as u64
}
