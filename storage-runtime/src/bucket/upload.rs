//! Uploads in parts.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use storage_core::key::BucketKey;
use storage_core::{ErrorKind, limits};

use super::put::check_metadata;
use super::setters::object_setters;
use super::{CustomerKey, HttpMetadata, ObjectInfo, Part, RawBucket, StorageClass, check_key};
use crate::backend::{self, Payload};
use crate::body::{Body, Source};
use crate::error::{Error, Result};
use crate::grant::All;
use crate::write;

/// The beginning of an upload in parts. Made by [`Bucket::upload`](super::Bucket::upload).
#[must_use = "nothing begins until the request is awaited"]
#[derive(Debug)]
pub struct CreateUpload<G = All> {
    bucket: RawBucket,
    key: Result<String>,
    options: UploadOptions,
    grants: PhantomData<fn() -> G>,
}

/// How to write an object in parts.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UploadOptions {
    /// How it is to be served.
    pub http: HttpMetadata,
    /// The user's metadata: at most 8,192 bytes, names and values together.
    pub metadata: BTreeMap<String, String>,
    /// How it is kept: as the bucket says if it is left out.
    pub storage_class: Option<StorageClass>,
    /// What R2 is to encrypt it with.
    pub customer_key: Option<CustomerKey>,
}

impl<G> CreateUpload<G> {
    object_setters!();

    pub(super) fn new(bucket: RawBucket, key: Result<String>) -> Self {
        Self { bucket, key, options: UploadOptions::default(), grants: PhantomData }
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: UploadOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<Upload<G>> {
        let Self { bucket, key, options, .. } = self;
        let UploadOptions { http, metadata, storage_class, customer_key } = options;
        let key = check_key(key)?;
        http.check()?;
        check_metadata(&metadata)?;
        let (of, customer) = (key.clone(), customer_key.clone());
        let create = backend::CreateUpload { key, http, metadata, storage_class, customer_key };
        let id = bucket.backend.create_upload(create).await?;
        Ok(Upload { bucket, key: of, id, customer_key: customer, grants: PhantomData })
    }
}

impl<G: 'static> IntoFuture for CreateUpload<G> {
    type Output = Result<Upload<G>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("upload");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

/// An upload in parts that has begun.
///
/// Parts may be uploaded in any order and at once, also by different Workers: keep the
/// [id](Self::id) and the [parts](Part), and go on with
/// [`Bucket::resume_upload`](super::Bucket::resume_upload). Nothing can be seen until it is completed.
/// One that is never completed R2 forgets after 7 days; until then its parts are charged for.
#[derive(Debug)]
pub struct Upload<G = All> {
    bucket: RawBucket,
    key: BucketKey,
    id: String,
    customer_key: Option<CustomerKey>,
    grants: PhantomData<fn() -> G>,
}

impl<G> Clone for Upload<G> {
    fn clone(&self) -> Self {
        let Self { bucket, key, id, customer_key, grants } = self;
        Self {
            bucket: bucket.clone(),
            key: key.clone(),
            id: id.clone(),
            customer_key: customer_key.clone(),
            grants: *grants,
        }
    }
}

impl<G> Upload<G> {
    pub(super) fn resume(bucket: RawBucket, key: Result<String>, id: String) -> Result<Self> {
        let place = bucket.place("upload");
        let key = check_key(key).map_err(|error| error.at(place))?;
        Ok(Self { bucket, key, id, customer_key: None, grants: PhantomData })
    }

    /// The key that the object will have.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// What R2 calls this upload. Opaque; whoever has it can add parts.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it goes.
    pub(crate) fn bucket(&self) -> &RawBucket {
        &self.bucket
    }

    /// Whether its parts have to bring a key along.
    pub(crate) fn has_customer_key(&self) -> bool {
        self.customer_key.is_some()
    }

    /// Brings along the key that the upload began with, after it was resumed.
    #[must_use]
    pub fn customer_key(mut self, customer_key: CustomerKey) -> Self {
        self.customer_key = Some(customer_key);
        self
    }

    /// Uploads a part: number 1 to 10,000, in place of one of the same number.
    ///
    /// All parts but the last have the same size, 5 MiB to 4.995 GiB, and the last is not larger; it
    /// is [`complete`](Self::complete) that finds out. A stream has to have a known length.
    ///
    /// # Errors
    ///
    /// [`InvalidOption`](ErrorKind::InvalidOption) for another number or a stream of unknown length,
    /// [`ValueTooLarge`](ErrorKind::ValueTooLarge), [`UploadNotFound`](ErrorKind::UploadNotFound).
    pub async fn part(&self, number: u16, body: impl Into<Body>) -> Result<Part> {
        let sent = self.send_part(number, body.into()).await;
        sent.map_err(|error| error.at(self.bucket.place("upload_part")))
    }

    /// Makes an object of the parts, given in any order. It replaces what is there.
    ///
    /// # Errors
    ///
    /// [`InvalidPart`](ErrorKind::InvalidPart) if one was not uploaded or the sizes break the rule,
    /// [`UploadNotFound`](ErrorKind::UploadNotFound).
    pub async fn complete(self, parts: impl IntoIterator<Item = Part>) -> Result<ObjectInfo> {
        let place = self.bucket.place("complete_upload");
        let sent = self.send_complete(parts.into_iter().collect()).await;
        sent.map_err(|error| error.at(place))
    }

    /// Forgets the upload and its parts.
    ///
    /// # Errors
    ///
    /// Those of the platform; an upload that ended before is none.
    pub async fn abort(self) -> Result<()> {
        let place = self.bucket.place("abort_upload");
        let sent = self.bucket.backend.abort_upload(self.key, self.id).await;
        sent.map_err(|error| error.at(place))
    }

    async fn send_part(&self, number: u16, body: Body) -> Result<Part> {
        check_number(number)?;
        let body = known(body)?;
        if body.len() > limits::r2::PART_BYTES_MAX {
            return Err(write::value_too_large(body.len(), limits::r2::PART_BYTES_MAX));
        }
        let (key, upload_id) = (self.key.clone(), self.id.clone());
        let customer_key = self.customer_key.clone();
        let part = backend::UploadPart { key, upload_id, number, body, customer_key };
        self.bucket.backend.upload_part(part).await
    }

    async fn send_complete(self, mut parts: Vec<Part>) -> Result<ObjectInfo> {
        parts.sort_unstable_by_key(Part::number);
        if parts.is_empty() {
            return Err(invalid_part("an upload has at least one part"));
        }
        if parts.is_sorted_by(|one, next| one.number() < next.number()) {
            parts.iter().try_for_each(|part| check_number(part.number()))?;
            let complete = backend::CompleteUpload { key: self.key, upload_id: self.id, parts };
            self.bucket.backend.complete_upload(complete).await
        } else {
            Err(invalid_part("a part number is given twice"))
        }
    }
}

pub(crate) fn check_number(number: u16) -> Result<()> {
    let max = limits::r2::PARTS_MAX;
    if (1..=max).contains(&number) {
        return Ok(());
    }
    let message = format!("the part has the number {number}, parts are numbered 1 to {max}");
    Err(Error::new(ErrorKind::InvalidOption, message))
}

fn known(body: Body) -> Result<Payload> {
    match body.into_source() {
        Source::Short(payload) => Ok(payload),
        Source::Long(_) => {
            let message = "a part needs a known length, of at most 4.995 GiB: `Body::sized_stream`";
            Err(Error::new(ErrorKind::InvalidOption, message))
        }
    }
}

fn invalid_part(message: &str) -> Error {
    Error::new(ErrorKind::InvalidPart, message)
}
