//! How an object is to be served.

use std::time::SystemTime;

use crate::error::Result;
use crate::write::{check_disposition, check_header};

/// What an object says of itself to HTTP clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpMetadata {
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Content-Language`
    pub content_language: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Expires`, to the second.
    pub expires: Option<SystemTime>,
}

impl HttpMetadata {
    /// Checks that all of it can stand in headers.
    pub(crate) fn check(&self) -> Result<()> {
        let Self {
            content_type,
            content_language,
            content_disposition,
            content_encoding,
            cache_control,
            expires: _,
        } = self;
        check_header("content type", content_type.as_deref())?;
        check_header("content language", content_language.as_deref())?;
        check_disposition(content_disposition.as_deref())?;
        check_header("content encoding", content_encoding.as_deref())?;
        check_header("cache control", cache_control.as_deref())
    }
}
