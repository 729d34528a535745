//! What a bucket needs to make links, and to answer them.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::manifest::{
    BucketSpec, S3_BUCKET_VARIABLE_PREFIX, S3_JURISDICTION_VARIABLE_PREFIX,
    SIGNED_URLS_ORIGIN_VARIABLE,
};
use storage_core::name::qualify;
use storage_core::rpc::LinkCall;
use storage_core::signing::sigv4::Presigner;
use storage_core::signing::token::{Grant, TokenKeys};

use super::handle::Answering;
use super::request::SignOptions;
use super::reserved::Reserved;
use super::url::SignedUrl;
use crate::backend::AnyBucket;
use crate::body::Body;
use crate::bucket::Served;
use crate::declare::Connect;
use crate::error::{Error, Result};
use crate::here;

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
    /// What answers those that lead to the Worker.
    pub(super) answering: Option<Answering>,
}

/// Links, behind a trait: an application without them does not even link how they are dropped.
pub(crate) trait HasLinks: Send + Sync {
    /// They, if the keys are here.
    fn here(&self) -> Option<&Links>;

    /// What makes and revokes them, if that is another than they.
    fn elsewhere(&self) -> Option<&dyn RemoteLinks>;
}

/// Links that others make and answer, a storage Worker as a rule.
pub(crate) trait RemoteLinks: Send + Sync {
    /// Answers a request for one.
    fn answer(&self, call: LinkCall, body: Body) -> BoxFuture<'_, Result<Served>>;

    /// Whether one is of this bucket, by its token.
    fn knows(&self, token: String) -> BoxFuture<'_, Result<bool>>;

    /// Makes one.
    fn sign(&self, key: String, options: SignOptions) -> BoxFuture<'_, Result<SignedUrl>>;

    /// Revokes one.
    fn revoke(&self, token: String) -> BoxFuture<'_, Result<()>>;

    /// Revokes those that were made before that second since 1970, or in it.
    fn revoke_before(&self, before: u64, prefix: String) -> BoxFuture<'_, Result<()>>;
}

impl HasLinks for Links {
    fn here(&self) -> Option<&Links> {
        Some(self)
    }

    fn elsewhere(&self) -> Option<&dyn RemoteLinks> {
        None
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
    answering: Option<Answering>,
    to: &C,
) -> Result<Connected, C::Error> {
    let (keys, origin) = match &spec.signed_urls {
        None => (None, None),
        Some(signed_urls) => {
            let local = to.variable(SIGNED_URLS_ORIGIN_VARIABLE);
            let declared = signed_urls.host.map(|host| format!("https://{host}"));
            (to.token_keys(signed_urls.secret)?, local.or(declared))
        }
    };
    let name = qualify(spec.namespace, spec.name);
    // No binding tells the name of its bucket, which is another in an environment, nor its jurisdiction.
    let of_binding = |prefix: &str| to.variable(&format!("{prefix}{}", spec.binding));
    let account_name = of_binding(S3_BUCKET_VARIABLE_PREFIX)
        .unwrap_or_else(|| spec.existing.unwrap_or(&name).to_owned());
    let presigner = match &spec.s3 {
        Some(s3) => to.presigner(s3, of_binding(S3_JURISDICTION_VARIABLE_PREFIX).as_deref())?,
        None => None,
    };
    let stored = backend.clone();
    here::SIGNED.set();
    let links = Links { name, spec, keys, origin, account_name, presigner, stored, answering };
    let backend = Reserved::new(backend).into();
    Ok(Connected { backend, links: Arc::new(links) })
}

impl Links {
    /// The grant of a token, if it is one of this bucket, whether it has expired or not.
    pub(super) fn known(&self, token: &str) -> Result<Grant> {
        let refuse = |detail: String| refused().with_detail(detail);
        let keys = self.keys.as_ref().ok_or_else(|| refuse("the bucket has no links".into()))?;
        let opened = keys.open_at_any_time(token);
        let grant = opened.map_err(|error| refuse(error.to_string()))?;
        if grant.bucket != self.name {
            return Err(refuse(format!("the link is one of the bucket `{}`", grant.bucket)));
        }
        Ok(grant)
    }

    /// That a grant is one of now.
    ///
    /// A browser's question is about the request that follows, so it is answered for a link that has
    /// expired too: of the answer to the request a page learns no more if it may not read it.
    pub(super) fn check(&self, grant: &Grant, now: u64, is_question: bool) -> Result<()> {
        if is_question {
            return Ok(());
        }
        grant.check_time(now).map_err(|error| refused().with_detail(error.to_string()))?;
        let is_forgotten = grant.tracking.is_some()
            && self.known_for().is_some_and(|known| now >= grant.issued_at.saturating_add(known));
        if is_forgotten {
            let detail = "what was known of the link may have been deleted";
            return Err(refused().with_detail(detail));
        }
        Ok(())
    }

    /// For how many seconds it is known what has become of a link: the bucket's own rule deletes that as it deletes
    /// objects. For longer than any link is good, if there is none.
    pub(super) fn known_for(&self) -> Option<u64> {
        Some(u64::from(self.spec.delete_after_days?).saturating_mul(86_400))
    }
}

/// The one thing that is said of a link that allows nothing, or not this.
pub(super) fn refused() -> Error {
    Error::new(ErrorKind::LinkRefused, "this link does not allow that")
}
