//! Workers KV.

use bench_task::{BODY, CONTENT_TYPE, METADATA, TTL_SECONDS};
use serde::{Deserialize, Serialize};
use worker::{Error, KvStore, Result};

use crate::{PREFIX, cipher};

/// What is kept with an entry.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Note {
    content_type: String,
    uploaded_by: String,
}

pub(crate) async fn put(kv: &KvStore, key: &str) -> Result<u64> {
    let note = Note { content_type: CONTENT_TYPE.into(), uploaded_by: METADATA.1.into() };
    kv.put_bytes(key, &BODY)?.expiration_ttl(TTL_SECONDS).metadata(note)?.execute().await?;
    Ok(BODY.len() as u64)
}

pub(crate) async fn get(kv: &KvStore, key: &str) -> Result<u64> {
    let (value, note) = kv.get(key).bytes_with_metadata::<Note>().await?;
    let value = value.ok_or_else(|| Error::from("not found"))?;
    let note = note.ok_or_else(|| Error::from("no metadata"))?;
    Ok((value.len() + note.content_type.len() + note.uploaded_by.len()) as u64)
}

/// The same, encrypted, under a key of its own.
pub(crate) async fn seal(kv: &KvStore, key: &str) -> Result<u64> {
    let note = Note { content_type: CONTENT_TYPE.into(), uploaded_by: METADATA.1.into() };
    let sealed = cipher::seal_value(&BODY)?;
    let put = kv.put_bytes(&sealed_key(key), &sealed)?.expiration_ttl(TTL_SECONDS);
    put.metadata(note)?.execute().await?;
    Ok(sealed.len() as u64)
}

pub(crate) async fn open(kv: &KvStore, key: &str) -> Result<u64> {
    let (value, _) = kv.get(&sealed_key(key)).bytes_with_metadata::<Note>().await?;
    let value = value.ok_or_else(|| Error::from("not found"))?;
    Ok(cipher::open_value(&value)?.len() as u64)
}

fn sealed_key(key: &str) -> String {
    format!("sealed/{key}")
}

pub(crate) async fn list(kv: &KvStore) -> Result<u64> {
    let page = kv.list().prefix(PREFIX.to_owned()).execute().await?;
    let mut seen = 0;
    for key in page.keys {
        let metadata = key.metadata.ok_or_else(|| Error::from("no metadata"))?;
        let field = |name| metadata.get(name).and_then(|value| value.as_str()).map_or(0, str::len);
        seen += key.name.len() + field("contentType") + field(METADATA.0);
    }
    Ok(seen as u64)
}
