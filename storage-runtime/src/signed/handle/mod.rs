//! Answering links that lead to the Worker.

mod cors;
mod elsewhere;
mod headers;
mod read;
mod request;
mod write;

use std::future::IntoFuture;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::rpc::LinkCall;
use storage_core::signing::token::{Access, Grant};

use self::cors::Preflight;
pub(crate) use self::request::Asked;
use self::request::brief;
use super::links::{Links, refused};
use super::revoked;
use super::uses::{Sent, Uses};
use crate::backend;
use crate::body::Body;
use crate::bucket::{Bucket, RawBucket, Served};
use crate::declare::Signed;
use crate::error::Result;
use crate::grant::CanLink;

pub(crate) use headers::ANSWERED;
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
    /// Answers links of that bucket too. Without any, every link is refused. What a link allows it says itself, and
    /// whoever made it was allowed to: this takes no more than a handle that may make links.
    ///
    /// On Workers the storage Worker of a bucket that goes by one (`via`) has the keys: a request for its links is
    /// passed on there, with its body as a stream, and takes the verb `links`. Of what may run in a browser the answer
    /// says `Content-Security-Policy: sandbox` then, since links lead to another host as a rule.
    pub fn bucket<D, G>(mut self, bucket: &Bucket<D, G>) -> Self
    where
        D: Signed,
        G: CanLink,
    {
        self.buckets.push(bucket.raw().clone());
        self
    }

    /// The same of a bucket without its type.
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

/// Answers a request, if it is for a link of that bucket: it fails if it is not, or nobody knows. What it leaves of
/// the body nobody has begun to read.
pub(crate) type Answering =
    for<'a> fn(&'a RawBucket, &'a Asked, &'a mut Body) -> BoxFuture<'a, Result<Served>>;

/// What answers where the keys are. [`Links`](super::Links) have it as a value, so that an application whose links are
/// all elsewhere does not link it.
pub(crate) const HERE: Answering = |bucket, asked, body| Box::pin(here(bucket, asked, body));

/// The answer to a request that came by another Worker.
pub(crate) async fn answer(bucket: &RawBucket, call: LinkCall, mut body: Body) -> Served {
    let served = served(&Asked::of_call(call), &mut body, vec![bucket.clone()]).await;
    body.drain().await;
    served
}

/// The key that a link is of, by its token, if it is one of that bucket, whether it has expired or not.
pub(crate) fn key_of(bucket: &RawBucket, token: &str) -> Option<String> {
    bucket.links()?.known(token).ok().map(|grant| grant.key)
}

async fn served(asked: &Asked, body: &mut Body, mut buckets: Vec<RawBucket>) -> Served {
    let mut refusal = refused().with_detail("no bucket was given that has links");
    // Those elsewhere are asked last: it takes a call.
    buckets.sort_by_key(|bucket| bucket.links_elsewhere().is_some());
    for bucket in &buckets {
        let answered = match (bucket.links_elsewhere(), bucket.links()) {
            (Some(remote), _) => {
                elsewhere::answer(bucket, remote, buckets.len() == 1, asked, body).await
            }
            (None, Some(Links { answering: Some(answer), .. })) => {
                answer(bucket, asked, body).await
            }
            (None, _) => continue,
        };
        match answered {
            Ok(served) => return served,
            // Whether a Worker that can't be asked knows the link, the others do not tell.
            Err(error) if refusal.kind() == ErrorKind::LinkRefused => refusal = error,
            Err(_) => {}
        }
    }
    headers::refuse(asked, &refusal)
}

async fn here(bucket: &RawBucket, asked: &Asked, body: &mut Body) -> Result<Served> {
    let links = bucket.links().ok_or_else(refused)?;
    let now = super::request::seconds(backend::now());
    let is_question = asked.method == "OPTIONS";
    let grant = links.known(asked.token()?)?;
    let cors = bucket.spec().cors.as_ref();
    let place = bucket.place("signed_url");
    if let Err(error) = links.check(&grant, now, is_question) {
        return Ok(headers::refuse(asked, &error.at(place)));
    }
    if is_question {
        return Ok(match Preflight::of(asked, cors, bucket.spec().name) {
            Ok(preflight) => preflight.answer(),
            Err(why) => headers::refuse(asked, &refused().with_detail(why).at(place)),
        });
    }
    let answered = granted(bucket, links, grant, asked, body).await;
    let served = answered.unwrap_or_else(|error| headers::refuse(asked, &error.at(place)));
    Ok(cors::allow(served, asked, cors))
}

async fn granted(
    bucket: &RawBucket,
    links: &Links,
    grant: Grant,
    asked: &Asked,
    body: &mut Body,
) -> Result<Served> {
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
        (_, method) => {
            Err(refused().with_detail(format!("the link is not one for {}", brief(method))))
        }
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
