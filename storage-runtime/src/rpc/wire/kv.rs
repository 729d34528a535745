//! KV namespaces.

use std::time::Duration;

use storage_core::key::KvKey;
use storage_core::limits;
use storage_core::rpc::{
    EntryRecord, ExpiryRecord, GetEntryCall, ListEntriesCall, ListedRecord, PutEntryCall,
};

use super::malformed;
use super::times::{of_seconds, seconds};
use crate::backend::{
    EntryExpiry, EntryMetadata, GetEntry, GetMode, ListEntries, ListedEntry, PutEntry,
};
use crate::error::Result;
use crate::{kv, list, write};

pub(in crate::rpc) fn put_entry(put: PutEntry) -> (PutEntryCall, bytes::Bytes) {
    let PutEntry { key, value, metadata, expiry } = put;
    let expiry = match expiry {
        EntryExpiry::After(ttl) => ExpiryRecord::After(ttl.as_secs()),
        EntryExpiry::At(time) => ExpiryRecord::At(seconds(time)),
        EntryExpiry::Never => ExpiryRecord::Never,
    };
    (PutEntryCall { key: key.into_string(), metadata, expiry }, value)
}

pub(in crate::rpc) fn read_put_entry(call: PutEntryCall, value: bytes::Bytes) -> Result<PutEntry> {
    let PutEntryCall { key, metadata, expiry } = call;
    if metadata.len() > limits::kv::METADATA_BYTES_MAX {
        return Err(write::metadata_too_large(metadata.len(), limits::kv::METADATA_BYTES_MAX));
    }
    // Nobody's listing is to end at it.
    if !kv::is_readable(&metadata) {
        return Err(malformed("the metadata of the entry is not JSON that can be read again"));
    }
    let expiry = match expiry {
        ExpiryRecord::After(ttl) => EntryExpiry::After(Duration::from_secs(ttl)),
        ExpiryRecord::At(time) => EntryExpiry::At(of_seconds(time)),
        ExpiryRecord::Never => EntryExpiry::Never,
    };
    Ok(PutEntry { key: KvKey::new(key)?, value, metadata, expiry })
}

pub(in crate::rpc) fn get_entry(get: GetEntry) -> GetEntryCall {
    let GetEntry { key, cache_ttl_seconds, mode } = get;
    GetEntryCall {
        key: key.into_string(),
        cache_ttl: cache_ttl_seconds,
        streamed: mode == GetMode::Stream,
    }
}

pub(in crate::rpc) fn read_get_entry(call: GetEntryCall) -> Result<GetEntry> {
    let GetEntryCall { key, cache_ttl, streamed } = call;
    let mode = if streamed { GetMode::Stream } else { GetMode::Bytes };
    Ok(GetEntry { key: KvKey::new(key)?, cache_ttl_seconds: cache_ttl, mode })
}

pub(in crate::rpc) fn list_entries(list: ListEntries) -> ListEntriesCall {
    let ListEntries { prefix, limit, cursor } = list;
    ListEntriesCall { prefix, limit, cursor }
}

pub(in crate::rpc) fn read_list_entries(call: ListEntriesCall) -> Result<ListEntries> {
    let ListEntriesCall { prefix, limit, cursor } = call;
    let limit = list::check_limit(Some(limit), limits::kv::LIST_LIMIT_MAX)?;
    list::check_place(prefix.as_deref(), cursor.as_deref(), limits::kv::KEY_BYTES_MAX)?;
    Ok(ListEntries { prefix, limit, cursor })
}

pub(in crate::rpc) fn entry(metadata: EntryMetadata, len: Option<u64>) -> EntryRecord {
    let EntryMetadata { json, expires } = metadata;
    EntryRecord { metadata: json, expires: expires.map(seconds), len }
}

pub(in crate::rpc) fn read_entry(record: EntryRecord) -> EntryMetadata {
    let EntryRecord { metadata, expires, len: _ } = record;
    EntryMetadata::new(metadata, expires.map(of_seconds))
}

pub(in crate::rpc) fn listed(listed: ListedEntry) -> ListedRecord {
    let ListedEntry { key, metadata } = listed;
    ListedRecord { key, entry: entry(metadata, None) }
}

pub(in crate::rpc) fn read_listed(record: ListedRecord) -> ListedEntry {
    let ListedRecord { key, entry } = record;
    ListedEntry::new(key, read_entry(entry))
}
