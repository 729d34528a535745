//! Deleting entries.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::key::KvKey;
use storage_core::limits;
use storage_core::rpc::Scope;

use super::{RawKv, check_key};
use crate::error::Result;

/// A deletion from a KV namespace. Made by [`Kv::delete`](super::Kv::delete).
#[must_use = "nothing is deleted until the request is awaited"]
#[derive(Debug)]
pub struct Delete {
    kv: RawKv,
    key: Result<String>,
}

impl Delete {
    pub(super) fn new(kv: RawKv, key: Result<String>) -> Self {
        Self { kv, key }
    }

    async fn send(self) -> Result<()> {
        self.kv.backend.delete(check_key(self.key)?).await
    }
}

impl IntoFuture for Delete {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("delete");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

/// A deletion of several entries. Made by [`Kv::delete_many`](super::Kv::delete_many).
#[must_use = "nothing is deleted until the request is awaited"]
#[derive(Debug)]
pub struct DeleteMany {
    kv: RawKv,
    keys: Vec<Result<String>>,
}

impl DeleteMany {
    pub(super) fn new(kv: RawKv, keys: Vec<Result<String>>) -> Self {
        Self { kv, keys }
    }

    async fn send(self) -> Result<()> {
        let keys: Vec<KvKey> = self.keys.into_iter().map(check_key).collect::<Result<_>>()?;
        keys.iter().try_for_each(|key| self.kv.within.check(&Scope::Key(key.as_str())))?;
        stream::iter(keys)
            .map(|key| self.kv.backend.delete(key))
            .buffer_unordered(limits::worker::CONNECTIONS_MAX)
            .try_collect()
            .await
    }
}

impl IntoFuture for DeleteMany {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("delete_many");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
