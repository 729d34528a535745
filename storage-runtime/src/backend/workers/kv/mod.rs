//! A KV namespace on Workers KV.

mod many;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use js_sys::{JSON, Object, Promise, Uint8Array};
use serde::Deserialize;
use serde_json::value::RawValue;
use storage_core::ErrorKind;
use storage_core::key::KvKey;
use storage_core::limits;
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::stream::PlatformStream;
use super::{error, sys};
use crate::backend::{
    self, EntryExpiry, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode,
    KvBackend, ListEntries, ListedEntry, PutEntry,
};
use crate::error::{Error, Result};
use crate::page::Page;

/// How values are asked for.
const BYTES: &str = "arrayBuffer";
const STREAM: &str = "stream";

/// How long an entry is kept, of the options of a write.
const TTL: &str = "expirationTtl";

pub(in crate::backend) struct WorkersKv(SendWrapper<sys::KvNamespace>);

impl WorkersKv {
    pub(super) fn new(kv: sys::KvNamespace) -> Self {
        Self(SendWrapper::new(kv))
    }

    async fn write(&self, put: PutEntry) -> Result<()> {
        let PutEntry { key, value, metadata, expiry } = put;
        let options = Object::new();
        let metadata = JSON::parse(&metadata).map_err(|thrown| error::unknown(&thrown))?;
        sys::set(&options, "metadata", metadata);
        match expiry {
            EntryExpiry::After(ttl) => sys::set(&options, TTL, seconds(ttl)),
            EntryExpiry::At(time) => {
                let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                if since_1970.as_secs() > limits::kv::TTL_SECONDS_MAX {
                    // After January 2038. KV takes no number that large, but the span until then.
                    let ahead = time.duration_since(backend::whole_seconds(backend::now()));
                    sys::set(&options, TTL, seconds(ahead.unwrap_or_default()));
                } else {
                    sys::set(&options, "expiration", seconds(since_1970));
                }
            }
            EntryExpiry::Never => {}
        }
        let array = Uint8Array::from(value.as_ref());
        drop(value); // one copy of it is enough
        let written = settle(self.0.put(key.as_str(), &array, &options)).await;
        written.map_err(|thrown| error::kv(&thrown))?;
        Ok(())
    }

    async fn find(&self, get: GetEntry) -> Result<Option<FoundEntry>> {
        let GetEntry { key, cache_ttl_seconds, mode } = get;
        let kind = match mode {
            GetMode::Bytes => BYTES,
            GetMode::Stream => STREAM,
        };
        let found = found(self.call(&key, kind, cache_ttl_seconds)).await?;
        Ok(found.map(|(metadata, value)| {
            let value = match mode {
                GetMode::Bytes => EntryValue::Bytes(sys::bytes(&value)),
                GetMode::Stream => {
                    EntryValue::Platform(PlatformStream::new(value.unchecked_into()))
                }
            };
            FoundEntry::new(metadata, value)
        }))
    }

    async fn look(&self, key: KvKey) -> Result<Option<EntryMetadata>> {
        let Some((metadata, value)) = found(self.call(&key, STREAM, None)).await? else {
            return Ok(None);
        };
        // Only the metadata was wanted: what is dropped unread is cancelled.
        drop(PlatformStream::new(value.unchecked_into()));
        Ok(Some(metadata))
    }

    /// Asks for an entry and its metadata. The call runs whether it is waited for or not.
    fn call(
        &self,
        key: &KvKey,
        kind: &str,
        cache_ttl_seconds: Option<u64>,
    ) -> Result<Promise, JsValue> {
        self.0.get_with_metadata(key.as_str(), &get_options(kind, cache_ttl_seconds))
    }

    async fn remove(&self, key: KvKey) -> Result<()> {
        settle(self.0.delete(key.as_str())).await.map_err(|thrown| error::kv(&thrown))?;
        Ok(())
    }

    async fn page(&self, list: ListEntries) -> Result<Page<ListedEntry>> {
        let options = Object::new();
        sys::set(&options, "limit", list.limit);
        if let Some(prefix) = &list.prefix {
            sys::set(&options, "prefix", prefix.as_str());
        }
        if let Some(cursor) = &list.cursor {
            sys::set(&options, "cursor", cursor.as_str());
        }
        let page = settle(self.0.list(&options)).await.map_err(|thrown| error::kv(&thrown))?;
        let keys: Vec<Listed> =
            serde_json::from_str(&json(&sys::get(&page, "keys"))?).map_err(|error| {
                let message = "what KV says of its entries can't be read";
                Error::new(ErrorKind::Internal, message).with_source(error)
            })?;
        let items = keys.into_iter().map(Into::into).collect();
        let is_last = sys::get(&page, "list_complete").is_truthy();
        let cursor = if is_last { None } else { sys::text(&page, "cursor") };
        Ok(Page::new(items, cursor))
    }
}

/// An entry of a listing, as KV gives it.
#[derive(Deserialize)]
struct Listed {
    name: String,
    /// In seconds since 1970.
    expiration: Option<u64>,
    metadata: Option<Box<RawValue>>,
}

impl From<Listed> for ListedEntry {
    fn from(Listed { name, expiration, metadata }: Listed) -> Self {
        let expires = expiration.map(|seconds| super::time(seconds.saturating_mul(1000)));
        let metadata = metadata.map(|json| String::from(Box::<str>::from(json)));
        Self::new(name, EntryMetadata::new(metadata, expires))
    }
}

impl KvBackend for WorkersKv {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        Box::pin(SendFuture::new(self.write(put)))
    }

    fn get(&self, get: GetEntry) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(SendFuture::new(self.find(get)))
    }

    fn get_many(&self, get: GetEntries) -> BoxFuture<'_, Result<Vec<Option<FoundEntry<Bytes>>>>> {
        Box::pin(SendFuture::new(many::find(self, get)))
    }

    fn head(&self, key: KvKey) -> BoxFuture<'_, Result<Option<EntryMetadata>>> {
        Box::pin(SendFuture::new(self.look(key)))
    }

    fn delete(&self, key: KvKey) -> BoxFuture<'_, Result<()>> {
        Box::pin(SendFuture::new(self.remove(key)))
    }

    fn list(&self, list: ListEntries) -> BoxFuture<'_, Result<Page<ListedEntry>>> {
        Box::pin(SendFuture::new(self.page(list)))
    }
}

/// What a call that asks for an entry came to.
async fn found(called: Result<Promise, JsValue>) -> Result<Option<(EntryMetadata, JsValue)>> {
    let found = settle(called).await.map_err(|thrown| error::kv(&thrown))?;
    let found: sys::Found = found.unchecked_into();
    let value = found.value();
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some((metadata(&found)?, value)))
}

/// What was found, if it was asked for as bytes.
fn in_memory((metadata, value): (EntryMetadata, JsValue)) -> FoundEntry<Bytes> {
    FoundEntry::new(metadata, sys::bytes(&value))
}

fn get_options(kind: &str, cache_ttl_seconds: Option<u64>) -> Object {
    let options = Object::new();
    sys::set(&options, "type", kind);
    if let Some(ttl) = cache_ttl_seconds {
        sys::set(&options, "cacheTtl", seconds(Duration::from_secs(ttl)));
    }
    options
}

/// Whole seconds for JavaScript.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds")]
fn seconds(duration: Duration) -> f64 {
    duration.as_secs() as f64
}

/// What is known of an entry that was found. KV tells when an entry expires in listings only.
fn metadata(found: &sys::Found) -> Result<EntryMetadata> {
    let metadata = found.metadata();
    let is_there = !metadata.is_null() && !metadata.is_undefined();
    Ok(EntryMetadata::new(is_there.then(|| json(&metadata)).transpose()?, None))
}

/// A value of JavaScript as JSON.
fn json(value: &JsValue) -> Result<String> {
    JSON::stringify(value).map(Into::into).map_err(|thrown| error::unknown(&thrown))
}
