//! What a bucket needs to make links, and to answer them.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::manifest::{BucketSpec, S3_BUCKET_VARIABLE_PREFIX, SIGNED_URLS_ORIGIN_VARIABLE};
use storage_core::name::qualify;
use storage_core::signing::sigv4::Presigner;
use storage_core::signing::token::{Grant, TokenKeys};

use super::request::SignOptions;
use super::reserved::Reserved;
use super::url::SignedUrl;
use crate::backend::AnyBucket;
use crate::declare::Connect;
use crate::error::{Error, Result};

/// The keys of a bucket's links, and where those lead.
pub(crate) struct Links {
    /// The bucket as tokens name it: as it is declared, with its namespace.
    pub(super) name: String,
    pub(super) spec: &'static BucketSpec,
    /// The keys of links that lead to the Worker, if the bucket has such.
    pub(super) keys: Option<TokenKeys>,
    /// Where they lead.
    pub(super) origin: Option<String>,
    /// The name of the bucket in the account.
    pub(super) account_name: String,
    /// What signs links that lead to R2 itself, if the bucket has such, and they lead anywhere from here.
    pub(super) presigner: Option<Presigner>,
    /// Where what is reserved is kept.
    pub(super) stored: AnyBucket,
}

/// Links, behind a trait: an application without them does not even link how they are dropped.
pub(crate) trait HasLinks: Send + Sync {
    fn links(&self) -> LinksAt<'_>;
}

/// Where links are made.
pub(crate) enum LinksAt<'a> {
    /// The keys are here.
    Here(&'a Links),
    /// The keys are in a storage Worker.
    Elsewhere(&'a dyn RemoteLinks),
}

/// Links that a storage Worker makes, and answers.
pub(crate) trait RemoteLinks: Send + Sync {
    /// Makes one.
    fn sign(&self, key: String, options: SignOptions) -> BoxFuture<'_, Result<SignedUrl>>;

    /// Revokes one.
    fn revoke(&self, token: String) -> BoxFuture<'_, Result<()>>;

    /// Revokes those that were made before that time, in seconds since 1970.
    fn revoke_before(&self, before: u64, prefix: String) -> BoxFuture<'_, Result<()>>;
}

impl HasLinks for Links {
    fn links(&self) -> LinksAt<'_> {
        LinksAt::Here(self)
    }
}

/// A bucket that has links.
pub(crate) struct Connected {
    /// Where its objects are: without what is reserved.
    pub(crate) backend: AnyBucket,
    pub(crate) links: Arc<dyn HasLinks>,
}

/// Gives a bucket its links.
pub(crate) fn connect<C: Connect>(
    backend: AnyBucket,
    spec: &'static BucketSpec,
    to: &C,
) -> Result<Connected, C::Error> {
    let (keys, origin) = match &spec.signed_urls {
        None => (None, None),
        Some(signed_urls) => {
            let local = to.variable(SIGNED_URLS_ORIGIN_VARIABLE);
            let declared = signed_urls.host.map(|host| format!("https://{host}"));
            let ring = to.key_ring(signed_urls.secret)?;
            (Some(TokenKeys::of(&ring)), local.or(declared))
        }
    };
    let name = qualify(spec.namespace, spec.name);
    // In an environment the bucket has a name of its own, which no binding tells.
    let account_name = to
        .variable(&format!("{S3_BUCKET_VARIABLE_PREFIX}{}", spec.binding))
        .unwrap_or_else(|| spec.existing.unwrap_or(&name).to_owned());
    let presigner = match &spec.s3 {
        Some(s3) => to.presigner(s3)?,
        None => None,
    };
    let stored = backend.clone();
    let links = Links { name, spec, keys, origin, account_name, presigner, stored };
    let backend = Reserved::new(backend).into();
    Ok(Connected { backend, links: Arc::new(links) })
}

impl Links {
    /// The grant of a token, if it is one of this bucket.
    ///
    /// A browser's question is about the request that follows, so it is answered for a link that has
    /// expired too: of the answer to the request a page learns no more if it may not read it.
    pub(super) fn open(&self, token: &str, now: u64, is_question: bool) -> Result<Grant> {
        let refuse = |detail: String| refused().with_detail(detail);
        let keys = self.keys.as_ref().ok_or_else(|| refuse("the bucket has no links".into()))?;
        let opened = if is_question { keys.open_at_any_time(token) } else { keys.open(token, now) };
        let grant = opened.map_err(|error| refuse(error.to_string()))?;
        if grant.bucket == self.name {
            Ok(grant)
        } else {
            Err(refuse(format!("the link is one of the bucket `{}`", grant.bucket)))
        }
    }
}

/// The one thing that is said of a link that allows nothing, or not this.
pub(super) fn refused() -> Error {
    Error::new(ErrorKind::LinkRefused, "this link does not allow that")
}
