//! A link, and what goes with it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};

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

impl SignedUrl {
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
