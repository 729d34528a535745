//! Buckets: objects of any size, on R2.

mod abandoned;
mod checksums;
mod conditions;
mod copy;
mod customer_key;
mod delete;
mod get;
mod grants;
mod handle;
mod head;
mod headers;
mod http_metadata;
mod include;
mod list;
mod object;
mod part;
mod parts;
mod put;
mod range;
mod range_header;
mod rotate;
mod serve;
mod setters;
mod storage_class;
mod upload;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use storage_core::ErrorKind;
use storage_core::key::BucketKey;
use storage_core::manifest::{BucketSpec, ServiceSpec};

pub use checksums::Checksums;
pub use conditions::{Conditions, Etags};
pub use copy::Copy;
pub use customer_key::CustomerKey;
pub use delete::{Delete, DeleteMany, DeletePrefix};
pub use get::{Get, GetOptions};
pub use head::Head;
pub use http_metadata::HttpMetadata;
pub use include::Include;
pub use list::{List, ListOptions};
pub use object::{Object, ObjectInfo};
pub use part::Part;
pub(crate) use parts::{Long, LongBody, Pieces};
pub(crate) use put::{NewObject, check_metadata, unmet};
pub use put::{Put, PutOptions};
pub use range::ByteRange;
pub use range_header::RangeHeaderError;
pub use serve::{AsRequest, Serve, ServeOptions, Served};
pub use storage_class::StorageClass;
pub(crate) use upload::check_number;
pub use upload::{CreateUpload, Upload, UploadOptions};

use crate::backend::{self, AnyBucket, Env};
use crate::body::Body;
use crate::declare::{DeclareBucket, Handle};
use crate::encryption::Sealer;
use crate::error::{Error, Place, Resource, Result};
use crate::grant::{All, CanDelete, CanHead, CanList, CanRead, CanWrite, Grants};
use crate::here;
use crate::key::{ToKey, ToPrefix};
use crate::observe::{self, About, Route};
use crate::rpc::{Transport, stub};
use crate::signed::{HasLinks, Links, RemoteLinks};

/// A handle to the bucket that `D` declares, and all its verbs, unless it has [fewer grants](crate::grant).
///
/// Cheap to clone and to open: all clones are the same bucket. Reads and listings see every write
/// that was acknowledged before them, everywhere (R2 is strongly consistent).
///
/// # Examples
///
/// ```
/// #[storage::bucket(name = "user-assets")]
/// pub struct UserAssets;
///
/// #[storage::app(name = "media-api")]
/// pub struct App {
///     pub assets: storage::Bucket<UserAssets>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// let app = App::memory();
/// let written = app.assets.put("hello.txt", "Hello").metadata("from", "the docs").await?;
/// assert_eq!(written.size(), 5);
///
/// let object = app.assets.get("hello.txt").await?.expect("it was just written");
/// assert_eq!(object.content_type(), Some("text/plain; charset=utf-8"));
/// assert_eq!(object.text().await?, "Hello");
/// # Ok(())
/// # }
/// ```
pub struct Bucket<D, G = All> {
    raw: RawBucket,
    declaration: PhantomData<fn() -> (D, G)>,
}

impl<D, G> Bucket<D, G> {
    /// Opens the bucket on the bindings of a Worker, without an app struct.
    ///
    /// # Errors
    ///
    /// [`BindingMissing`](crate::ErrorKind::BindingMissing) if the binding is not there or is
    /// something else than a bucket.
    pub fn open(env: &Env) -> Result<Self>
    where
        D: DeclareBucket,
        G: Grants,
    {
        Self::connect(&backend::bindings(env))
    }

    /// Writes an object: at most 4.995 TiB under a key of 1 to 1,024 bytes.
    ///
    /// Awaiting it gives the [`ObjectInfo`] of what was written. It replaces what is there, unless
    /// [`Put::if_not_exists`] says otherwise. Once it returns, every reader sees the new object. If it
    /// is refused, nothing has changed; if the platform fails
    /// ([`Unavailable`](crate::ErrorKind::Unavailable), [`Internal`](crate::ErrorKind::Internal)), the
    /// object is the old or the new one as a whole, and only a look can tell which. A [stream](Body::stream) of unknown
    /// length, and a body over 4.995 GiB, is uploaded in parts of 8 MiB or more, up to four at a time.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey),
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption),
    /// [`InvalidChecksum`](crate::ErrorKind::InvalidChecksum),
    /// [`ChecksumMismatch`](crate::ErrorKind::ChecksumMismatch),
    /// [`MetadataTooLarge`](crate::ErrorKind::MetadataTooLarge) (8,192 bytes),
    /// [`ValueTooLarge`](crate::ErrorKind::ValueTooLarge),
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) (create-only),
    /// [`PreconditionFailed`](crate::ErrorKind::PreconditionFailed),
    /// [`Unsupported`](crate::ErrorKind::Unsupported) (a condition on a body over 8 MiB of unknown length),
    /// [`RateLimited`](crate::ErrorKind::RateLimited) (about one write a second to one key).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[storage::bucket(name = "user-assets")]
    /// # struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { assets: storage::Bucket<UserAssets> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// let png = vec![0x89, b'P', b'N', b'G'];
    /// app.assets
    ///     .put("avatars/user_123.png", png.clone())
    ///     .content_type("image/png")
    ///     .checksum("md5:ba3b2f0a0d9f3a13a7a5d2bbd06efac0")
    ///     .if_not_exists()
    ///     .await
    ///     .expect_err("the checksum is of other bytes");
    /// # Ok(())
    /// # }
    /// ```
    pub fn put(&self, key: impl ToKey, body: impl Into<Body>) -> Put
    where
        G: CanWrite,
    {
        Put::new(self.raw.clone(), key.to_key(), body.into())
    }

    /// Finds an object. Awaiting it gives an [`Object`], whose body is read when asked for, or `None` if
    /// there is none.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn get(&self, key: impl ToKey) -> Get
    where
        G: CanRead,
    {
        Get::new(self.raw.clone(), key.to_key())
    }

    /// Finds an object without its body. Awaiting it gives its [`ObjectInfo`], or `None` if there is none.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn head(&self, key: impl ToKey) -> Head
    where
        G: CanHead,
    {
        Head::new(self.raw.clone(), key.to_key())
    }

    /// Answers an HTTP request for an object: a file of a private bucket, behind whatever check the
    /// handler makes first. Awaiting it gives a [`Served`], which is a response of axum (feature
    /// `axum`) and, on Workers, of the `worker` crate.
    ///
    /// | the request | the answer |
    /// | --- | --- |
    /// | `GET` | 200, the object |
    /// | `HEAD` | what `GET` answers, without the body, which is not opened; ranges are ignored |
    /// | any other method | 405 |
    /// | there is no object | 404 |
    /// | `If-Match` has another etag, or it was written after `If-Unmodified-Since` | 412 |
    /// | `If-None-Match` has its etag, or it was not written after `If-Modified-Since` | 304 |
    /// | `Range`, one | 206, those bytes |
    /// | `Range`, several, of another unit, or not written as HTTP has it | as without |
    /// | `Range` without a byte of the object | 416, with its size in `Content-Range` |
    /// | `If-Range` of another object | as without `Range` |
    ///
    /// In this order, which is that of RFC 9110 (section 13.2.2). It is one call to R2, which decides
    /// on the conditions, and two if the range is not one of the object.
    ///
    /// # Headers
    ///
    /// What was written with the object (`Content-Type`, `Content-Language`, `Content-Disposition`,
    /// `Content-Encoding`, `Cache-Control`, `Expires`), unless a setter of the request says otherwise;
    /// and
    ///
    /// * `ETag`, `Last-Modified`, `Accept-Ranges`, `Content-Length`.
    /// * `Cache-Control`, if the object has none: `private, no-cache`. A browser may keep it, asks each
    ///   time, and gets a 304 while nothing has changed; caches that several people share keep nothing.
    ///   An object that has `Expires` gets `private`.
    /// * `X-Content-Type-Options: nosniff`. It keeps a browser from taking an upload for another type
    ///   than it says, and no more: what is uploaded as HTML is a page of your site. Serve what you do
    ///   not trust with [`content_disposition("attachment")`](Serve::content_disposition), or from
    ///   a domain of its own.
    ///
    /// Answers without the object have `Cache-Control: no-store` and, like errors, JSON with a code: that
    /// of the [`ErrorKind`], or `storage_object_not_found` (404) and `storage_method_not_allowed` (405).
    /// An app that has a page for it looks at [`Served::status`].
    ///
    /// # Examples
    ///
    /// With axum, a proxy for those who are logged in:
    ///
    /// ```
    /// # #[cfg(feature = "axum")]
    /// # mod example {
    /// use axum::extract::{Path, Request, State};
    /// use storage::bucket::Served;
    /// # #[storage::bucket(name = "user-assets")]
    /// # pub struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # #[derive(Clone)]
    /// # pub struct App { assets: storage::Bucket<UserAssets> }
    /// # struct User;
    /// # impl axum::extract::FromRequestParts<App> for User {
    /// #     type Rejection = axum::http::StatusCode;
    /// #     async fn from_request_parts(_: &mut axum::http::request::Parts, _: &App) -> Result<Self, Self::Rejection> { Ok(Self) }
    /// # }
    ///
    /// async fn file(_: User, State(app): State<App>, Path(path): Path<String>, request: Request) -> storage::Result<Served> {
    ///     app.assets.serve(path, &request).cache_control("private, max-age=3600").await
    /// }
    /// # fn router(app: App) -> axum::Router {
    /// #     axum::Router::new().route("/files/{*path}", axum::routing::get(file)).with_state(app)
    /// # }
    /// # }
    /// ```
    ///
    /// With the router of the `worker` crate, which has a route for each method:
    ///
    /// ```text
    /// let serve = |request: Request, context: RouteContext<App>| async move {
    ///     let key = context.param("name").cloned().unwrap_or_default();
    ///     let served = context.data.assets.serve(key, &request).await;
    ///     Ok(served.map_or_else(Response::from, Response::from))
    /// };
    /// Router::with_data(App::open(&env)?).get_async("/files/:name", serve).head_async("/files/:name", serve)
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey);
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if what a setter was given can't stand in a
    /// header; and if the platform fails. What HTTP has a status for is no error.
    pub fn serve(&self, key: impl ToKey, request: &impl AsRequest) -> Serve
    where
        G: CanRead,
    {
        Serve::new(self.raw.clone(), key.to_key(), request)
    }

    /// Deletes an object. Deleting what is not there is no error.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn delete(&self, key: impl ToKey) -> Delete
    where
        G: CanDelete,
    {
        Delete::new(self.raw.clone(), key.to_key())
    }

    /// Deletes objects, however many: 1,000 at a time, so if it fails, some may be gone already.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey), and then nothing was deleted.
    pub fn delete_many<K: ToKey>(&self, keys: impl IntoIterator<Item = K>) -> DeleteMany
    where
        G: CanDelete,
    {
        DeleteMany::new(self.raw.clone(), keys.into_iter().map(|key| key.to_key()).collect())
    }

    /// Deletes all objects whose keys start with it, and says how many there were.
    ///
    /// Not atomic: it lists, and deletes page by page. What is written meanwhile may be deleted or
    /// stay; if it fails, call it again.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) for an empty prefix,
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) for one of a typed key that can't be.
    pub fn delete_prefix(&self, prefix: impl ToPrefix) -> DeletePrefix
    where
        G: CanList + CanDelete,
    {
        DeletePrefix::new(self.raw.clone(), prefix.to_prefix())
    }

    /// Copies an object, with all that was written with it, in this bucket or
    /// [to another](Copy::to_bucket). `None` if there is none. It takes [`Read`](crate::grant::Read) here, and
    /// [`Write`](crate::grant::Write) where it is copied to.
    ///
    /// Not atomic: it reads, then writes. On Workers the bytes do not enter the Worker's memory.
    ///
    /// # Errors
    ///
    /// When awaited: those of [`get`](Self::get) and [`put`](Self::put), and
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if it is the same key of the same bucket, as far as
    /// the declarations tell: their bindings, and the names of their buckets.
    pub fn copy(&self, key: impl ToKey, to: impl ToKey) -> Copy<G>
    where
        G: CanRead,
    {
        Copy::new(self.raw.clone(), key.to_key(), to.to_key(), copy::Kind::Copy)
    }

    /// Copies an object and deletes the original. `None` if there is none.
    ///
    /// Not atomic: if it fails in between, both are there; a write to the old key in between is lost.
    ///
    /// # Errors
    ///
    /// When awaited: those of [`copy`](Self::copy) and [`delete`](Self::delete).
    pub fn rename(&self, key: impl ToKey, to: impl ToKey) -> Copy<G>
    where
        G: CanRead + CanDelete,
    {
        Copy::new(self.raw.clone(), key.to_key(), to.to_key(), copy::Kind::Rename)
    }

    /// Begins an upload in parts: for what is uploaded in several requests, or from several places.
    /// A body that is just long or of unknown length [`put`](Self::put) takes as it is.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey),
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption),
    /// [`MetadataTooLarge`](crate::ErrorKind::MetadataTooLarge).
    pub fn upload(&self, key: impl ToKey) -> CreateUpload<G>
    where
        G: CanWrite,
    {
        CreateUpload::new(self.raw.clone(), key.to_key())
    }

    /// Goes on with an upload that began elsewhere. Whether there is such an upload is not looked up.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn resume_upload(&self, key: impl ToKey, id: impl Into<String>) -> Result<Upload<G>>
    where
        G: CanWrite,
    {
        Upload::resume(self.raw.clone(), key.to_key(), id.into())
    }

    /// Lists objects by key: a [`Page`](crate::Page) of at most 1,000 when awaited, all pages as a
    /// stream by [`List::pages`].
    ///
    /// Where metadata is encrypted, an object whose metadata does not open is told of in
    /// [`Page::unreadable`](crate::Page::unreadable), and the others are listed. A listing that does not
    /// [include](List::include) metadata opens none.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is not 1 to
    /// 1,000 or the cursor is not one that this listing returned,
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) if the prefix of a typed key has a value that
    /// can't be in a key.
    pub fn list(&self) -> List
    where
        G: CanList,
    {
        List::new(self.raw.clone())
    }

    pub(crate) fn raw(&self) -> &RawBucket {
        &self.raw
    }

    #[cfg(all(test, feature = "archive"))]
    pub(crate) fn raw_mut(&mut self) -> &mut RawBucket {
        &mut self.raw
    }
}

/// A bucket without its type: what the requests work on, so that they are compiled once.
#[derive(Clone)]
pub(crate) struct RawBucket {
    backend: AnyBucket,
    spec: &'static BucketSpec,
    /// What writes a body that is uploaded in parts, if it is encrypted.
    sealer: Option<Arc<dyn Sealer>>,
    /// What makes and answers its signed URLs, if it has any.
    links: Option<Arc<dyn HasLinks>>,
}

impl fmt::Debug for RawBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec.name)
    }
}

impl RawBucket {
    /// A bucket in a storage Worker, and what makes its links.
    fn remote(
        transport: Arc<dyn Transport>,
        spec: &'static BucketSpec,
        service: &ServiceSpec,
    ) -> (Self, Arc<dyn HasLinks>) {
        let (backend, sealer, links) = stub::bucket(transport, spec, service);
        (Self { backend, spec, sealer: Some(sealer), links: None }, links)
    }

    /// Stores there, as it is.
    pub(crate) fn store_directly(&mut self, backend: AnyBucket) {
        self.backend = backend;
        self.sealer = None;
    }

    /// Tells of every operation.
    pub(crate) fn observed(self, route: Route) -> Self {
        let about = About::bucket(self.spec, route);
        Self {
            backend: observe::bucket(self.backend, &about),
            sealer: self.sealer.map(|sealer| observe::sealer(sealer, &about)),
            ..self
        }
    }

    pub(crate) fn spec(&self) -> &'static BucketSpec {
        self.spec
    }

    /// What stores.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    pub(crate) fn backend(&self) -> &AnyBucket {
        &self.backend
    }

    /// Its links, if their keys are here.
    #[expect(
        clippy::inline_always,
        reason = "what is done with them is left out only where it is seen that there are none"
    )]
    #[inline(always)]
    pub(crate) fn links(&self) -> Option<&Links> {
        let links = self.links.as_deref().and_then(HasLinks::here)?;
        here::SIGNED.is_set().then_some(links)
    }

    /// What makes its links, if that is another than they.
    pub(crate) fn links_elsewhere(&self) -> Option<&dyn RemoteLinks> {
        self.links.as_deref().and_then(HasLinks::elsewhere)
    }

    pub(crate) fn place(&self, operation: &'static str) -> Place {
        Place { operation, resource: Resource::Bucket(self.spec.name) }
    }
}

fn precondition_failed() -> Error {
    let message = "what is stored is not as the request's condition says";
    Error::new(ErrorKind::PreconditionFailed, message)
}

/// The key of a request, checked by the bucket's rules.
pub(crate) fn check_key(key: Result<String>) -> Result<BucketKey> {
    Ok(BucketKey::new(key?)?)
}
