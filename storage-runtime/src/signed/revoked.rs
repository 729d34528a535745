//! Links that are good no more.
//!
//! A link that can be revoked is looked up for each request: whether there is a marker
//! `.storage/revoked/{id}`, and what `.storage/revoked/before` says, a JSON list of prefixes and times.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use storage_core::ErrorKind;
use storage_core::key::BucketKey;
use storage_core::limits::r2::KEY_BYTES_MAX;
use storage_core::signing::token::{Grant, RESERVED};

use super::before::{self, Before};
use super::links::{Links, refused};
use super::markers;
use super::request::seconds;
use super::wanted::invalid;
use crate::backend::{self, GetObject};
use crate::bucket::{Conditions, Etags, RawBucket};
use crate::content;
use crate::error::{Error, Result};
use crate::hex;
use crate::key::ToPrefix;
use crate::list;

/// How often a change is begun anew that another was faster than.
const ATTEMPTS: usize = 5;

/// The links of a bucket. Made by [`Bucket::signed_urls`](crate::Bucket::signed_urls).
#[derive(Clone, Debug)]
pub struct SignedUrls {
    bucket: RawBucket,
}

impl SignedUrls {
    pub(crate) fn new(bucket: RawBucket) -> Self {
        Self { bucket }
    }

    /// Revokes a link, a [`SignedUrl`](super::SignedUrl) or its URL: from when this returns on it is refused.
    ///
    /// # Errors
    ///
    /// [`InvalidOption`](ErrorKind::InvalidOption) if it is no link of this bucket that leads to the Worker,
    /// or not one that is [revocable](super::SignUrl::revocable): none that leads to R2 itself is.
    pub async fn revoke(&self, link: impl AsRef<str> + Send) -> Result<()> {
        let token = link.as_ref().rsplit('/').next().unwrap_or_default().to_owned();
        drop(link);
        let revoked = match self.bucket.links_elsewhere() {
            Some(remote) => remote.revoke(token).await,
            None => self.revoke_token(&token, |_| Ok(())).await,
        };
        revoked.map_err(|error| error.at(self.bucket.place("revoke")))
    }

    /// Revokes all [revocable](super::SignUrl::revocable) links that were made before that time, to objects whose
    /// keys begin with the prefix: an empty one is all of them. Links that are not revocable end when the key that
    /// signed them is taken out of the secret.
    ///
    /// A link says when it was made to the second. So those that are made in the second of that time are revoked
    /// too, before it or after: of `SystemTime::now()`, every link that was made before the call, and those that are
    /// made until the second is over. Who gives out new ones at once makes them a second later.
    ///
    /// It is kept for a week, which is as long as a link is good, or until a shorter prefix and no earlier time
    /// takes its place. So the empty prefix always fits, and so does the one that a storage Worker granted.
    ///
    /// # Errors
    ///
    /// [`InvalidOption`](ErrorKind::InvalidOption) if the time is in the future, the prefix is longer than a
    /// key, or it is one more than the 1,000 prefixes that fit: of callers of a storage Worker with a granted prefix,
    /// than 100 below that; [`InvalidKey`](ErrorKind::InvalidKey) for a prefix of a
    /// typed key that can't be; [`RateLimited`](ErrorKind::RateLimited) if too many do so at once.
    pub async fn revoke_before(
        &self,
        time: SystemTime,
        prefix: impl ToPrefix + Send,
    ) -> Result<()> {
        let prefix = prefix.to_prefix();
        let revoked = async {
            match self.bucket.links_elsewhere() {
                Some(remote) => remote.revoke_before(seconds(time), prefix?).await,
                None => self.add(seconds(time), prefix?, "").await,
            }
        };
        revoked.await.map_err(|error| error.at(self.bucket.place("revoke_before")))
    }

    /// Revokes a link, if `may` allows it for the key that it is of.
    pub(crate) async fn revoke_token(
        &self,
        token: &str,
        may: impl FnOnce(&str) -> Result<()>,
    ) -> Result<()> {
        let unknown = || invalid("this is no link of this bucket that leads to the Worker");
        let links = self.bucket.links().ok_or_else(unknown)?;
        let keys = links.keys.as_ref().ok_or_else(unknown)?;
        let grant = keys.open_at_any_time(token).map_err(|error| unknown().with_source(error))?;
        if grant.bucket != links.name {
            return Err(unknown());
        }
        may(&grant.key)?;
        let Some(tracking) = grant.tracking else {
            let message = "the link can't be revoked: that takes one made with `revocable()`";
            return Err(invalid(message));
        };
        let (key, always) = (marker(&tracking.id), Conditions::default());
        markers::put(&links.stored, key, Bytes::new(), BTreeMap::new(), always).await?;
        Ok(())
    }

    /// Revokes links that were made before that second since 1970, or in it, for somebody who reaches the keys
    /// with the prefix `reached`.
    pub(crate) async fn add(&self, before: u64, prefix: String, reached: &str) -> Result<()> {
        let now = seconds(backend::now());
        if before > now {
            return Err(invalid("links that are made later can't be revoked now"));
        }
        // Every request by a link that can be revoked reads all of them.
        list::check_place(Some(&prefix), None, KEY_BYTES_MAX)?;
        let links = self.bucket.links().ok_or_else(|| invalid("the bucket has no signed URLs"))?;
        for _ in 0..ATTEMPTS {
            let (mut list, etag) = read(links).await?;
            let added = Before { prefix: prefix.clone(), before };
            if !before::add(&mut list, added, reached, now)? {
                return Ok(());
            }
            let conditions = match etag {
                None => Conditions::not_exists(),
                Some(etag) => Conditions {
                    etag_matches: Some(Etags::OneOf(vec![etag])),
                    ..Conditions::default()
                },
            };
            let body = content::write_json(&list)?.into();
            let put = markers::put(&links.stored, before_key(), body, BTreeMap::new(), conditions);
            if put.await?.is_some() {
                return Ok(());
            }
        }
        let message = "others revoke links at the same time: try again later";
        Err(Error::new(ErrorKind::RateLimited, message))
    }
}

/// Refuses a link that has been revoked.
pub(super) async fn check(links: &Links, grant: &Grant) -> Result<()> {
    let Some(tracking) = grant.tracking else {
        return Ok(());
    };
    if links.stored.head(BucketKey::new(marker(&tracking.id))?).await?.is_some() {
        return Err(refused().with_detail("the link has been revoked"));
    }
    let (list, _) = read(links).await?;
    if list.iter().any(|one| one.is_of(grant)) {
        return Err(refused().with_detail("links of that time have been revoked"));
    }
    Ok(())
}

/// What was revoked by time, and the etag of that.
async fn read(links: &Links) -> Result<(Vec<Before>, Option<String>)> {
    let get = GetObject {
        key: BucketKey::new(before_key())?,
        range: None,
        conditions: Conditions::default(),
        customer_key: None,
    };
    let Some(found) = links.stored.get(get).await? else {
        return Ok((Vec::new(), None));
    };
    let etag = found.info.etag().to_owned();
    match found.body {
        Some(body) => Ok((content::json(&body.body.bytes().await?)?, Some(etag))),
        None => Ok((Vec::new(), Some(etag))),
    }
}

fn marker(id: &[u8; 16]) -> String {
    format!("{RESERVED}revoked/{}", hex::encode(id))
}

fn before_key() -> String {
    format!("{RESERVED}revoked/before")
}
