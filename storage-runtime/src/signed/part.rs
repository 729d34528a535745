//! Links for the parts of an upload.

use std::collections::BTreeMap;
use std::future::{IntoFuture, Ready, ready};
use std::time::Duration;

use storage_core::ErrorKind;
use storage_core::signing::sigv4::{Method, Request};

use super::request::seconds;
use super::reserved::refuse_reserved;
use super::url::{Route, SignedUrl};
use super::wanted::{invalid, lifetime};
use crate::backend;
use crate::bucket::{RawBucket, Upload, check_number};
use crate::error::{Error, Result};
use crate::grant::CanLink;

/// A link to upload a part by. Made by [`Upload::signed_part`].
#[must_use = "no link is made until the request is awaited"]
#[derive(Debug)]
pub struct SignPart {
    bucket: RawBucket,
    key: String,
    id: String,
    has_customer_key: bool,
    number: u16,
    options: SignPartOptions,
}

/// What a link for a part allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignPartOptions {
    /// How long it is good: an hour if it is left out.
    pub expires_in: Option<Duration>,
    /// Exactly so many bytes: any number, if it is left out.
    pub exact_size: Option<u64>,
}

/// Links for parts, of buckets with `s3(..)`.
impl<G> Upload<G> {
    /// Makes a link for a client to upload a part by, number 1 to 10,000, to R2 itself: what is too large
    /// for one request goes past the Worker. Awaiting it gives a [`SignedUrl`] of a `PUT`. Nothing is looked
    /// up.
    ///
    /// The answer to the `PUT` has the part's `ETag`, which [`complete`](Self::complete) takes as a
    /// [`Part`](crate::bucket::Part): the client sends it to the Worker, and that completes. A part that is
    /// uploaded again takes the place of the first. What the object is called and how it is served was
    /// said when the upload began. The bucket's CORS has to let a page of another origin read the `ETag`:
    /// `cors(.., expose = ["etag"])`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use storage::bucket::Part;
    ///
    /// #[storage::bucket(
    ///     name = "films",
    ///     s3(
    ///         account_id = "R2_ACCOUNT_ID",
    ///         access_key_id = "R2_ACCESS_KEY_ID",
    ///         secret_access_key = "R2_SECRET_ACCESS_KEY",
    ///     ),
    /// )]
    /// pub struct Films;
    ///
    /// # async fn example(films: storage::Bucket<Films>, etag: String) -> storage::Result<()> {
    /// let upload = films.upload("holiday.mp4").content_type("video/mp4").await?;
    /// let link = upload.signed_part(1).exact_size(8 * 1024 * 1024).await?; // for the client, with the id
    ///
    /// // Another request, once the client has uploaded and tells the `ETag`:
    /// let upload = films.resume_upload("holiday.mp4", upload.id())?;
    /// upload.complete([Part::new(1, etag)]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](ErrorKind::InvalidOption) for another number or an age that is not
    /// allowed; [`Unsupported`](ErrorKind::Unsupported) where there is no R2 to lead to, of
    /// encrypted buckets, of uploads with a [`CustomerKey`](crate::bucket::CustomerKey), and of a bucket that is in
    /// a storage Worker.
    ///
    /// # Platforms
    ///
    /// Workers only: natively there is no R2.
    pub fn signed_part(&self, number: u16) -> SignPart
    where
        G: CanLink,
    {
        SignPart {
            bucket: self.bucket().clone(),
            key: self.key().to_owned(),
            id: self.id().to_owned(),
            has_customer_key: self.has_customer_key(),
            number,
            options: SignPartOptions::default(),
        }
    }
}

impl SignPart {
    /// How long it is good: from a second to seven days, or to the `max_age_seconds` of the declaration.
    /// Parts of a second do not count. Without it, it is an hour, or that.
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.options.expires_in = Some(time);
        self
    }

    /// Exactly so many bytes, as the request has to say in `Content-Length`.
    pub fn exact_size(mut self, bytes: u64) -> Self {
        self.options.exact_size = Some(bytes);
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: SignPartOptions) -> Self {
        self.options = options;
        self
    }

    fn sign(&self) -> Result<SignedUrl> {
        let Self { bucket, key, id, has_customer_key, number, options } = self;
        let SignPartOptions { expires_in, exact_size } = options;
        check_number(*number)?;
        refuse_reserved(key)?;
        let unsupported = |message: &str| Error::new(ErrorKind::Unsupported, message);
        if bucket.links_elsewhere().is_some() {
            return Err(unsupported(
                "a storage Worker makes no links for parts: send them by `part(..)`, or have the bucket bound to \
                 this application itself",
            ));
        }
        let links = bucket.links().ok_or_else(|| {
            unsupported("a link for a part leads to R2 itself: declare `s3(..)` for the bucket")
        })?;
        if links.spec.encryption.is_some() {
            return Err(unsupported(
                "an encrypted bucket has no links for parts: R2 can't encrypt",
            ));
        }
        if *has_customer_key {
            let message =
                "an upload with a customer key has no links for parts: they would tell it";
            return Err(unsupported(message));
        }
        let presigner = links.presigner.as_ref().ok_or_else(|| {
            unsupported(
                "a link for a part leads to R2 itself: declare `s3(..)` for the bucket; natively there is \
                 none",
            )
        })?;
        let (lifetime, issued_at) = (lifetime(links, *expires_in, false)?, seconds(backend::now()));
        let headers: BTreeMap<_, _> =
            exact_size.iter().map(|size| ("content-length", size.to_string())).collect();
        let sent: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let number = number.to_string();
        let request = Request {
            method: Method::Put,
            bucket: &links.account_name,
            key,
            expires_seconds: lifetime.into(),
            headers: &sent,
            query: &[("partNumber", &number), ("uploadId", id)],
        };
        let signed = presigner.sign(&request, issued_at);
        let url = signed.map_err(|error| invalid(error.to_string()))?;
        let expires_at = issued_at.saturating_add(lifetime.into());
        Ok(SignedUrl { url, method: "PUT", headers, expires_at, route: Route::Direct })
    }
}

impl IntoFuture for SignPart {
    type Output = Result<SignedUrl>;
    type IntoFuture = Ready<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("signed_part");
        ready(self.sign().map_err(|error| error.at(place)))
    }
}
