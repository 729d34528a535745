//! What a request asks for.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use super::super::{ByteRange, Conditions, ObjectInfo};
use super::etags::{self, Comparison};

/// A request, as far as [`Bucket::serve`](crate::Bucket::serve) looks at it.
///
/// The requests of axum (feature `axum`: `http::Request`, `http::request::Parts`) and, on Workers,
/// `worker::Request` are such. Implement it for those of another framework.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
/// use std::collections::BTreeMap;
///
/// struct Request {
///     method: String,
///     headers: BTreeMap<String, String>, // names in lowercase
/// }
///
/// impl storage::bucket::AsRequest for Request {
///     fn method(&self) -> Cow<'_, str> {
///         Cow::Borrowed(&self.method)
///     }
///
///     fn header(&self, name: &str) -> Option<Cow<'_, str>> {
///         self.headers.get(name).map(|value| Cow::Borrowed(value.as_str()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request that a bucket can serve",
    label = "not a request",
    note = "help: for those of axum add `axum` to the features of `storage` in Cargo.toml",
    note = "help: for those of another framework implement `storage::bucket::AsRequest`"
)]
pub trait AsRequest {
    /// The method, in capitals.
    fn method(&self) -> Cow<'_, str>;

    /// The value of the header of that name, which is in lowercase; if there are several, all of them,
    /// with `, ` between.
    fn header(&self, name: &str) -> Option<Cow<'_, str>>;
}

/// What a request asks for.
#[derive(Debug)]
pub(super) struct Asked {
    /// `None` for a method that can't be served.
    pub(super) method: Option<Method>,
    /// What has to hold of the object for a body to be sent.
    pub(super) conditions: Conditions,
    /// Which bytes of it, of a `GET`.
    pub(super) range: Option<AskedRange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Head,
}

/// A range that a request asks for.
#[derive(Debug)]
pub(super) struct AskedRange {
    pub(super) range: ByteRange,
    /// `If-Range`: of which object. Of another the whole is asked for.
    of: Option<Validator>,
}

/// What tells an object from what it was before.
#[derive(Debug)]
enum Validator {
    Etag(String),
    /// One that tells nothing for sure: a weak etag, or a date, in whose second there may have been two
    /// objects (RFC 9110, section 8.8.2.2). Who was sent a date was sent an etag as well.
    Weak,
}

impl Asked {
    /// Reads a request (RFC 9110, sections 13.1 and 14.2). `dyn`, so that it is compiled once.
    pub(super) fn of(request: &dyn AsRequest) -> Self {
        let method = match &*request.method() {
            "GET" => Some(Method::Get),
            "HEAD" => Some(Method::Head),
            _ => None,
        };
        // HTTP has ranges of GET only.
        let range = if method == Some(Method::Get) { AskedRange::of(request) } else { None };
        Self { method, conditions: conditions(request), range }
    }
}

impl AskedRange {
    /// A range that is not understood is one that is not there.
    fn of(request: &dyn AsRequest) -> Option<Self> {
        let range = ByteRange::from_header(&request.header("range")?).ok()?;
        let of = request.header("if-range").map(|value| Validator::of(&value));
        Some(Self { range, of })
    }

    /// Whether it is of this object.
    pub(super) fn is_of(&self, object: &ObjectInfo) -> bool {
        match &self.of {
            None => true,
            Some(Validator::Etag(etag)) => etag == object.etag(),
            Some(Validator::Weak) => false,
        }
    }

    /// Whether it can be answered. Of no bytes at all "the last 5" are none, and no range can say so:
    /// the whole does.
    pub(super) fn is_satisfiable(&self, object: &ObjectInfo) -> bool {
        let is_empty = object.size() == 0 && matches!(self.range, ByteRange::Last(1..));
        is_empty || self.range.of(object.size()).is_some()
    }
}

impl Validator {
    fn of(value: &str) -> Self {
        etags::strong(value).map_or(Self::Weak, |etag| Self::Etag(etag.to_owned()))
    }
}

/// The conditions of a request. A time does not count beside an etag condition of the same direction,
/// whether that holds or not (RFC 9110, section 13.2.2).
fn conditions(request: &dyn AsRequest) -> Conditions {
    let mut conditions = Conditions { whole_seconds: true, ..Conditions::default() };
    let header = |name| request.header(name);
    if let Some(value) = header("if-match") {
        conditions.etag_matches = Some(etags::list(&value, Comparison::Strong));
    } else if let Some(date) = header("if-unmodified-since").and_then(|value| date(&value)) {
        // "Not since" includes that second, "before" does not.
        conditions.uploaded_before = date.checked_add(Duration::from_secs(1));
    }
    if let Some(value) = header("if-none-match") {
        conditions.etag_does_not_match = Some(etags::list(&value, Comparison::Weak));
    } else {
        conditions.uploaded_after = header("if-modified-since").and_then(|value| date(&value));
    }
    conditions
}

/// A date in any of the three forms of HTTP. One before 1970 is where 1970 begins: nothing was uploaded
/// between them, and a Worker has no earlier time.
fn date(value: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(value)
        .ok()
        .or_else(|| is_before_1970(value).then_some(SystemTime::UNIX_EPOCH))
}

/// Whether it is a date before 1970, which the library does not read. Every 400 years the calendar is the
/// same, also in the days of the week, so it is a date if it is one 2,000 years later.
fn is_before_1970(value: &str) -> bool {
    let is_year = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let year = value.split(' ').find(is_year).and_then(|year| Some((year, year.parse().ok()?)));
    year.is_some_and(|(word, year): (_, u16)| {
        let later = value.replacen(word, &(year + 2000).to_string(), 1);
        year < 1970 && httpdate::parse_http_date(&later).is_ok()
    })
}
