//! A link that is to be made, checked, and the way that it takes.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use storage_core::ErrorKind;
use storage_core::key::BucketKey;
use storage_core::limits::signed_urls::MAX_AGE_SECONDS_MAX;
use storage_core::manifest::SIGNED_URLS_ORIGIN_VARIABLE;
use storage_core::signing::sigv4::{Method, Presigner, Request, SignError};
use storage_core::signing::token::{Access, Grant, Size, TokenKeys, Tracking, USES_MAX};

use super::disposition;
use super::links::Links;
use super::request::{LinkAccess, SignOptions, seconds};
use super::reserved::refuse_reserved;
use super::url::{Route, SignedUrl};
use crate::backend;
use crate::bucket::check_key;
use crate::error::{Error, Result};
use crate::write::{check_disposition, check_header};

/// How long a link is good that does not say: an hour, or less if the declaration says so.
const EXPIRES_IN_SECONDS: u32 = 3600;

/// What to do about a link that only the Worker could keep. For the log: clients can't declare anything.
const BESIDE_S3: &str = "declare `signed_urls(..)` beside `s3(..)`";

/// A link to make, checked.
pub(super) struct Wanted {
    key: BucketKey,
    access: Access,
    issued_at: u64,
    lifetime: u32,
    origin: Option<String>,
    tracking: Option<Tracking>,
}

impl Wanted {
    pub(super) fn of(links: &Links, key: Result<String>, options: SignOptions) -> Result<Self> {
        let SignOptions { access, expires_in, content_type, content_disposition, size, .. } =
            options;
        let SignOptions { uses, is_revocable, origin, .. } = options;
        let key = check_key(key)?;
        refuse_reserved(key.as_str())?;
        check_header("content type", content_type.as_deref())?;
        disposition::check(content_disposition.as_deref())?;
        check_disposition(content_disposition.as_deref())?;
        let access = match (access, &content_disposition, size) {
            (LinkAccess::Read, _, None) => Access::Read { content_type, content_disposition },
            (LinkAccess::Read, _, Some(_)) => {
                return Err(invalid("a link that reads has no size: that is for `write()`"));
            }
            (LinkAccess::Write, None, size) => Access::Write { content_type, size },
            (LinkAccess::Write, Some(_), _) => {
                let message = "a link that writes has no content disposition: that is for `read()`";
                return Err(invalid(message));
            }
        };
        if let Some(origin) = &origin {
            check_declared(links, origin)?;
        }
        if let Some(uses) = uses
            && !(1..=USES_MAX).contains(&uses)
        {
            return Err(invalid(format!("a link has 1 to {USES_MAX} uses, not {uses}")));
        }
        let tracking = if uses.is_some() || is_revocable {
            Some(Tracking { id: backend::random()?, uses })
        } else {
            None
        };
        let lifetime = lifetime(links, expires_in, tracking.is_some())?;
        let issued_at = seconds(backend::now());
        Ok(Self { key, access, issued_at, lifetime, origin, tracking })
    }

    /// The link, to R2 itself if that can keep all it says.
    pub(super) fn sign(self, links: &Links) -> Result<SignedUrl> {
        match (&links.presigner, self.only_worker(links), &links.keys) {
            (Some(presigner), None, _) => self.direct(links, presigner),
            (_, _, Some(keys)) => self.worker(links, keys),
            (Some(_), Some(what), None) => {
                let message = format!("{what} takes a link to the Worker, which is not declared");
                Err(Error::new(ErrorKind::Unsupported, message).with_detail(BESIDE_S3))
            }
            (None, _, None) => {
                let message = "links to R2 itself are made on Workers only";
                Err(Error::new(ErrorKind::Unsupported, message).with_detail(BESIDE_S3))
            }
        }
    }

    /// What of it R2 could not keep.
    fn only_worker(&self, links: &Links) -> Option<&'static str> {
        let Self { key, access, tracking, origin, .. } = self;
        let segment = |segment| matches!(segment, "." | "..");
        match tracking {
            Some(Tracking { uses: Some(_), .. }) => return Some("the option `uses`"),
            Some(Tracking { uses: None, .. }) => return Some("the option `revocable`"),
            None => {}
        }
        if let Access::Write { size: Some(Size::AtMost(_)), .. } = access {
            Some("the option `max_size`")
        } else if origin.is_some() {
            Some("the option `origin`")
        } else if links.spec.encryption.is_some() {
            Some("an encrypted bucket")
        } else if key.as_str().split('/').any(segment) {
            Some("a key with a segment `.` or `..`, which clients take out of URLs,")
        } else {
            None
        }
    }

    fn worker(self, links: &Links, keys: &TokenKeys) -> Result<SignedUrl> {
        let Self { key, access, issued_at, lifetime, origin, tracking } = self;
        let origin = match (origin, &links.origin) {
            (Some(origin), _) => origin,
            (None, Some(origin)) if is_origin(origin) => origin.clone(),
            (None, Some(_)) => {
                return Err(leads_nowhere(format!(
                    "the variable `{SIGNED_URLS_ORIGIN_VARIABLE}` is no origin: `https://` or `http://` \
                     and a host, and nothing behind; help: `http://127.0.0.1:8787`"
                )));
            }
            (None, None) => {
                return Err(leads_nowhere(
                    "the declaration has no `host`, and the link no origin; help: declare it, \
                     `signed_urls(.., host = \"files.example.com\")`, or give the link an `origin(..)`",
                ));
            }
        };
        let (method, headers) = sent(&access);
        let mut grant = Grant::new(&links.name, key.into_string(), access, issued_at, lifetime);
        grant.tracking = tracking;
        let token = keys.sign(&grant).map_err(|error| invalid(error.to_string()))?;
        let url = format!("{origin}/.storage/{token}");
        let expires_at = grant.expires_at();
        Ok(SignedUrl { url, method, headers, expires_at, route: Route::Worker })
    }

    fn direct(self, links: &Links, presigner: &Presigner) -> Result<SignedUrl> {
        let Self { key, access, issued_at, lifetime, .. } = self;
        let (method, headers) = sent(&access);
        let mut query = Vec::new();
        if let Access::Read { content_type, content_disposition } = &access {
            let disposition = ("response-content-disposition", content_disposition);
            for (name, value) in [disposition, ("response-content-type", content_type)] {
                query.extend(value.as_deref().map(|value| (name, value)));
            }
        }
        let sent: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let request = Request {
            method: match access {
                Access::Read { .. } => Method::Get,
                Access::Write { .. } => Method::Put,
            },
            bucket: &links.account_name,
            key: key.as_str(),
            expires_seconds: lifetime.into(),
            headers: &sent,
            query: &query,
        };
        let signed = presigner.sign(&request, issued_at);
        let url = signed.map_err(|error: SignError| invalid(error.to_string()))?;
        let expires_at = issued_at.saturating_add(lifetime.into());
        Ok(SignedUrl { url, method, headers, expires_at, route: Route::Direct })
    }
}

/// What a client has to send.
fn sent(access: &Access) -> (&'static str, BTreeMap<&'static str, String>) {
    let mut headers = BTreeMap::new();
    match access {
        Access::Read { .. } => ("GET", headers),
        Access::Write { content_type, size } => {
            if let Some(content_type) = content_type {
                headers.insert("content-type", content_type.clone());
            }
            if let Some(Size::Exactly(size)) = size {
                headers.insert("content-length", size.to_string());
            }
            ("PUT", headers)
        }
    }
}

/// How long it is good, in seconds. One that is tracked is not, once it is forgotten what has become of it.
pub(super) fn lifetime(
    links: &Links,
    expires_in: Option<Duration>,
    is_tracked: bool,
) -> Result<u32> {
    let most = links.spec.signed_urls.map_or(MAX_AGE_SECONDS_MAX, |signed| signed.max_age_seconds);
    let known =
        links.known_for().filter(|_| is_tracked).and_then(|known| u32::try_from(known).ok());
    let most = known.map_or(most, |known| known.min(most));
    let Some(time) = expires_in else {
        return Ok(EXPIRES_IN_SECONDS.min(most));
    };
    let seconds = u32::try_from(time.as_secs()).ok().filter(|time| (1..=most).contains(time));
    seconds.ok_or_else(|| {
        let found = time.as_secs_f64();
        invalid(format!("the link is to be good for {found} seconds: 1 to {most} are allowed here"))
    })
}

/// What the declaration or the environment lacks: whoever sent a request is not told of it.
fn leads_nowhere(detail: impl Into<String>) -> Error {
    let message = "this application is not configured for its links";
    Error::new(ErrorKind::Misconfigured, message).with_detail(detail)
}

/// Checks that nobody on the way sees a link that leads there.
fn check_encrypted(origin: &str) -> Result<()> {
    let is_here = origin.strip_prefix("http://").is_some_and(is_loopback);
    if is_origin(origin) && (origin.starts_with("https://") || is_here) {
        return Ok(());
    }
    let message = "the origin of a link is `https://` and a host, without a path: \
                   `https://files.example.com`; `http://` leads to this machine alone: \
                   `http://127.0.0.1:8787`";
    Err(invalid(message))
}

/// Whether a host, with a port if it has one, is the machine itself.
fn is_loopback(host: &str) -> bool {
    // Only an address in brackets has a colon.
    let end = host.find(']').map_or_else(|| host.find(':').unwrap_or(host.len()), |at| at + 1);
    let Some((host, port)) = host.split_at_checked(end) else { return false };
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
        return false;
    }
    let is_address = host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_address || matches!(host, "localhost" | "[::1]")
}

/// Whether it is one: `scheme://host`, with a port if it has one.
fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_host = |host: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        !host.is_empty() && host.bytes().all(is_allowed)
    };
    host.is_some_and(is_host)
}

/// Checks that an origin is one that the declaration names, if it names any: whoever is elsewhere would learn a
/// link, and nobody there answers it. The one of a local run is fine, whatever its scheme is.
fn check_declared(links: &Links, origin: &str) -> Result<()> {
    if is_origin(origin) && links.origin.as_deref() == Some(origin) {
        return Ok(());
    }
    let Some(declared) = &links.spec.signed_urls else { return check_encrypted(origin) };
    let mut hosts = declared.host.iter().chain(declared.other_hosts).peekable();
    let host = origin.strip_prefix("https://");
    if hosts.peek().is_none() || !is_origin(origin) {
        return check_encrypted(origin);
    }
    if hosts.any(|declared| host == Some(*declared)) {
        return Ok(());
    }
    // It may have come with a request, so what to declare is for the log alone.
    let error = invalid("a link does not lead to that origin").with_detail(format!(
        "`{origin}` is none of the hosts of the declaration; help: if it is one, declare it: \
         `signed_urls(.., other_hosts = [..])`"
    ));
    backend::note(&error);
    Err(error)
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOption, message)
}
