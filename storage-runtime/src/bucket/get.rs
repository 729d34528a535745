//! Reading an object.

use std::future::IntoFuture;
use std::ops::RangeBounds;
use std::time::SystemTime;

use futures_util::future::BoxFuture;

use super::{ByteRange, Conditions, CustomerKey, Etags, Object, RawBucket, precondition_failed};
use crate::backend::{FoundBody, GetObject};
use crate::content::Content;
use crate::error::Result;

/// A read from a bucket. Made by [`Bucket::get`](super::Bucket::get).
#[must_use = "nothing is read until the request is awaited"]
#[derive(Debug)]
pub struct Get {
    bucket: RawBucket,
    key: Result<String>,
    options: GetOptions,
}

/// How to read an object.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GetOptions {
    /// Which bytes of it.
    pub range: Option<ByteRange>,
    /// What has to hold of it.
    pub conditions: Conditions,
    /// What R2 encrypted it with.
    pub customer_key: Option<CustomerKey>,
}

impl Get {
    pub(crate) fn new(bucket: RawBucket, key: Result<String>) -> Self {
        Self { bucket, key, options: GetOptions::default() }
    }

    /// Reads these bytes only: `0..100`, `100..`, `..=99`. What is behind the end is left out.
    ///
    /// Fails with [`RangeNotSatisfiable`](crate::ErrorKind::RangeNotSatisfiable) if the object has no
    /// byte in it.
    pub fn range(mut self, range: impl RangeBounds<u64>) -> Self {
        self.options.range = Some(ByteRange::new(range));
        self
    }

    /// Reads so many bytes at the end only, or all of a smaller object.
    pub fn last(mut self, len: u64) -> Self {
        self.options.range = Some(ByteRange::last(len));
        self
    }

    /// Fails with [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) unless the object has
    /// this etag, given without quotes.
    pub fn if_etag_matches(mut self, etag: impl Into<String>) -> Self {
        self.options.conditions.etag_matches = Some(Etags::OneOf(vec![etag.into()]));
        self
    }

    /// Fails with [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) if the object has this
    /// etag, given without quotes: whoever asks has it already.
    pub fn if_etag_does_not_match(mut self, etag: impl Into<String>) -> Self {
        self.options.conditions.etag_does_not_match = Some(Etags::OneOf(vec![etag.into()]));
        self
    }

    /// Fails with [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) if the object was
    /// written at this time or later.
    pub fn if_uploaded_before(mut self, time: SystemTime) -> Self {
        self.options.conditions.uploaded_before = Some(time);
        self
    }

    /// Fails with [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed) unless the object was
    /// written after this time.
    pub fn if_uploaded_after(mut self, time: SystemTime) -> Self {
        self.options.conditions.uploaded_after = Some(time);
        self
    }

    /// Brings along the key that the object was encrypted with.
    pub fn customer_key(mut self, customer_key: CustomerKey) -> Self {
        self.options.customer_key = Some(customer_key);
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: GetOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<Option<Object>> {
        let Self { bucket, key, options } = self;
        let GetOptions { range, conditions, customer_key } = options;
        let place = bucket.place("get");
        let get = GetObject { key: conditions.check_with(key)?, range, conditions, customer_key };
        let Some(found) = bucket.backend.get(get).await? else {
            return Ok(None);
        };
        let FoundBody { range, body } = found.body.ok_or_else(precondition_failed)?;
        Ok(Some(Object::new(found.info, range, Content::new(body, place))))
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
