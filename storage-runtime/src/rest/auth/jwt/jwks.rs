//! The keys of an issuer, kept between requests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::key::{self, Key, Named};
use super::token::Token;
use super::unavailable;
use crate::backend;
use crate::error::Result;

/// How long a set of keys may be, in bytes.
const BYTES_MAX: usize = 256 * 1024;

/// All sets that were fetched, by their URL: on Workers a server lives as long as a request, and this as
/// long as the isolate.
static CACHE: Mutex<BTreeMap<String, Cached>> = Mutex::new(BTreeMap::new());

/// Where keys are, and how long they are kept.
#[derive(Debug)]
pub(super) struct Jwks {
    url: String,
    cached: Duration,
    refresh: Duration,
}

/// A set as it was fetched.
#[derive(Clone, Debug)]
struct Cached {
    /// `None` if it never was.
    keys: Option<(SystemTime, Vec<Named>)>,
    /// When it was last asked for.
    asked: SystemTime,
    /// Whether there has been an answer to that, if only that there is none.
    is_answered: bool,
}

impl Jwks {
    pub(super) fn new(url: &str, cached: Duration, refresh: Duration) -> Self {
        Self { url: url.to_owned(), cached, refresh }
    }

    /// The keys that may have signed a token: the one it names, or if it names none, all that have none or
    /// any name, of its algorithm.
    pub(super) async fn keys_of(&self, token: &Token) -> Result<Vec<Key>> {
        let now = backend::now();
        let known = cache().get(&self.url).cloned();
        if let Some(Cached { keys, asked, is_answered }) = known {
            let was_just_asked = age(asked, now) < self.refresh;
            match keys {
                Some((fetched, keys)) => {
                    let found = matching(&keys, token);
                    let is_fresh = age(fetched, now) < self.cached;
                    if (is_fresh && !found.is_empty())
                        || (was_just_asked && self.is_usable(fetched, now))
                    {
                        return Ok(found);
                    }
                }
                // Nobody waits for somebody else's answer here: whoever asked may be gone.
                None if was_just_asked && is_answered => {
                    return Err(unavailable("they were just asked for"));
                }
                None => {}
            }
        }
        self.fetch(now).await.map(|keys| matching(&keys, token))
    }

    /// Asks for the keys. If they can't be had, those that were there are used for as long again.
    async fn fetch(&self, now: SystemTime) -> Result<Vec<Named>> {
        // Before, so that requests that come meanwhile do not ask as well.
        cache()
            .entry(self.url.clone())
            .and_modify(|cached| (cached.asked, cached.is_answered) = (now, false))
            .or_insert(Cached { keys: None, asked: now, is_answered: false });
        let mut asking = Asking { url: &self.url, is_answered: false };
        let fetched = backend::fetch(&self.url, BYTES_MAX).await.and_then(|json| {
            key::set(&json).ok_or_else(|| unavailable("what was fetched is no set of keys"))
        });
        asking.is_answered = true;
        let mut cache = cache();
        let mut cached = cache.get_mut(&self.url);
        if let Some(cached) = &mut cached {
            cached.is_answered = true;
        }
        match (fetched, cached) {
            (Ok(keys), cached) => {
                if let Some(cached) = cached {
                    cached.keys = Some((now, keys.clone()));
                }
                Ok(keys)
            }
            (Err(error), Some(Cached { keys: Some((fetched, keys)), .. }))
                if self.is_usable(*fetched, now) =>
            {
                backend::log(&error);
                Ok(keys.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    fn is_usable(&self, fetched: SystemTime, now: SystemTime) -> bool {
        age(fetched, now) < self.cached.saturating_mul(2)
    }
}

/// Somebody who waits for keys. Whoever is gone before there is an answer was never there, and the next one asks:
/// nobody is to keep others from being answered by going away again and again.
struct Asking<'a> {
    url: &'a str,
    is_answered: bool,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if !self.is_answered
            && let Some(cached) = cache().get_mut(self.url)
        {
            cached.asked = SystemTime::UNIX_EPOCH;
        }
    }
}

/// Those of the algorithm of a token, and if it names its key, that one.
fn matching(keys: &[Named], token: &Token) -> Vec<Key> {
    let of_algorithm = keys.iter().filter(|named| named.key.algorithm() == token.algorithm);
    let is_named = |named: &&Named| token.key_id.is_none() || token.key_id == named.id;
    of_algorithm.filter(is_named).map(|named| named.key.clone()).collect()
}

fn age(time: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(time).unwrap_or_default()
}

fn cache() -> MutexGuard<'static, BTreeMap<String, Cached>> {
    CACHE.lock().unwrap_or_else(PoisonError::into_inner)
}
