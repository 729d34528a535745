//! Answering the requests of `cargo storage rotate`.

use std::fmt;
use std::future::{IntoFuture, ready};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::rotation::{RotationRequest, TOKEN_REFUSED, verify_token};

use super::Guard;
use super::request::{Plain, Rotate, RotateOptions};
use crate::backend;
use crate::body::Body;
use crate::bucket::{AsRequest, Served};
use crate::encryption::Cipher;
use crate::error::{self, Error, Result};

/// Longest request, in bytes: a prefix, a cursor and little else. It is read before it is known who asks, because
/// the token is good for this body only.
const BODY_BYTES_MAX: u64 = 64 * 1024;

/// An answer to a request of `cargo storage rotate`. Made by
/// [`Bucket::rotate_by`](crate::Bucket::rotate_by) and [`Kv::rotate_by`](crate::Kv::rotate_by).
#[must_use = "nothing is rotated until the request is awaited"]
pub struct RotateBy {
    rotate: Rotate,
    guard: Option<Arc<dyn Guard>>,
    is_post: bool,
    token: Option<String>,
    body: Body,
}

impl RotateBy {
    pub(crate) fn new(
        rotate: Rotate,
        guard: Option<Arc<dyn Guard>>,
        request: &dyn AsRequest,
        body: Body,
    ) -> Self {
        let header = request.header("authorization");
        let token = header.as_deref().and_then(|value| value.strip_prefix("Bearer "));
        let token = token.map(str::to_owned);
        Self { rotate, guard, is_post: request.method() == "POST", token, body }
    }

    async fn send(self) -> Result<Served> {
        let Self { rotate, guard, is_post, token, body } = self;
        let place = rotate.place();
        if !is_post {
            let message = "keys are rotated by POST only";
            let json = error::json("storage_method_not_allowed", message);
            return Ok(Served::json(405, json, place).with_header(("allow", "POST".to_owned())));
        }
        let Some(asked) = allowed(guard, token, body).await? else {
            let json = error::json(ErrorKind::Forbidden.code(), TOKEN_REFUSED);
            return Ok(Served::json(403, json, place));
        };
        let RotationRequest { cursor, limit, prefix, encrypt_plain, .. } =
            serde_json::from_slice(&asked).map_err(|error| {
                Error::new(ErrorKind::InvalidOption, "the request is not that of a rotation")
                    .with_source(error)
            })?;
        let plain = if encrypt_plain { Plain::Encrypt } else { Plain::Leave };
        let page = rotate.options(RotateOptions { prefix, limit, cursor, plain }).await?;
        let json = serde_json::to_string(&page).map_err(|error| {
            Error::new(ErrorKind::EncodeFailed, "the page can't be written as JSON")
                .with_source(error)
        })?;
        Ok(Served::json(200, json, place))
    }
}

impl IntoFuture for RotateBy {
    type Output = Result<Served>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.rotate.place();
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

impl fmt::Debug for RotateBy {
    /// Not the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotateBy").field("rotate", &self.rotate).finish_non_exhaustive()
    }
}

/// The body, if the token is one for it. What is too long is refused as everything else is.
async fn allowed(
    guard: Option<Arc<dyn Guard>>,
    token: Option<String>,
    body: Body,
) -> Result<Option<Bytes>> {
    let Some((guard, token)) = guard.zip(token) else { return Ok(None) };
    match body.gather(BODY_BYTES_MAX).await {
        Ok(asked) => {
            let is_allowed = guard.allows(token, asked.clone()).await?;
            Ok(is_allowed.then_some(asked))
        }
        Err(error) if error.kind() == ErrorKind::ValueTooLarge => Ok(None),
        Err(error) => Err(error),
    }
}

impl Guard for Cipher {
    fn allows(self: Arc<Self>, token: String, asked: Bytes) -> BoxFuture<'static, Result<bool>> {
        let since_1970 = backend::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = since_1970.as_secs();
        let verified = verify_token(&self.ring, self.resource, &self.name, &asked, &token, now);
        Box::pin(ready(Ok(verified.is_ok())))
    }
}
