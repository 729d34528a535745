//! Deleting an entry.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

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
