//! Looking at an entry without reading it.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::{EntryInfo, RawKv, check_key, stamp};
use crate::error::Result;

/// A look into a KV namespace. Made by [`Kv::head`](super::Kv::head).
#[must_use = "nothing is looked up until the request is awaited"]
#[derive(Debug)]
pub struct Head {
    kv: RawKv,
    key: Result<String>,
}

impl Head {
    pub(super) fn new(kv: RawKv, key: Result<String>) -> Self {
        Self { kv, key }
    }

    async fn send(self) -> Result<Option<EntryInfo>> {
        let key = check_key(self.key)?;
        let found = self.kv.backend.head(key.clone()).await?;
        Ok(found.map(|found| stamp::read(key.into_string(), found)))
    }
}

impl IntoFuture for Head {
    type Output = Result<Option<EntryInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("head");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
