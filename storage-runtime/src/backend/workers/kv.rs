//! A KV namespace on Workers KV.

use futures_util::future::BoxFuture;
use js_sys::{JSON, Uint8Array};
use storage_core::key::KvKey;
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};

use super::promise::settle;
use super::{error, sys};
use crate::backend::{EntryMetadata, FoundEntry, KvBackend, ListEntries, ListedEntry, PutEntry};
use crate::error::Result;
use crate::page::Page;

pub(super) struct WorkersKv(SendWrapper<sys::KvNamespace>);

impl WorkersKv {
    pub(super) fn new(kv: sys::KvNamespace) -> Self {
        Self(SendWrapper::new(kv))
    }

    async fn write(&self, put: PutEntry) -> Result<()> {
        let options: sys::KvPutOptions = sys::options();
        let metadata = JSON::parse(&put.metadata).map_err(|thrown| error::unknown(&thrown))?;
        options.set_metadata(&metadata);
        if let Some(seconds) = put.ttl_seconds {
            #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds")]
            options.set_expiration_ttl(seconds as f64);
        }
        let value = Uint8Array::from(put.value.as_ref());
        let written = settle(self.0.put(put.key.as_str(), &value, &options)).await;
        written.map_err(|thrown| error::kv(&thrown))?;
        Ok(())
    }

    async fn find(&self, key: KvKey) -> Result<Option<FoundEntry>> {
        let Some(found) = self.look_up(&key, "arrayBuffer").await? else {
            return Ok(None);
        };
        let value = sys::bytes(found.value());
        let metadata = json(&found.metadata())?;
        Ok(Some(FoundEntry::new(metadata, value.len() as u64, Box::new(value))))
    }

    async fn look(&self, key: KvKey) -> Result<Option<EntryMetadata>> {
        let Some(found) = self.look_up(&key, "stream").await? else {
            return Ok(None);
        };
        let metadata = json(&found.metadata())?;
        let stream: sys::ReadableStream = found.value().unchecked_into();
        // Only the metadata was wanted; a stream that can't be cancelled any more is just as good.
        let _ = settle(stream.cancel()).await;
        Ok(Some(EntryMetadata::new(metadata)))
    }

    async fn look_up(&self, key: &KvKey, kind: &str) -> Result<Option<sys::KvFound>> {
        let found = settle(self.0.get_with_metadata(key.as_str(), kind)).await;
        let found: sys::KvFound = found.map_err(|thrown| error::kv(&thrown))?.unchecked_into();
        Ok((!found.value().is_null()).then_some(found))
    }

    async fn remove(&self, key: KvKey) -> Result<()> {
        settle(self.0.delete(key.as_str())).await.map_err(|thrown| error::kv(&thrown))?;
        Ok(())
    }

    async fn page(&self, list: ListEntries) -> Result<Page<ListedEntry>> {
        let options: sys::ListOptions = sys::options();
        options.set_limit(list.limit);
        if let Some(prefix) = &list.prefix {
            options.set_prefix(prefix);
        }
        if let Some(cursor) = &list.cursor {
            options.set_cursor(cursor);
        }
        let page = settle(self.0.list(&options)).await.map_err(|thrown| error::kv(&thrown))?;
        let page: sys::KvList = page.unchecked_into();
        let entry = |key: JsValue| {
            let key: sys::KvListedKey = key.unchecked_into();
            Ok(ListedEntry::new(key.name(), json(&key.metadata())?))
        };
        let items = page.keys().iter().map(entry).collect::<Result<_>>()?;
        let cursor = if page.list_complete() { None } else { page.cursor() };
        Ok(Page::new(items, cursor))
    }
}

impl KvBackend for WorkersKv {
    fn put(&self, put: PutEntry) -> BoxFuture<'_, Result<()>> {
        Box::pin(SendFuture::new(self.write(put)))
    }

    fn get(&self, key: KvKey) -> BoxFuture<'_, Result<Option<FoundEntry>>> {
        Box::pin(SendFuture::new(self.find(key)))
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

/// Metadata as JSON text, if there is any.
fn json(metadata: &JsValue) -> Result<Option<String>> {
    if metadata.is_null() || metadata.is_undefined() {
        return Ok(None);
    }
    let text = JSON::stringify(metadata).map_err(|thrown| error::unknown(&thrown))?;
    Ok(Some(text.into()))
}
