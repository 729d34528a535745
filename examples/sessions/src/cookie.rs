//! The cookie of a session.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::id::SessionId;
use crate::users::UserName;

/// The prefix `__Host-` has browsers refuse the cookie unless it is `Secure`, has the path `/` and is of
/// exactly this host: no other subdomain can set one in its place.
const NAME: &str = "__Host-session";

/// What scripts can't read, what is sent by HTTPS only (and to 127.0.0.1), and what other sites can't have
/// sent along with what they make a browser do, but for following a link here.
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// What the browser sends: whose session, and its id. The name saves a search; who is logged in is what
/// is stored under it.
pub(crate) struct SessionCookie {
    pub(crate) user: UserName,
    pub(crate) id: SessionId,
}

impl SessionCookie {
    /// The one of a request, if it has one of the right form.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
        let value = pairs.find_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))?;
        let (user, id) = value.split_once('.')?;
        Some(Self { user: UserName::parse(user)?, id: SessionId::parse(id)? })
    }

    /// The header that sets it, for as long, or until the browser is closed.
    pub(crate) fn set(&self, lasts: Option<Duration>) -> String {
        let Self { user, id } = self;
        let age = lasts.map(|lasts| format!("; Max-Age={}", lasts.as_secs())).unwrap_or_default();
        format!("{NAME}={user}.{}; {ATTRIBUTES}{age}", id.expose())
    }

    /// The header that removes it.
    pub(crate) fn remove() -> String {
        format!("{NAME}=; {ATTRIBUTES}; Max-Age=0")
    }
}
