//! Cases of KV namespaces.

pub(super) mod crowds;
pub(super) mod entries;
pub(super) mod expiry;
pub(super) mod limits;
pub(super) mod many;
pub(super) mod metadata;
pub(super) mod streams;
pub(super) mod values;

use storage_core::key::KvKey;

use super::Entries;
use crate::backend::{EntryExpiry, PutEntry};
use crate::{Error, Kv};

/// Writes an entry as another program would.
async fn foreign(kv: &Kv<Entries>, key: &str, value: Vec<u8>, metadata: &str) -> Result<(), Error> {
    let put = PutEntry {
        key: KvKey::new(key)?,
        value: value.into(),
        metadata: metadata.to_owned(),
        expiry: EntryExpiry::Never,
    };
    kv.backend().put(put).await
}
