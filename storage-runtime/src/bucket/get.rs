//! Reading an object.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;

use super::{Object, RawBucket, check_key};
use crate::content::Content;
use crate::error::Result;

/// A read from a bucket. Made by [`Bucket::get`](super::Bucket::get).
#[must_use = "nothing is read until the request is awaited"]
#[derive(Debug)]
pub struct Get {
    bucket: RawBucket,
    key: Result<String>,
}

impl Get {
    pub(super) fn new(bucket: RawBucket, key: Result<String>) -> Self {
        Self { bucket, key }
    }

    async fn send(self) -> Result<Option<Object>> {
        let place = self.bucket.place("get");
        let found = self.bucket.backend.get(check_key(self.key)?).await?;
        Ok(found.map(|found| Object::new(found.info, Content::new(found.body, place))))
    }
}

impl IntoFuture for Get {
    type Output = Result<Option<Object>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("get");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
