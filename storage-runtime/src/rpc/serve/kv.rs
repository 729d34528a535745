//! Calls of a KV namespace.

use bytes::Bytes;
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::limits::kv::{GET_KEYS_MAX, VALUE_BYTES_MAX};
use storage_core::manifest::Verb;
use storage_core::rpc::{Declaration, EntryRecord, Grant, KvCall};

use super::super::transport::CallBody;
use super::super::wire;
use super::refuse::within;
use super::room::Room;
use super::{Found, found};
use crate::backend::{
    AnyKv, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode, ListEntries,
    PutEntry,
};
use crate::encryption::rotation::RotateOptions;
use crate::error::Result;
use crate::kv::{RawKv, restamp};

/// Longest request of a rotation: see `RotateBy`.
const ROTATION_BYTES_MAX: u64 = 64 * 1024;

/// What is allowed to a caller, and what it relies on.
pub(super) struct Allowed<'a> {
    pub(super) grant: &'a Grant,
    pub(super) on: &'a Declaration,
}

pub(super) async fn answer(
    kv: &RawKv,
    call: KvCall,
    body: CallBody,
    Allowed { grant, on }: &Allowed<'_>,
    room: &Room,
) -> Result<Found> {
    const NOTHING: CallBody = CallBody::Nothing;
    let backend = &kv.backend;
    match call {
        KvCall::Delete(key) => found(&backend.delete(KvKey::new(key)?).await?, NOTHING),
        KvCall::Get(call) => {
            let get = wire::read_get_entry(call)?;
            let entry = if room.is_shared() {
                one_of_several(backend, get, room).await?
            } else {
                backend
                    .get(get)
                    .await?
                    .map(|FoundEntry { metadata, value }| (metadata, value.into()))
            };
            let Some((metadata, value)) = entry else {
                return found(&None::<EntryRecord>, NOTHING);
            };
            found(&Some(wire::entry(metadata, None)), value)
        }
        KvCall::GetMany(keys, cache_ttl_seconds) => {
            if !(1..=GET_KEYS_MAX).contains(&keys.len()) {
                return Err(wire::malformed("a call reads 1 to 100 entries"));
            }
            let keys = keys.into_iter().map(KvKey::new).collect::<Result<_, _>>()?;
            let turn = room.turn().await;
            let bytes_max = Some(turn.left());
            let get = GetEntries { keys, cache_ttl_seconds, bytes_max };
            let (records, values) = one_behind_the_other(backend.get_many(get).await?);
            turn.took(values.len() as u64);
            found(&records, CallBody::Bytes(values))
        }
        KvCall::Head(key) => {
            let entry = backend.head(KvKey::new(key)?).await?;
            let may_look = grant.has(Verb::Read) || grant.has(Verb::List);
            let tell = |metadata| {
                if may_look { wire::entry(metadata, None) } else { EntryRecord::default() }
            };
            found(&entry.map(tell), NOTHING)
        }
        KvCall::List(call) => {
            let list = wire::read_list_entries(call)?;
            let turn = room.page().await;
            let limit = turn.items(list.limit);
            let page = backend.list(ListEntries { limit, ..list }).await?;
            let page = within(page, grant, |entry| entry.key.as_str())?;
            turn.found(&wire::page(page, wire::listed))
        }
        KvCall::MayRotate(token) => {
            let allows = match kv.rotation_guard() {
                Some(guard) => guard.allows(token, body.gather(ROTATION_BYTES_MAX).await?).await?,
                None => false,
            };
            found(&allows, NOTHING)
        }
        KvCall::Put(call) => {
            let value = body.gather(VALUE_BYTES_MAX as u64).await?;
            let put = wire::read_put_entry(call, value)?;
            found(&backend.put(as_declared_here(kv, on, put)?).await?, NOTHING)
        }
        KvCall::Rotate(call) => {
            let page = kv.rotate().options(RotateOptions::of_call(call)).await?;
            found(&page, NOTHING)
        }
    }
}

/// An entry that is read beside others: into memory if it is short and there is room, and else as a stream,
/// which whoever asked may read at any time.
async fn one_of_several(
    backend: &AnyKv,
    get: GetEntry,
    room: &Room,
) -> Result<Option<(EntryMetadata, CallBody)>> {
    let again = |GetEntry { key, cache_ttl_seconds, mode: _ }: &GetEntry| GetEntry {
        key: key.clone(),
        cache_ttl_seconds: *cache_ttl_seconds,
        mode: GetMode::Stream,
    };
    let Some(FoundEntry { metadata, value }) = backend.get(again(&get)).await? else {
        return Ok(None);
    };
    let value = match (metadata.noted_size(), value) {
        (_, EntryValue::Bytes(bytes)) if room.takes(bytes.len() as u64) => CallBody::Bytes(bytes),
        (_, EntryValue::Bytes(bytes)) => CallBody::Bytes(bytes).into_streamed(),
        (Some(len), value) if get.mode == GetMode::Bytes && room.takes(len) => {
            match value.gather_at_most(len).await {
                Ok(bytes) => CallBody::Bytes(bytes),
                // It is longer than was noted: another program has written it. What was read of it is gone.
                Err(error) if error.kind() == ErrorKind::ValueTooLarge => {
                    let found = backend.get(again(&get)).await?;
                    return Ok(found.map(|found| (found.metadata, found.value.into())));
                }
                Err(error) => return Err(error),
            }
        }
        (_, value) => value.into(),
    };
    Ok(Some((metadata, value)))
}

impl From<EntryValue> for CallBody {
    fn from(value: EntryValue) -> Self {
        match value {
            EntryValue::Bytes(bytes) => Self::Bytes(bytes),
            EntryValue::Platform(stream) => Self::Platform { stream, len: None },
            EntryValue::Stream(stream) => Self::Stream { stream, len: None },
        }
    }
}

/// The entry, with an etag that tells nothing of its value: a caller that was built before the namespace was
/// encrypted made it of the value.
fn as_declared_here(kv: &RawKv, on: &Declaration, mut put: PutEntry) -> Result<PutEntry> {
    if kv.spec.encryption.is_some() && *on != Declaration::of_kv(kv.spec) {
        let stored = EntryMetadata::new(Some(put.metadata), None);
        put.metadata = restamp(put.key.as_str(), stored, put.value.len() as u64)?;
    }
    Ok(put)
}

/// The values of all entries, and what else is known of each.
fn one_behind_the_other(
    entries: Vec<Option<FoundEntry<Bytes>>>,
) -> (Vec<Option<EntryRecord>>, Bytes) {
    let mut values = Vec::new();
    let mut record = |FoundEntry { metadata, value }: FoundEntry<Bytes>| {
        values.extend_from_slice(&value);
        wire::entry(metadata, Some(value.len() as u64))
    };
    let records = entries.into_iter().map(|entry| entry.map(&mut record)).collect();
    (records, values.into())
}
