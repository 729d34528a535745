//! Deleting an object.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::{RawBucket, check_key};
use crate::error::Result;

/// A deletion from a bucket. Made by [`Bucket::delete`](super::Bucket::delete).
#[must_use = "nothing is deleted until the request is awaited"]
#[derive(Debug)]
pub struct Delete {
    bucket: RawBucket,
    key: Result<String>,
}

impl Delete {
    pub(super) fn new(bucket: RawBucket, key: Result<String>) -> Self {
        Self { bucket, key }
    }

    async fn send(self) -> Result<()> {
        self.bucket.backend.delete(check_key(self.key)?).await
    }
}

impl IntoFuture for Delete {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("delete");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
