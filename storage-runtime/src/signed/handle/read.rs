//! Links that read.

use super::headers::{guard, is_shown};
use super::request::Asked;
use crate::bucket::{RawBucket, Serve, Served};
use crate::error::Result;

const DISPOSITION: &str = "content-disposition";

/// What a link says of the answer.
pub(super) struct Options {
    pub(super) content_type: Option<String>,
    pub(super) content_disposition: Option<String>,
    /// Whether each answer takes a look at what has become of the link.
    pub(super) is_tracked: bool,
}

/// What the object is answered with.
pub(super) async fn answer(
    bucket: &RawBucket,
    key: String,
    options: Options,
    asked: &Asked,
) -> Result<Served> {
    let Options { content_type, content_disposition, is_tracked } = options;
    let is_said = content_disposition.is_some();
    let mut serve = Serve::new(bucket.clone(), Ok(key), asked);
    if is_tracked {
        serve = serve.cache_control("private, no-store");
    }
    if let Some(content_type) = content_type {
        serve = serve.content_type(content_type);
    }
    if let Some(content_disposition) = content_disposition {
        serve = serve.content_disposition(content_disposition);
    }
    let served = guard(serve.await?);
    let is_object = matches!(served.status(), 200 | 206);
    let runs = served.header("content-type").is_none_or(|content_type| !is_shown(content_type));
    let is_saved = served.header(DISPOSITION).is_some_and(is_attachment);
    if is_object && runs && !is_saved && !is_said {
        return Ok(served.set(DISPOSITION, "attachment".to_owned()));
    }
    Ok(served)
}

/// Whether a browser saves what has this disposition. It may have a file name.
fn is_attachment(disposition: &str) -> bool {
    let kind = disposition.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("attachment")
}
