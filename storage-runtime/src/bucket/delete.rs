//! Deleting objects.

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt};
use storage_core::key::BucketKey;
use storage_core::{ErrorKind, limits};

use super::{Include, List, ObjectInfo, RawBucket, check_key};
use crate::error::{Error, Result};

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
        let key = check_key(self.key)?;
        self.bucket.backend.delete(vec![key]).await
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

/// A deletion of many objects. Made by [`Bucket::delete_many`](super::Bucket::delete_many).
#[must_use = "nothing is deleted until the request is awaited"]
#[derive(Debug)]
pub struct DeleteMany {
    bucket: RawBucket,
    keys: Vec<Result<String>>,
}

impl DeleteMany {
    pub(super) fn new(bucket: RawBucket, keys: Vec<Result<String>>) -> Self {
        Self { bucket, keys }
    }

    async fn send(self) -> Result<()> {
        let keys: Vec<BucketKey> = self.keys.into_iter().map(check_key).collect::<Result<_>>()?;
        for keys in keys.chunks(limits::r2::DELETE_KEYS_MAX) {
            self.bucket.backend.delete(keys.to_vec()).await?;
        }
        Ok(())
    }
}

impl IntoFuture for DeleteMany {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("delete_many");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

/// A deletion of all objects under a prefix. Made by
/// [`Bucket::delete_prefix`](super::Bucket::delete_prefix).
#[must_use = "nothing is deleted until the request is awaited"]
#[derive(Debug)]
pub struct DeletePrefix {
    bucket: RawBucket,
    prefix: Result<String>,
}

impl DeletePrefix {
    pub(super) fn new(bucket: RawBucket, prefix: Result<String>) -> Self {
        Self { bucket, prefix }
    }

    async fn send(self) -> Result<u64> {
        let Self { bucket, prefix } = self;
        let prefix = prefix?;
        if prefix.is_empty() {
            let message = "an empty prefix is every object of the bucket: it has to be named";
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let pages = List::new(bucket.clone()).prefix(prefix).include(Include::NONE).pages();
        let mut pages = pages.boxed();
        let mut deleted = 0;
        while let Some(page) = pages.try_next().await? {
            let keys = page.items.iter().map(|object| BucketKey::new(ObjectInfo::key(object)));
            let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
            if !keys.is_empty() {
                deleted += keys.len() as u64;
                bucket.backend.delete(keys).await?;
            }
        }
        Ok(deleted)
    }
}

impl IntoFuture for DeletePrefix {
    type Output = Result<u64>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("delete_prefix");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
