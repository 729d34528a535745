//! Sessions in KV.
//!
//! | key | what it says | written | expires |
//! | --- | --- | --- | --- |
//! | `sessions/{user}/{hash}` | that there is a session, and on what | once, by a login | 90 days later |
//! | `seen/{user}/{hash}` | that it is in use | at most once an hour | 24 hours or 30 days later |
//! | `ended/{user}` | that all sessions that are older have ended | by "log out everywhere" | 90 days later |
//!
//! A session is good while it has the first two and is younger than the third; one call reads all of them.
//!
//! Why not one entry that is written again and again? KV is eventually consistent: for up to a minute a
//! logout in Vienna is not seen in Sydney. A request there, at that moment, would write the entry anew and
//! bring the session back for good. What it writes here is `seen`, which alone is nothing.

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt as _;
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use storage::{Body, Key, Kv, ToKey as _};

use crate::cookie::SessionCookie;
use crate::id::{SessionHash, SessionId};
use crate::users::UserName;

/// Who is logged in. What is not said to last otherwise lasts a day: a session that is not in use.
#[storage::kv(name = "sessions", ttl_seconds = 86_400, observability = true)]
pub struct SessionStore;

/// How long a session lasts that is remembered and not in use.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long a session lasts that is always in use.
pub(crate) const LONGEST: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How old the note that a session is in use has to be to be written again. KV takes a write a second for a
/// key, and charges for each.
const SEEN_AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);

/// For how long a place may go by what it has read before: the least that KV has.
const CACHE: Duration = Duration::from_secs(30);

/// The most characters that are kept of what a browser calls itself.
const AGENT_CHARACTERS_MAX: usize = 128;

/// There is a session.
#[derive(Key)]
#[key("sessions/{user}/{hash}")]
struct SessionKey {
    user: String,
    hash: String,
}

/// A session is in use.
#[derive(Key)]
#[key("seen/{user}/{hash}")]
struct SeenKey {
    user: String,
    hash: String,
}

/// All sessions that are older have ended.
#[derive(Key)]
#[key("ended/{user}")]
struct EndedKey {
    user: String,
}

/// What is kept of a session beside its keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Login {
    /// When it was, in milliseconds since 1970.
    since: u64,
    /// Whether it lasts 30 days unused, and not one.
    pub(crate) is_remembered: bool,
    /// What the browser called itself.
    pub(crate) agent: String,
}

/// A session that is good.
pub(crate) struct Session {
    pub(crate) user: UserName,
    pub(crate) hash: SessionHash,
    pub(crate) login: Login,
}

/// A session of a list.
pub(crate) struct Listed {
    pub(crate) hash: SessionHash,
    pub(crate) login: Login,
    /// When it was last noted to be in use: that is at most an hour off.
    pub(crate) seen: SystemTime,
}

/// The sessions of everybody.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Kv<SessionStore>,
    now: fn() -> SystemTime,
}

impl Login {
    /// When it was.
    pub(crate) fn since(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.since)
    }
}

impl Sessions {
    /// By that clock.
    pub(crate) fn new(store: Kv<SessionStore>, now: fn() -> SystemTime) -> Self {
        Self { store, now }
    }

    /// Begins a session of somebody who has proved who they are.
    pub(crate) async fn begin(
        &self,
        user: UserName,
        is_remembered: bool,
        agent: &str,
    ) -> storage::Result<SessionCookie> {
        let id = SessionId::random().map_err(|error| {
            storage::Error::new(storage::ErrorKind::Internal, "there are no random numbers")
                .with_source(error)
        })?;
        let hash = id.hash();
        let agent = agent.chars().take(AGENT_CHARACTERS_MAX).collect();
        let since = (self.now)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let since = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        let login = Login { since, is_remembered, agent };
        let session = self.store.put(session_key(&user, &hash), Body::json(&login)?).ttl(LONGEST);
        try_join(session.into_future(), self.note(&user, &hash, is_remembered)).await?;
        Ok(SessionCookie { user, id })
    }

    /// The session of a cookie, if it is good, which keeps it so for another day or month.
    pub(crate) async fn find(&self, cookie: &SessionCookie) -> storage::Result<Option<Session>> {
        let (user, hash) = (&cookie.user, cookie.id.hash());
        let keys = [
            session_key(user, &hash).to_key()?,
            seen_key(user, &hash).to_key()?,
            ended_key(user).to_key()?,
        ];
        let found = self.store.get_many(keys).cache_ttl(CACHE).await?;
        let Ok([Some(session), Some(seen), ended]) = <[_; 3]>::try_from(found) else {
            return Ok(None);
        };
        let login: Login = session.json().await?;
        let ended = ended.and_then(|ended| ended.info().uploaded());
        if ended.is_some_and(|ended| login.since() <= ended) {
            return Ok(None);
        }
        let Some(seen) = seen.info().uploaded() else { return Ok(None) };
        if (self.now)().duration_since(seen).is_ok_and(|age| age >= SEEN_AGAIN_AFTER) {
            let noted = self.note(user, &hash, login.is_remembered).await;
            // Another request of the same moment may have noted it, and the next one tries again.
            noted.or_else(|error| if error.is_retryable() { Ok(()) } else { Err(error) })?;
        }
        Ok(Some(Session { user: user.clone(), hash, login }))
    }

    /// The sessions of a user, as far as this place has heard of them.
    pub(crate) async fn list(&self, user: &UserName) -> storage::Result<Vec<Listed>> {
        let ended = self.store.head(ended_key(user)).await?;
        let ended = ended.and_then(|ended| ended.uploaded());
        let mut pages = self.store.list().prefix(SeenKey::prefix((user.to_string(),))).pages();
        let mut found = Vec::new();
        while let Some(page) = pages.try_next().await? {
            let seen: Vec<_> = page
                .items
                .iter()
                .filter_map(|entry| {
                    let hash = SessionHash::parse(&SeenKey::parse(entry.key()).ok()?.hash)?;
                    Some((hash, entry.uploaded()?))
                })
                .collect();
            let keys = seen.iter().map(|(hash, _)| session_key(user, hash));
            let sessions = self.store.get_many(keys).cache_ttl(CACHE).await?;
            for ((hash, seen), session) in seen.into_iter().zip(sessions) {
                let Some(session) = session else { continue };
                let login: Login = session.json().await?;
                if ended.is_none_or(|ended| login.since() > ended) {
                    found.push(Listed { hash, login, seen });
                }
            }
        }
        Ok(found)
    }

    /// Ends a session of a user. That of somebody else is not found, and nothing happens.
    pub(crate) async fn end(&self, user: &UserName, hash: &SessionHash) -> storage::Result<()> {
        // First what makes it a session.
        self.store.delete(session_key(user, hash)).await?;
        self.store.delete(seen_key(user, hash)).await
    }

    /// Ends all sessions of a user: those of any place, of which this one may not have heard, by a note that is
    /// younger than they are. What is listed is removed as well.
    pub(crate) async fn end_all(&self, user: &UserName) -> storage::Result<()> {
        self.store.put(ended_key(user), "").ttl(LONGEST).await?;
        let session_prefix = SessionKey::prefix((user.to_string(),));
        let mut pages = self.store.list().prefix(session_prefix).pages();
        while let Some(page) = pages.try_next().await? {
            let found = page.items.iter().filter_map(|entry| SessionKey::parse(entry.key()).ok());
            let hashes: Vec<_> =
                found.filter_map(|session| SessionHash::parse(&session.hash)).collect();
            self.store.delete_many(hashes.iter().map(|hash| session_key(user, hash))).await?;
            self.store.delete_many(hashes.iter().map(|hash| seen_key(user, hash))).await?;
        }
        Ok(())
    }

    /// Notes that a session is in use.
    async fn note(
        &self,
        user: &UserName,
        hash: &SessionHash,
        is_remembered: bool,
    ) -> storage::Result<()> {
        let put = self.store.put(seen_key(user, hash), "");
        let put = if is_remembered { put.ttl(REMEMBERED) } else { put };
        put.await.map(drop)
    }
}

fn session_key(user: &UserName, hash: &SessionHash) -> SessionKey {
    SessionKey { user: user.to_string(), hash: hash.to_string() }
}

fn seen_key(user: &UserName, hash: &SessionHash) -> SeenKey {
    SeenKey { user: user.to_string(), hash: hash.to_string() }
}

fn ended_key(user: &UserName) -> EndedKey {
    EndedKey { user: user.to_string() }
}
