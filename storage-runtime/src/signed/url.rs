//! A link, and what goes with it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};
use storage_core::ErrorKind;
use storage_core::rpc::LinkRecord;

use crate::error::{Error, Result};

/// A link, with all that a client has to send. Made by [`Bucket::signed_url`](crate::Bucket::signed_url).
///
/// Whoever has the URL may do what it allows: `Debug` does not print it. As JSON, for a client, it is
///
/// ```json
/// {
///   "url": "https://files.example.com/.storage/AQkHMj...",
///   "method": "PUT",
///   "headers": { "content-type": "image/png" },
///   "expires_at": 1700003600,
///   "route": "worker"
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SignedUrl {
    pub(super) url: String,
    pub(super) method: &'static str,
    pub(super) headers: BTreeMap<&'static str, String>,
    /// In seconds since 1970.
    pub(super) expires_at: u64,
    pub(super) route: Route,
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Route {
    /// To R2 itself, by its S3 interface.
    Direct,
    /// To the Worker, which has to [answer](super::handle()) it.
    Worker,
}

/// All headers that a link asks for.
const HEADERS: [&str; 2] = ["content-length", "content-type"];

impl SignedUrl {
    /// The same as a storage Worker tells of it.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    pub(crate) fn into_record(self) -> LinkRecord {
        let Self { url, method, headers, expires_at, route } = self;
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let (is_write, is_direct) = (method == "PUT", route == Route::Direct);
        LinkRecord { url, is_write, headers, expires_at, is_direct }
    }

    /// A link that a storage Worker made.
    pub(crate) fn of_record(record: LinkRecord) -> Result<Self> {
        let LinkRecord { url, is_write, headers, expires_at, is_direct } = record;
        let known = |(name, value): (String, String)| {
            let known = HEADERS.into_iter().find(|known| *known == name);
            Some((known?, value))
        };
        let headers: Option<_> = headers.into_iter().map(known).collect();
        let headers = headers.ok_or_else(|| {
            let message = "the storage Worker's link asks for a header that is not known here";
            Error::new(ErrorKind::Internal, message)
        })?;
        let method = if is_write { "PUT" } else { "GET" };
        let route = if is_direct { Route::Direct } else { Route::Worker };
        Ok(Self { url, method, headers, expires_at, route })
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The method to send: `GET` (by a link to the Worker `HEAD` as well) or `PUT`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The headers to send, exactly so: names in lowercase, and values.
    #[must_use]
    pub fn headers(&self) -> &BTreeMap<&'static str, String> {
        &self.headers
    }

    /// From when on it is good no more.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.expires_at)
    }

    /// Where it leads.
    #[must_use]
    pub fn route(&self) -> Route {
        self.route
    }
}

impl AsRef<str> for SignedUrl {
    /// The URL.
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl Serialize for SignedUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Json<'a> {
            url: &'a str,
            method: &'static str,
            headers: &'a BTreeMap<&'static str, String>,
            expires_at: u64,
            route: Route,
        }
        let Self { url, method, headers, expires_at, route } = self;
        let (expires_at, route) = (*expires_at, *route);
        Json { url, method, headers, expires_at, route }.serialize(serializer)
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url: _, method, headers, expires_at, route } = self;
        f.debug_struct("SignedUrl")
            .field("method", method)
            .field("headers", headers)
            .field("expires_at", expires_at)
            .field("route", route)
            .finish_non_exhaustive()
    }
}
