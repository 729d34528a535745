//! What is signed.

use std::cmp::Ordering;

use super::canonical::compare_headers;
use super::encode;
use super::error::{PairRule, SignError};
use crate::{key, limits, name};

/// What is done to an object. The variants stand in the order of the alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Deletes an object, or gives up an upload in parts.
    Delete,
    /// Reads an object.
    Get,
    /// Asks for what is known of an object.
    Head,
    /// Begins or completes an upload in parts.
    Post,
    /// Writes an object, or a part of one.
    Put,
}

impl Method {
    /// As HTTP has it: `GET`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// One request, that the bearer of the URL may send until it expires.
///
/// An upload in parts is four of them:
///
/// | step | method | query |
/// | --- | --- | --- |
/// | begin | [`Post`](Method::Post) | `("uploads", "")` |
/// | write a part | [`Put`](Method::Put) | `("partNumber", "1")`, `("uploadId", id)` |
/// | complete | [`Post`](Method::Post) | `("uploadId", id)` |
/// | give up | [`Delete`](Method::Delete) | `("uploadId", id)` |
///
/// # Examples
///
/// A download that is saved under a name of its own:
///
/// ```
/// use storage_core::signing::sigv4::{Method, Request};
///
/// let download = Request {
///     query: &[
///         ("response-content-disposition", "attachment; filename=\"report.pdf\""),
///         ("response-content-type", "application/pdf"),
///     ],
///     ..Request::new(Method::Get, "reports", "2026/11.pdf", 3600)
/// };
/// # let _ = download;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is done.
    pub method: Method,
    /// The name of the bucket in the account.
    pub bucket: &'a str,
    /// The key of the object, as it is: neither encoded, nor with a slash before it.
    pub key: &'a str,
    /// How long the URL is valid, from the time of signing: 1 to 604,800 seconds.
    pub expires_seconds: u64,
    /// Headers that have to be sent with exactly these values, in any order. Runs of spaces count as
    /// one.
    pub headers: &'a [(&'a str, &'a str)],
    /// Parameters of the query, as they are, in any order.
    pub query: &'a [(&'a str, &'a str)],
}

impl<'a> Request<'a> {
    /// A request without headers and parameters.
    #[must_use]
    pub const fn new(method: Method, bucket: &'a str, key: &'a str, expires_seconds: u64) -> Self {
        Self { method, bucket, key, expires_seconds, headers: &[], query: &[] }
    }

    pub(super) fn check(&self) -> Result<(), SignError> {
        name::check_bucket(self.bucket).map_err(SignError::Bucket)?;
        key::check_bucket(self.key).map_err(SignError::Key)?;
        if self.key.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(SignError::DotSegment);
        }
        limits::signed_urls::MAX_AGE.check(self.expires_seconds).map_err(SignError::Expiry)?;
        check_each(self.headers, compare_headers, check_header)
            .map_err(|(name, rule)| SignError::Header { name: name.to_owned(), rule })?;
        check_each(self.query, encode::compare, check_parameter)
            .map_err(|(name, rule)| SignError::Query { name: name.to_owned(), rule })
    }
}

fn check_each<'a>(
    pairs: &[(&'a str, &'a str)],
    compare: fn(&str, &str) -> Ordering,
    check: fn(&str, &str) -> Result<(), PairRule>,
) -> Result<(), (&'a str, PairRule)> {
    let mut rest = pairs;
    while let [(name, value), others @ ..] = rest {
        check(name, value).map_err(|rule| (*name, rule))?;
        if others.iter().any(|(other, _)| compare(name, other).is_eq()) {
            return Err((name, PairRule::Once));
        }
        rest = others;
    }
    Ok(())
}

fn check_header(name: &str, value: &str) -> Result<(), PairRule> {
    const RESERVED: [&str; 5] =
        ["authorization", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_of_token) {
        return Err(PairRule::Name);
    }
    if RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
        return Err(PairRule::Reserved);
    }
    if !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(PairRule::Value);
    }
    Ok(())
}

fn check_parameter(name: &str, _: &str) -> Result<(), PairRule> {
    const RESERVED: [&str; 7] = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
    ];
    if name.is_empty() {
        return Err(PairRule::Name);
    }
    if RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
        return Err(PairRule::Reserved);
    }
    Ok(())
}
