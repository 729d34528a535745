//! Copying and renaming objects.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::manifest::BucketSpec;
use storage_core::name::qualify;

use super::{Bucket, Get, ObjectInfo, Put, RawBucket, check_key};
use crate::error::{Error, Result};
use crate::grant::{All, CanWrite};
use crate::key::ToKey;

/// A copy of an object. Made by [`Bucket::copy`](super::Bucket::copy) and
/// [`Bucket::rename`](super::Bucket::rename).
///
/// `G` are the grants of the bucket it is copied into: with [`Write`](crate::grant::Write) it can be awaited.
#[must_use = "nothing is copied until the request is awaited"]
pub struct Copy<G = All> {
    request: Request,
    grants: PhantomData<fn() -> G>,
}

#[derive(Debug)]
struct Request {
    from: RawBucket,
    key: Result<String>,
    to: RawBucket,
    to_key: Result<String>,
    create_only: bool,
    kind: Kind,
}

/// What becomes of the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Copy,
    Rename,
}

impl<G> Copy<G> {
    pub(super) fn new(
        bucket: RawBucket,
        key: Result<String>,
        to_key: Result<String>,
        kind: Kind,
    ) -> Self {
        let from = bucket.clone();
        Self::of(Request { from, key, to: bucket, to_key, create_only: false, kind })
    }

    fn of(request: Request) -> Self {
        Self { request, grants: PhantomData }
    }

    /// Into another bucket.
    pub fn to_bucket<D, H: CanWrite>(self, bucket: &Bucket<D, H>) -> Copy<H> {
        Copy::of(Request { to: bucket.raw.clone(), ..self.request })
    }

    /// Fails with [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the new key is taken.
    pub fn if_not_exists(mut self) -> Self {
        self.request.create_only = true;
        self
    }
}

impl Request {
    async fn send(self) -> Result<Option<ObjectInfo>> {
        let Self { from, key, to, to_key, create_only, kind } = self;
        let (key, to_key) = (check_key(key)?, check_key(to_key)?);
        if key == to_key && is_same(from.spec, to.spec) {
            let message = "the object has that key already: nothing would be copied";
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let Some(object) = Get::new(from.clone(), key.as_str().to_key()).await? else {
            return Ok(None);
        };
        let mut put = Put::copy(to, to_key.as_str().to_key(), object);
        if create_only {
            put = put.if_not_exists();
        }
        let copied = put.await?;
        if kind == Kind::Rename {
            from.backend.delete(vec![key]).await?;
        }
        Ok(Some(copied))
    }
}

impl<G> fmt::Debug for Copy<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}

impl<G: CanWrite> IntoFuture for Copy<G> {
    type Output = Result<Option<ObjectInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { request, .. } = self;
        let place = request.from.place(match request.kind {
            Kind::Copy => "copy",
            Kind::Rename => "rename",
        });
        Box::pin(async move { request.send().await.map_err(|error| error.at(place)) })
    }
}

/// Whether two declarations are known to be of one bucket: a rename within it would delete what it wrote.
fn is_same(one: &BucketSpec, other: &BucketSpec) -> bool {
    one.binding == other.binding || name(one) == name(other)
}

/// The name of the bucket in the account.
fn name(spec: &BucketSpec) -> String {
    spec.existing.map_or_else(|| qualify(spec.namespace, spec.name), str::to_owned)
}
