//! What a place for objects has to do.

use std::collections::BTreeMap;
use std::ops::Range;

use futures_util::future::BoxFuture;
use storage_core::checksum::Checksum;
use storage_core::key::BucketKey;

use super::{Payload, ReadBody};
use crate::bucket::{
    ByteRange, Conditions, CustomerKey, HttpMetadata, Include, ObjectInfo, Part, StorageClass,
};
use crate::error::Result;
use crate::page::Page;

/// A place for objects.
///
/// Keys, sizes, metadata and limits have been checked when a method is called. Writes are atomic: an
/// object is there as a whole or not at all. An option that a backend can't honour it refuses with
/// [`Unsupported`](crate::ErrorKind::Unsupported), naming the option.
pub trait BucketBackend: Send + Sync {
    /// Writes an object. `None` if the conditions do not hold; looking at them and writing is one
    /// step, so of any number of concurrent creations of one key exactly one succeeds.
    ///
    /// A checksum is verified before anything can be seen.
    fn put(&self, put: PutObject) -> BoxFuture<'_, Result<Option<ObjectInfo>>>;

    /// Finds an object and its body.
    ///
    /// [`RangeNotSatisfiable`](crate::ErrorKind::RangeNotSatisfiable) if the range has no byte of it.
    fn get(&self, get: GetObject) -> BoxFuture<'_, Result<Option<FoundObject>>>;

    /// Finds an object.
    fn head(&self, key: BucketKey) -> BoxFuture<'_, Result<Option<ObjectInfo>>>;

    /// Deletes objects, 1 to 1,000; those that are not there are none.
    fn delete(&self, keys: Vec<BucketKey>) -> BoxFuture<'_, Result<()>>;

    /// Lists a page of objects.
    fn list(&self, list: ListObjects) -> BoxFuture<'_, Result<Page<ObjectInfo>>>;

    /// Begins an upload in parts and gives its id.
    fn create_upload(&self, create: CreateUpload) -> BoxFuture<'_, Result<String>>;

    /// Keeps a part of an upload, in place of one of the same number.
    fn upload_part(&self, part: UploadPart) -> BoxFuture<'_, Result<Part>>;

    /// Makes an object of the parts. It replaces what is there.
    fn complete_upload(&self, complete: CompleteUpload) -> BoxFuture<'_, Result<ObjectInfo>>;

    /// Forgets an upload and its parts. One that was forgotten or completed before is no error.
    fn abort_upload(&self, key: BucketKey, upload_id: String) -> BoxFuture<'_, Result<()>>;
}

/// An object to write.
#[derive(Debug)]
#[non_exhaustive]
pub struct PutObject {
    /// Where.
    pub key: BucketKey,
    /// What.
    pub body: Payload,
    /// How it is to be served.
    pub http: HttpMetadata,
    /// The user's metadata.
    pub metadata: BTreeMap<String, String>,
    /// To be verified before the object can be seen.
    pub checksum: Option<Checksum>,
    /// What has to hold of the object that is there.
    pub conditions: Conditions,
    /// How it is kept.
    pub storage_class: Option<StorageClass>,
    /// What it is encrypted with.
    pub customer_key: Option<CustomerKey>,
}

/// An object to find.
#[derive(Debug)]
#[non_exhaustive]
pub struct GetObject {
    /// Where.
    pub key: BucketKey,
    /// Which bytes of it.
    pub range: Option<ByteRange>,
    /// What has to hold of it.
    pub conditions: Conditions,
    /// What it was encrypted with.
    pub customer_key: Option<CustomerKey>,
}

/// An object that was found.
#[non_exhaustive]
pub struct FoundObject {
    /// All but the body.
    pub info: ObjectInfo,
    /// The body; `None` if the conditions do not hold.
    pub body: Option<FoundBody>,
}

/// The body of an object, or the part of it that was asked for.
pub struct FoundBody {
    /// Which bytes of the object it has.
    pub range: Range<u64>,
    /// Those bytes.
    pub body: Box<dyn ReadBody>,
}

impl FoundObject {
    /// An object and the bytes of it that were asked for.
    #[must_use]
    pub fn new(info: ObjectInfo, range: Range<u64>, body: Box<dyn ReadBody>) -> Self {
        Self { info, body: Some(FoundBody { range, body }) }
    }

    /// An object of which the conditions do not hold.
    #[must_use]
    pub fn unmet(info: ObjectInfo) -> Self {
        Self { info, body: None }
    }
}

/// A page to list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListObjects {
    /// Only keys that start with it.
    pub prefix: Option<String>,
    /// At most so many objects and prefixes, 1 to 1,000.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Where the first page starts: behind this key.
    pub start_after: Option<String>,
    /// Keys that have it behind the prefix are one prefix, up to and with it. Not empty.
    pub delimiter: Option<String>,
    /// What is wanted of each object beside its key, size and etag.
    pub include: Include,
}

/// An upload to begin.
#[derive(Debug)]
#[non_exhaustive]
pub struct CreateUpload {
    /// Where the object will be.
    pub key: BucketKey,
    /// How it is to be served.
    pub http: HttpMetadata,
    /// The user's metadata.
    pub metadata: BTreeMap<String, String>,
    /// How it is kept.
    pub storage_class: Option<StorageClass>,
    /// What it is encrypted with.
    pub customer_key: Option<CustomerKey>,
}

/// A part of an upload.
#[derive(Debug)]
#[non_exhaustive]
pub struct UploadPart {
    /// Where the object will be.
    pub key: BucketKey,
    /// Of which upload.
    pub upload_id: String,
    /// Which part, 1 to 10,000.
    pub number: u16,
    /// What.
    pub body: Payload,
    /// What the upload is encrypted with.
    pub customer_key: Option<CustomerKey>,
}

/// An upload to complete.
#[derive(Debug)]
#[non_exhaustive]
pub struct CompleteUpload {
    /// Where the object will be.
    pub key: BucketKey,
    /// Which upload.
    pub upload_id: String,
    /// Its parts, in ascending order of their numbers, each number once. All but the last have the
    /// same size, at least 5 MiB, and the last is not larger:
    /// [`InvalidPart`](crate::ErrorKind::InvalidPart) if it is otherwise.
    pub parts: Vec<Part>,
}
