//! Reading an entry.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::{Entry, EntryInfo, RawKv, check_key, stamp};
use crate::content::Content;
use crate::error::Result;

/// A read from a KV namespace. Made by [`Kv::get`](super::Kv::get).
#[must_use = "nothing is read until the request is awaited"]
#[derive(Debug)]
pub struct Get {
    kv: RawKv,
    key: Result<String>,
}

impl Get {
    pub(super) fn new(kv: RawKv, key: Result<String>) -> Self {
        Self { kv, key }
    }

    async fn send(self) -> Result<Option<Entry>> {
        let place = self.kv.place("get");
        let key = check_key(self.key)?;
        let Some(found) = self.kv.backend.get(key.clone()).await? else {
            return Ok(None);
        };
        let info = stamp::read(key.into_string(), found.metadata.as_deref());
        let info = EntryInfo { size: Some(found.size), ..info };
        Ok(Some(Entry::new(info, Content::new(found.value, place))))
    }
}

impl IntoFuture for Get {
    type Output = Result<Option<Entry>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("get");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
