//! Making a link.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::manifest::{Verb, Verbs};
use storage_core::signing::token::Size;

use super::disposition;
use super::url::SignedUrl;
use super::wanted::{Wanted, invalid};
use crate::bucket::RawBucket;
use crate::error::{Error, Result};
use crate::grant::{All, CanWrite, Grants};

/// A link to make. Made by [`Bucket::signed_url`](crate::Bucket::signed_url).
#[must_use = "no link is made until the request is awaited"]
#[derive(Debug)]
pub struct SignUrl<G = All> {
    bucket: RawBucket,
    key: Result<String>,
    options: SignOptions,
    grants: PhantomData<fn() -> G>,
}

/// What a link allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignOptions {
    /// Whether the object is read or written.
    pub access: LinkAccess,
    /// How long it is good: an hour if it is left out.
    pub expires_in: Option<Duration>,
    /// See [`SignUrl::content_type`].
    pub content_type: Option<String>,
    /// See [`SignUrl::content_disposition`].
    pub content_disposition: Option<String>,
    /// How long what is written may be.
    pub size: Option<Size>,
    /// How often it may be used: see [`SignUrl::uses`].
    pub uses: Option<u16>,
    /// See [`SignUrl::revocable`].
    pub is_revocable: bool,
    /// See [`SignUrl::origin`].
    pub origin: Option<String>,
}

/// Whether a link reads or writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkAccess {
    /// The object may be read: `GET` and `HEAD`.
    #[default]
    Read,
    /// The object may be written: `PUT`.
    Write,
}

impl<G> SignUrl<G> {
    pub(crate) fn new(bucket: RawBucket, key: Result<String>) -> Self {
        Self { bucket, key, options: SignOptions::default(), grants: PhantomData }
    }

    /// A link that reads the object: `GET` and `HEAD`. That is what a link does that does not say.
    pub fn read(mut self) -> Self {
        self.options.access = LinkAccess::Read;
        self
    }

    /// A link that writes the object: `PUT`. It replaces what is there.
    pub fn write(mut self) -> Self
    where
        G: CanWrite,
    {
        self.options.access = LinkAccess::Write;
        self
    }

    /// How long it is good: from a second to seven days, or to the `max_age_seconds` of the declaration.
    /// Parts of a second do not count. Without it, it is an hour, or that.
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.options.expires_in = Some(time);
        self
    }

    /// Of a link that reads: the type that the object is answered with, whatever it was written with.
    /// Of one that writes: the type that has to be sent, and is kept. Without it, any.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.options.content_type = Some(content_type.into());
        self
    }

    /// Of a link that reads: the object is saved, under that name, whatever it was written with. The name is any
    /// text but for control characters ([`InvalidOption`](crate::ErrorKind::InvalidOption)): it becomes a
    /// [content disposition](Self::content_disposition), in ASCII for old clients and in UTF-8 for all others.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[storage::bucket(name = "reports", signed_urls(secret = "LINK_KEYS", host = "files.example.com"))]
    /// # pub struct Reports;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { reports: storage::Bucket<Reports> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// // `attachment; filename="_bersicht.pdf"; filename*=UTF-8''%C3%9Cbersicht.pdf`
    /// let link = app.reports.signed_url("2026/17.pdf").download_as("Übersicht.pdf").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download_as(self, name: impl Into<String>) -> Self {
        self.named(disposition::ATTACHMENT, &name.into())
    }

    /// The same, but a browser shows the object if it can, and the name is for whoever saves it then.
    ///
    /// What a browser runs, like HTML and SVG, runs as a page of the link's host: for what others upload of these types,
    /// there is [`download_as`](Self::download_as).
    pub fn show_as(self, name: impl Into<String>) -> Self {
        self.named(disposition::INLINE, &name.into())
    }

    fn named(mut self, disposition: &str, name: &str) -> Self {
        match disposition::named(disposition, name) {
            Ok(disposition) => self.options.content_disposition = Some(disposition),
            // Said when the link is made, as all that is refused.
            Err(error) => self.key = self.key.and(Err(error)),
        }
        self
    }

    /// Of a link that reads: the disposition that the object is answered with, whatever it was written
    /// with: `inline; filename="report.pdf"`. With a name, [`download_as`](Self::download_as) and
    /// [`show_as`](Self::show_as) write one.
    pub fn content_disposition(mut self, content_disposition: impl Into<String>) -> Self {
        self.options.content_disposition = Some(content_disposition.into());
        self
    }

    /// Of a link that writes: at most so many bytes. In place of [`exact_size`](Self::exact_size).
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.options.size = Some(Size::AtMost(bytes));
        self
    }

    /// Of a link that writes: exactly so many bytes, as the request has to say in `Content-Length`: clients do by
    /// themselves, a request that a test makes has to send all [headers](super::SignedUrl::headers) of the link. In
    /// place of [`max_size`](Self::max_size).
    pub fn exact_size(mut self, bytes: u64) -> Self {
        self.options.size = Some(Size::Exactly(bytes));
        self
    }

    /// At most so many uses, 1 to 1,000, however many requests come at once. Every `GET` that is answered
    /// with the object or a 304 is one, and every `PUT` that wrote it; a `HEAD` is none. A `GET` is answered with
    /// the whole object, whatever `Range` asks for.
    ///
    /// Whatever fetches first uses it, and that may be the preview of a messenger or a scanner of mail. A link for
    /// people has some uses more and little time, or is behind a button of a page.
    ///
    /// An upload that failed is none either and can be tried again; so can one that did succeed, if its answer
    /// was lost: it is answered alike as long as the object is what it wrote. A body has nine minutes
    /// to arrive, and while it does no other takes its place.
    ///
    /// Such a link is [revocable](Self::revocable).
    pub fn uses(mut self, uses: u16) -> Self {
        self.options.uses = Some(uses);
        self
    }

    /// One [use](Self::uses).
    pub fn one_time(self) -> Self {
        self.uses(1)
    }

    /// A link that can be revoked, by [`SignedUrls::revoke`](super::SignedUrls::revoke). That is looked up
    /// for every request: two more reads of R2.
    pub fn revocable(mut self) -> Self {
        self.options.is_revocable = true;
        self
    }

    /// Where it leads, `https://files.example.com`: an origin at which a Worker answers with
    /// [`handle`](super::handle()). In place of the `host` of the declaration, and of the variable
    /// `STORAGE_SIGNED_URLS_ORIGIN`, which wins over that.
    ///
    /// Where the declaration has a `host` or `other_hosts`, it has to be one of these, or that in the variable:
    /// else the link is refused ([`InvalidOption`](crate::ErrorKind::InvalidOption)). So an origin may be taken
    /// from a request. What to declare is said in the log. Where it has none, it may be any that is `https://`, or
    /// `http://` and this machine: `localhost`, `127.0.0.1` and its like, `[::1]`.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.options.origin = Some(origin.into());
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: SignOptions) -> Self {
        self.options = options;
        self
    }
}

impl<G: Grants> IntoFuture for SignUrl<G> {
    type Output = Result<SignedUrl>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { bucket, key, options, .. } = self;
        let place = bucket.place("signed_url");
        Box::pin(async move {
            let signed = match check_grants(G::VERBS, options.access) {
                Ok(()) => sign(bucket, key, options).await,
                Err(error) => Err(error),
            };
            signed.map_err(|error| error.at(place))
        })
    }
}

async fn sign(bucket: RawBucket, key: Result<String>, options: SignOptions) -> Result<SignedUrl> {
    if let Some(remote) = bucket.links_elsewhere() {
        return remote.sign(key?, options).await;
    }
    let links = bucket.links().ok_or_else(|| invalid("the bucket has no signed URLs"))?;
    Wanted::of(links, key, options)?.sign(links)
}

/// A link does not allow what the handle that makes it may not do itself. Which of the two it does, the type
/// does not tell.
fn check_grants(grants: Verbs, access: LinkAccess) -> Result<()> {
    let (verb, does) = match access {
        LinkAccess::Read => (Verb::Read, "reads"),
        LinkAccess::Write => (Verb::Write, "writes"),
    };
    if grants.contains(verb) {
        return Ok(());
    }
    let message = format!(
        "this handle makes no link that {does}: its grants do not include `{}`",
        verb.name()
    );
    Err(Error::new(ErrorKind::Forbidden, message))
}

/// A time in seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}
