//! Several entries in one call.
//!
//! KV's call for several keys gives text: bytes that are not UTF-8 come as U+FFFD, a byte order mark
//! at the start is dropped, and more than 25 MiB together are refused. Where the text may not be the
//! value, the entry is read again by itself.

use bytes::Bytes;
use js_sys::{Array, JsString, Map};
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use wasm_bindgen::{JsCast, JsValue};

use super::super::promise::settle;
use super::super::{error, sys};
use super::{BYTES, WorkersKv};
use crate::backend::{FoundEntry, GetEntries};
use crate::error::Result;

/// What stands in a text for bytes that are none.
const REPLACEMENT: char = '\u{fffd}';

enum Answer {
    /// As it is stored.
    Exact(Option<FoundEntry<Bytes>>),
    /// The entry is there or not, and its value is this text or not.
    Doubtful,
}

pub(super) async fn find(
    kv: &WorkersKv,
    get: GetEntries,
) -> Result<Vec<Option<FoundEntry<Bytes>>>> {
    let GetEntries { keys, cache_ttl_seconds, bytes_max } = get;
    let answers = texts(kv, &keys, cache_ttl_seconds, bytes_max).await?;
    // All calls are made before the first is waited for, so that they run at the same time.
    let calls: Vec<_> = keys
        .iter()
        .zip(answers)
        .map(|(key, answer)| match answer {
            Answer::Exact(found) => Ok(found),
            Answer::Doubtful => Err(kv.call(key, BYTES, cache_ttl_seconds)),
        })
        .collect();
    let mut exact = Vec::with_capacity(calls.len());
    for call in calls {
        exact.push(match call {
            Ok(found) => found,
            Err(called) => super::found(called).await?.map(super::in_memory),
        });
    }
    GetEntries::check(bytes_max, &exact)?;
    Ok(exact)
}

/// The answers to all keys, in their order: in one call if they are not too large together.
async fn texts(
    kv: &WorkersKv,
    keys: &[KvKey],
    cache_ttl_seconds: Option<u64>,
    bytes_max: Option<u64>,
) -> Result<Vec<Answer>> {
    let options = super::get_options("text", cache_ttl_seconds);
    let mut answers = Vec::with_capacity(keys.len());
    let mut left = vec![keys];
    while let Some(keys) = left.pop() {
        let names: Array = keys.iter().map(|key| JsString::from(key.as_str())).collect();
        match settle(kv.0.get_many_with_metadata(&names, &options)).await {
            Ok(found) => {
                let found: Map = found.unchecked_into();
                for key in keys {
                    answers.push(answer(&found.get(&key.as_str().into()))?);
                }
            }
            Err(thrown) => match (error::kv(&thrown), bytes_max) {
                (error, _) if error.kind() != ErrorKind::ValueTooLarge => return Err(error),
                // No bound is above that of KV.
                (error, Some(max)) => return Err(GetEntries::too_large(max).with_source(error)),
                _ if keys.len() < 2 => answers.push(Answer::Doubtful),
                _ => {
                    let (first, second) = keys.split_at(keys.len() / 2);
                    left.extend([second, first]);
                }
            },
        }
    }
    Ok(answers)
}

fn answer(found: &JsValue) -> Result<Answer> {
    if found.is_null() {
        return Ok(Answer::Exact(None));
    }
    if found.is_undefined() {
        // Not even told to be missing: so fares the key `__proto__` in the local simulator.
        return Ok(Answer::Doubtful);
    }
    let found: &sys::Found = found.unchecked_ref();
    let value = found.value();
    if value.is_null() {
        return Ok(Answer::Exact(None));
    }
    let Some(text) = value.as_string() else {
        return Ok(Answer::Doubtful);
    };
    let metadata = super::metadata(found)?;
    let is_exact = metadata.noted_size().is_none_or(|size| size == text.len() as u64);
    if text.contains(REPLACEMENT) || !is_exact {
        return Ok(Answer::Doubtful);
    }
    Ok(Answer::Exact(Some(FoundEntry::new(metadata, text.into()))))
}
