//! Looking at an object without reading it.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::{ObjectInfo, RawBucket, check_key};
use crate::error::Result;

/// A look into a bucket. Made by [`Bucket::head`](super::Bucket::head).
#[must_use = "nothing is looked up until the request is awaited"]
#[derive(Debug)]
pub struct Head {
    bucket: RawBucket,
    key: Result<String>,
}

impl Head {
    pub(crate) fn new(bucket: RawBucket, key: Result<String>) -> Self {
        Self { bucket, key }
    }

    async fn send(self) -> Result<Option<ObjectInfo>> {
        self.bucket.backend.head(check_key(self.key)?).await
    }
}

impl IntoFuture for Head {
    type Output = Result<Option<ObjectInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("head");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
