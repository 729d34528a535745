//! Answering HTTP requests with objects.

mod answer;
mod asked;
mod etags;
mod served;

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::key::BucketKey;

use self::answer::Answers;
use self::asked::{Asked, Method};
use super::{ByteRange, CustomerKey, RawBucket, check_key};
use crate::backend::{FoundObject, GetObject};
use crate::error::Result;
use crate::write::{check_disposition, check_header};

pub use asked::AsRequest;
pub use served::Served;

/// An answer to a request for an object. Made by [`Bucket::serve`](super::Bucket::serve).
#[must_use = "nothing is read until the request is awaited"]
#[derive(Debug)]
pub struct Serve {
    bucket: RawBucket,
    key: Result<String>,
    asked: Asked,
    options: ServeOptions,
}

/// How to serve an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServeOptions {
    /// `Cache-Control`, whatever the object was written with.
    pub cache_control: Option<String>,
    /// `Content-Disposition`, whatever the object was written with.
    pub content_disposition: Option<String>,
    /// `Content-Type`, whatever the object was written with.
    pub content_type: Option<String>,
    /// What R2 encrypted it with.
    pub customer_key: Option<CustomerKey>,
}

impl Serve {
    pub(crate) fn new(bucket: RawBucket, key: Result<String>, request: &dyn AsRequest) -> Self {
        Self { bucket, key, asked: Asked::of(request), options: ServeOptions::default() }
    }

    /// Answers with this caching policy, in place of what the object was written with, `Expires`
    /// included: `private, max-age=3600`.
    pub fn cache_control(mut self, cache_control: impl Into<String>) -> Self {
        self.options.cache_control = Some(cache_control.into());
        self
    }

    /// Answers with this content disposition, in place of what the object was written with:
    /// `attachment` has a browser save the object instead of showing it.
    ///
    /// A header is ASCII. A file name in other letters is percent-encoded UTF-8 (RFC 8187):
    /// `attachment; filename*=UTF-8''%C3%BC.png` for `ü.png`.
    pub fn content_disposition(mut self, content_disposition: impl Into<String>) -> Self {
        self.options.content_disposition = Some(content_disposition.into());
        self
    }

    /// Answers with this content type, in place of what the object was written with.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.options.content_type = Some(content_type.into());
        self
    }

    /// Brings along the key that the object was encrypted with.
    pub fn customer_key(mut self, customer_key: CustomerKey) -> Self {
        self.options.customer_key = Some(customer_key);
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: ServeOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<Served> {
        let Self { bucket, key, asked, options } = self;
        options.check()?;
        let answers = Answers { place: bucket.place("serve"), asked: &asked, options: &options };
        let Some(method) = asked.method else {
            return Ok(answers.method_not_allowed());
        };
        let objects = Objects { bucket, key: check_key(key)?, asked: &asked, options: &options };
        match method {
            Method::Head => objects.head(&answers).await,
            Method::Get => objects.get(&answers).await,
        }
    }
}

impl IntoFuture for Serve {
    type Output = Result<Served>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("serve");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

impl ServeOptions {
    /// Checks that all of it can stand in headers.
    fn check(&self) -> Result<()> {
        let Self { cache_control, content_disposition, content_type, customer_key: _ } = self;
        check_header("cache control", cache_control.as_deref())?;
        check_disposition(content_disposition.as_deref())?;
        check_header("content type", content_type.as_deref())
    }
}

/// Where the object comes from.
struct Objects<'a> {
    bucket: RawBucket,
    key: BucketKey,
    asked: &'a Asked,
    options: &'a ServeOptions,
}

impl Objects<'_> {
    async fn head(&self, answers: &Answers<'_>) -> Result<Served> {
        let Some(info) = self.bucket.backend.head(self.key.clone()).await? else {
            return Ok(answers.not_found());
        };
        Ok(answers.unmet(&info).unwrap_or_else(|| answers.head(&info)))
    }

    /// One call, unless the range turns out not to be one of this object.
    async fn get(&self, answers: &Answers<'_>) -> Result<Served> {
        if let Some(range) = &self.asked.range {
            match self.find(Some(range.range)).await {
                Ok(None) => return Ok(answers.not_found()),
                Ok(Some(FoundObject { info, body: None })) => {
                    return Ok(answers.not_this_one(&info));
                }
                Ok(Some(FoundObject { info, body: Some(body) })) => {
                    if range.is_of(&info) {
                        return Ok(answers.partial(&info, body));
                    }
                }
                Err(error) if error.kind() == ErrorKind::RangeNotSatisfiable => {
                    let Some(info) = self.bucket.backend.head(self.key.clone()).await? else {
                        return Ok(answers.not_found());
                    };
                    if let Some(served) = answers.unmet(&info) {
                        return Ok(served);
                    }
                    if range.is_of(&info) && !range.is_satisfiable(&info) {
                        return Ok(answers.range_not_satisfiable(&info, &error));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(match self.find(None).await? {
            None => answers.not_found(),
            Some(FoundObject { info, body: None }) => answers.not_this_one(&info),
            Some(FoundObject { info, body: Some(body) }) => answers.whole(&info, body),
        })
    }

    async fn find(&self, range: Option<ByteRange>) -> Result<Option<FoundObject>> {
        let get = GetObject {
            key: self.key.clone(),
            range,
            conditions: self.asked.conditions.clone(),
            customer_key: self.options.customer_key.clone(),
        };
        self.bucket.backend.get(get).await
    }
}
