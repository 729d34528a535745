//! Links that write.

use std::mem;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::signing::token::Size;

use super::super::links::refused;
use super::super::uses::{self, Sent, Uses};
use super::headers::guard;
use super::request::{Asked, brief};
use crate::body::Body;
use crate::bucket::{RawBucket, Served};
use crate::error::{Error, Result};
use crate::{pieces, write};

/// Takes the body, if it is one that the link allows, as far as that can be told before it is read.
pub(super) fn checked(
    body: &mut Body,
    content_type: Option<&str>,
    size: Option<Size>,
    asked: &Asked,
) -> Result<Body> {
    // Who sends one of these does not want what a link does: it replaces all that is there.
    for name in ["content-range", "if-match", "if-none-match", "if-unmodified-since"] {
        if asked.value(name).is_some() {
            let message =
                format!("a link writes a whole object, whatever is there: without `{name}`");
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
    }
    let refuse = |detail: String| Err(refused().with_detail(detail));
    let sent = asked.value("content-type");
    // Media types have no case (RFC 9110, section 8.3.1).
    if let Some(wanted) = content_type
        && !sent.is_some_and(|sent| sent.eq_ignore_ascii_case(wanted))
    {
        return refuse(format!(
            "the link is for `{wanted}`, and `{}` came",
            brief(sent.unwrap_or_default())
        ));
    }
    let kept = content_type.or(sent).map(str::to_owned);
    let body = match (size, body.len()) {
        (Some(Size::Exactly(size)), len) if len != Some(size) => {
            return match len {
                Some(len) => refuse(format!("the link is for {size} bytes, and {len} came")),
                None => {
                    refuse(format!("the link is for {size} bytes, and the request has no length"))
                }
            };
        }
        (Some(Size::AtMost(most)), Some(len)) if len > most => {
            return Err(write::value_too_large(len, most));
        }
        (Some(Size::AtMost(most)), None) => {
            let stream = mem::take(body).into_stream().boxed();
            Body::stream(pieces::at_most(stream, most))
        }
        _ => mem::take(body),
    };
    Ok(kept.into_iter().fold(body, Body::with_content_type))
}

/// The encoding of the body, which is kept: without it nobody could read what it is. `identity` is none.
pub(super) fn content_encoding(asked: &Asked) -> Option<String> {
    let encoding = asked.value("content-encoding")?.trim();
    let is_one = !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity");
    is_one.then(|| encoding.to_owned())
}

/// Writes the body, which is refused or whole, if the link of one that is tracked is still good then.
pub(super) async fn answer(
    uses: Option<&Uses>,
    bucket: &RawBucket,
    sent: Sent,
    tracked: Option<BoxFuture<'static, Result<()>>>,
) -> Result<Served> {
    let written = match (uses, tracked) {
        (Some(uses), Some(tracked)) => uses::upload(uses, bucket, sent, tracked).await?,
        (_, Some(tracked)) => sent.put(bucket, tracked).await?,
        (_, None) => sent.put_now(bucket).await?,
    };
    let headers = vec![
        ("cache-control", "no-store".to_owned()),
        ("content-length", "0".to_owned()),
        ("etag", format!("\"{}\"", written.etag())),
    ];
    Ok(guard(Served::new(200, headers, None)))
}
