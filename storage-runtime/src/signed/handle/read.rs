//! Links that read.

use std::borrow::Cow;

use super::headers::{guard, is_shown};
use super::request::Asked;
use crate::bucket::{AsRequest, RawBucket, Serve, Served};
use crate::error::Result;

const DISPOSITION: &str = "content-disposition";
const RANGES: &str = "accept-ranges";

/// What a link says of the answer.
pub(super) struct Options {
    pub(super) content_type: Option<String>,
    pub(super) content_disposition: Option<String>,
    /// Whether each answer takes a look at what has become of the link.
    pub(super) is_tracked: bool,
    /// Whether each answer is a use: then it is the whole object.
    pub(super) is_counted: bool,
}

/// What the object is answered with.
pub(super) async fn answer(
    bucket: &RawBucket,
    key: String,
    options: Options,
    asked: &Asked,
) -> Result<Served> {
    let Options { content_type, content_disposition, is_tracked, is_counted } = options;
    let is_said = content_disposition.is_some();
    let whole = Whole(asked);
    let request: &dyn AsRequest = if is_counted { &whole } else { asked };
    let mut serve = Serve::new(bucket.clone(), Ok(key), request);
    if is_tracked {
        serve = serve.cache_control("private, no-store");
    }
    if let Some(content_type) = content_type {
        serve = serve.content_type(content_type);
    }
    if let Some(content_disposition) = content_disposition {
        serve = serve.content_disposition(content_disposition);
    }
    let mut served = guard(serve.await?);
    if is_counted && served.header(RANGES).is_some() {
        served = served.set(RANGES, "none".to_owned());
    }
    let is_object = matches!(served.status(), 200 | 206);
    let runs = served.header("content-type").is_none_or(|content_type| !is_shown(content_type));
    let is_saved = served.header(DISPOSITION).is_some_and(is_attachment);
    if is_object && runs && !is_saved && !is_said {
        return Ok(served.set(DISPOSITION, "attachment".to_owned()));
    }
    Ok(served)
}

/// A request for all of an object, whichever part it asks for (RFC 9110, section 14.2, allows that): who is sent a
/// part has used a link up and has not got the object.
struct Whole<'a>(&'a Asked);

impl AsRequest for Whole<'_> {
    fn method(&self) -> Cow<'_, str> {
        self.0.method()
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.header(name).filter(|_| name != "range")
    }
}

/// Whether a browser saves what has this disposition. It may have a file name.
fn is_attachment(disposition: &str) -> bool {
    let kind = disposition.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("attachment")
}
