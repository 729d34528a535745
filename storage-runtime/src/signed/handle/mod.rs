//! Answering links that lead to the Worker.

mod cors;
mod headers;
mod read;
mod request;
mod write;

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use storage_core::signing::token::{Access, Grant};

use self::cors::Preflight;
use self::request::Asked;
use super::links::refused;
use super::revoked;
use super::uses::{Sent, Uses};
use crate::backend;
use crate::body::Body;
use crate::bucket::{Bucket, RawBucket, Served};
use crate::declare::Signed;
use crate::error::Result;
use crate::grant::{CanLink, CanRead, CanWrite};

#[cfg(feature = "rest")]
pub(crate) use headers::is_token;
pub use request::LinkRequest;

/// Answers a request for a link that [`Bucket::signed_url`] made and that leads to the Worker. Awaiting
/// it gives a [`Served`], whatever the request is: a response of axum (feature `axum`) and, on Workers,
/// of the `worker` crate.
///
/// | the request | the answer |
/// | --- | --- |
/// | `GET` or `HEAD`, by a link that reads | what [`Bucket::serve`] answers: 200, 206, 304, 404, 412 or 416; by one with counted uses the whole object, whatever `Range` asks for |
/// | `PUT`, by a link that writes | 200, with the `ETag` of what was written, and no body |
/// | `PUT` of more than the link allows | 413, and nothing is written |
/// | `PUT` of a body that breaks off | 400, and nothing is written |
/// | `PUT` of a part (`Content-Range`), or on a condition (`If-None-Match`) | 400, and nothing is written |
/// | `OPTIONS`, the question of a browser | 204, if the `cors` of the declaration allows it |
/// | a link that has expired, was changed, is one of another bucket, or does not allow that: another method, another type, a size that it says exactly | 403, the same for all of them |
///
/// Uses that are counted are taken when the answer is decided on: of any number of requests at once no more
/// get one than there are uses. While an upload has the last of them, others are answered 429.
///
/// A 403 does not say why: that goes to the log.
///
/// Of an upload the `Content-Type` and the `Content-Encoding` are kept with the object, and no other header.
///
/// # Headers
///
/// Beside those of [`Bucket::serve`]:
///
/// * `Content-Disposition: attachment`, unless the link says otherwise, for all types but those that a
///   browser shows without running anything: pictures (SVG is none), sound, film, fonts, plain text,
///   JSON and PDF. What users upload is not to run as a page of your site.
/// * `Referrer-Policy: no-referrer`, so that the URL of a page is not told to where it links to.
/// * Those of CORS, as the declaration says. What it does not allow is named in the log.
/// * `Accept-Ranges: none`, by a link with counted uses.
///
/// # Examples
///
/// With axum, see [`storage::signed`](crate::signed). With the router of the `worker` crate:
///
/// ```text
/// let link = |request: Request, context: RouteContext<App>| async move {
///     let served = storage::signed::handle(request).bucket(&context.data.assets).await;
///     Ok(Response::from(served))
/// };
/// Router::with_data(App::open(&env)?).on_async("/.storage/:token", link)
/// ```
pub fn handle(request: impl LinkRequest) -> Handle {
    let asked = Asked::of(&request);
    Handle { asked, body: request.into_body(), buckets: Vec::new() }
}

/// An answer to a link. Made by [`handle`].
#[must_use = "nothing is read or written until it is awaited"]
#[derive(Debug)]
pub struct Handle {
    asked: Asked,
    body: Body,
    buckets: Vec<RawBucket>,
}

impl Handle {
    /// Answers links of that bucket too. Without any, every link is refused. What a link allows it has in
    /// itself, so this takes a handle that may do all of that.
    ///
    /// On Workers the links of a bucket that goes by a storage Worker (`via`) are refused here: that one has the
    /// keys, and answers them at its `public_host`. Natively there is no other Worker, and they are answered.
    pub fn bucket<D, G>(mut self, bucket: &Bucket<D, G>) -> Self
    where
        D: Signed,
        G: CanLink + CanRead + CanWrite,
    {
        self.buckets.push(bucket.raw().clone());
        self
    }

    /// The same of a bucket without its type.
    #[allow(dead_code, reason = "natively nobody serves a storage Worker")]
    pub(crate) fn raw_bucket(mut self, bucket: RawBucket) -> Self {
        self.buckets.push(bucket);
        self
    }

    async fn send(self) -> Served {
        let Self { asked, mut body, buckets } = self;
        let served = served(&asked, &mut body, buckets).await;
        // What was refused before it was read.
        body.drain().await;
        served
    }
}

impl IntoFuture for Handle {
    type Output = Served;
    type IntoFuture = BoxFuture<'static, Served>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The answer. What it leaves of the body nobody has begun to read.
async fn served(asked: &Asked, body: &mut Body, buckets: Vec<RawBucket>) -> Served {
    let (bucket, grant) = match open(asked, buckets) {
        Ok(found) => found,
        Err(error) => return headers::refuse(asked, &error),
    };
    let cors = bucket.spec().cors.as_ref();
    let place = bucket.place("signed_url");
    if asked.method == "OPTIONS" {
        return match Preflight::of(asked, cors, bucket.spec().name) {
            Ok(preflight) => preflight.answer(),
            Err(why) => headers::refuse(asked, &refused().with_detail(why).at(place)),
        };
    }
    let answered = answer(&bucket, grant, asked, body).await;
    let served = answered.unwrap_or_else(|error| headers::refuse(asked, &error.at(place)));
    cors::allow(served, asked, cors)
}

/// The bucket and the grant of a link.
fn open(asked: &Asked, buckets: Vec<RawBucket>) -> Result<(RawBucket, Grant)> {
    let token = asked.token.as_deref();
    let token = token.ok_or_else(|| refused().with_detail("the path has no `/.storage/`"))?;
    let now = super::request::seconds(backend::now());
    let mut refusal = refused().with_detail(nobody(&buckets));
    for bucket in buckets {
        match bucket.links().map(|links| links.open(token, now, asked.method == "OPTIONS")) {
            Some(Ok(grant)) => return Ok((bucket, grant)),
            Some(Err(error)) => refusal = error,
            None => {}
        }
    }
    Err(refusal)
}

/// Why none of the buckets may know a link.
pub(crate) fn nobody(buckets: &[RawBucket]) -> String {
    match buckets.iter().find(|bucket| bucket.links_elsewhere().is_some()) {
        Some(bucket) => {
            let name = bucket.spec().name;
            format!("`{name}` goes by a storage Worker, which answers its links itself")
        }
        None => "no bucket was given that has links".to_owned(),
    }
}

async fn answer(
    bucket: &RawBucket,
    grant: Grant,
    asked: &Asked,
    body: &mut Body,
) -> Result<Served> {
    let links = bucket.links().ok_or_else(refused)?;
    revoked::check(links, &grant).await?;
    let again = tracked(bucket, &grant);
    let Grant { key, access, tracking, .. } = grant;
    let uses = Uses::of(links, tracking);
    match (access, &*asked.method) {
        (Access::Read { content_type, content_disposition }, "GET" | "HEAD") => {
            let is_tracked = tracking.is_some();
            let is_counted = uses.is_some();
            let options =
                read::Options { content_type, content_disposition, is_tracked, is_counted };
            let served = read::answer(bucket, key, options, asked).await?;
            count(uses, asked, served).await
        }
        (Access::Write { content_type, size }, "PUT") => {
            let body = write::checked(body, content_type.as_deref(), size, asked)?;
            let sent = Sent { key, body, content_encoding: write::content_encoding(asked) };
            write::answer(uses.as_ref(), bucket, sent, again).await
        }
        _ => Err(refused().with_detail(format!("the link is not one for {}", asked.method))),
    }
}

/// Whether a link is still good, where that can change: to be asked when all of a body is there, which may take as
/// long as whoever sends it wants.
fn tracked(bucket: &RawBucket, grant: &Grant) -> Option<BoxFuture<'static, Result<()>>> {
    grant.tracking?;
    let (bucket, grant) = (bucket.clone(), grant.clone());
    Some(Box::pin(async move {
        let links = bucket.links().ok_or_else(refused)?;
        revoked::check(links, &grant).await
    }))
}

/// The answer, if a use is left for it. What is answered without the object is none.
async fn count(uses: Option<Uses>, asked: &Asked, served: Served) -> Result<Served> {
    let Some(uses) = uses else {
        return Ok(served);
    };
    let is_use = asked.method == "GET" && matches!(served.status(), 200 | 206 | 304);
    let is_left = if is_use { uses.take().await? } else { uses.are_left().await? };
    if is_left { Ok(served) } else { Err(refused().with_detail("the link has been used")) }
}
