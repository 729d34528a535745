//! The lease of a use: who has it may write, and nobody else does meanwhile.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::key::BucketKey;

use super::{Uses, busy, pick};
use crate::backend;
use crate::bucket::{Conditions, Etags, ObjectInfo};
use crate::error::Result;
use crate::signed::{links, markers};

/// How long a lease lasts that nobody gives back.
pub(super) const LASTS: Duration = Duration::from_secs(600);

/// How long before that the body has to be there: a minute, for what is stored to be acknowledged.
pub(super) const MARGIN: Duration = Duration::from_secs(60);

const END: &str = ".lease";

/// What came of the wish to write.
pub(super) enum Wish {
    /// It may be done.
    Granted(Lease),
    /// Nobody may any more: what was written by each use.
    Spent(Vec<Written>),
}

/// What was written.
pub(super) struct Written {
    pub(super) etag: String,
}

const ETAG: &str = "etag";

/// A use that nobody else takes meanwhile. Dropped, it is given back.
pub(super) struct Lease {
    uses: Uses,
    number: u16,
    until: SystemTime,
    is_open: bool,
}

impl Uses {
    /// Takes a lease of a use that is left.
    pub(super) async fn lease(&self) -> Result<Wish> {
        self.lease_at(backend::now()).await
    }

    async fn lease_at(&self, now: SystemTime) -> Result<Wish> {
        for _ in 0..=self.count {
            let found = markers::list(&self.stored, &self.prefix).await?;
            let used: BTreeMap<_, _> = found
                .iter()
                .filter_map(|marker| Some((self.number(marker, "")?, marker)))
                .collect();
            if used.len() >= usize::from(self.count) {
                let written = |marker: &&ObjectInfo| {
                    Some(Written { etag: marker.metadata().get(ETAG)?.clone() })
                };
                return Ok(Wish::Spent(used.values().filter_map(written).collect()));
            }
            let leased: BTreeMap<_, _> = found
                .iter()
                .filter_map(|marker| Some((self.number(marker, END)?, marker)))
                .collect();
            let left = (0..self.count).filter(|number| !used.contains_key(number));
            // One that nobody gave back is taken over.
            let free: Vec<_> = left
                .filter_map(|number| match leased.get(&number) {
                    None => Some((number, None)),
                    Some(lease) => {
                        has_ended(lease, now).then(|| (number, Some(lease.etag().to_owned())))
                    }
                })
                .collect();
            let Some((number, before)) = pick(&free)? else {
                return Err(busy());
            };
            if let Some(lease) = self.try_lease(number, before, now + LASTS).await? {
                return Ok(Wish::Granted(lease));
            }
        }
        Err(busy())
    }

    /// Takes that lease, from the one before if there is one: `None` if another was faster.
    async fn try_lease(
        &self,
        number: u16,
        before: Option<String>,
        until: SystemTime,
    ) -> Result<Option<Lease>> {
        let conditions = match before {
            None => Conditions::not_exists(),
            Some(etag) => {
                Conditions { etag_matches: Some(Etags::OneOf(vec![etag])), ..Conditions::default() }
            }
        };
        // Random, so that no two leases have the same etag.
        let body = Bytes::copy_from_slice(&backend::random::<16>()?);
        let key = format!("{}{number}{END}", self.prefix);
        let put = markers::put(&self.stored, key, body, BTreeMap::new(), conditions);
        let taken = put.await?.is_some();
        Ok(taken.then(|| Lease { uses: self.clone(), number, until, is_open: true }))
    }
}

impl Lease {
    /// Until when the body has to be there.
    pub(super) fn deadline(&self) -> SystemTime {
        self.until.checked_sub(MARGIN).unwrap_or(self.until)
    }

    /// It was used, to write that.
    pub(super) async fn used(mut self, written: &ObjectInfo) -> Result<()> {
        let metadata = BTreeMap::from([(ETAG.to_owned(), written.etag().to_owned())]);
        let is_first = self.uses.create(self.number, metadata).await?;
        self.is_open = false;
        // Only who has the lease creates it: it would be one that lasted too long.
        if is_first { Ok(()) } else { Err(links::refused().with_detail("the lease has ended")) }
    }

    /// It was not used.
    pub(super) async fn give_back(mut self) {
        self.is_open = false;
        self.delete().await;
    }

    /// Whatever that comes to: the lease ends anyway.
    fn delete(&self) -> BoxFuture<'static, ()> {
        let stored = self.uses.stored.clone();
        let key = BucketKey::new(format!("{}{}{END}", self.uses.prefix, self.number));
        Box::pin(async move {
            if let Ok(key) = key {
                let _ = stored.delete(vec![key]).await;
            }
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.is_open {
            backend::detach(self.delete());
        }
    }
}

fn has_ended(lease: &ObjectInfo, now: SystemTime) -> bool {
    lease.uploaded().checked_add(LASTS).is_some_and(|end| end <= now)
}

#[cfg(test)]
mod tests {
    use storage_core::manifest::BucketSpec;

    use super::*;
    use crate::backend::Memory;
    use crate::declare::Connect as _;

    async fn lease(uses: &Uses, at: SystemTime) -> Option<Lease> {
        match uses.lease_at(at).await {
            Ok(Wish::Granted(lease)) => Some(lease),
            Ok(Wish::Spent(_)) | Err(_) => None,
        }
    }

    #[tokio::test]
    async fn a_lease_that_nobody_gave_back_ends() {
        static SPEC: BucketSpec = BucketSpec::new("files", "FILES");
        let Ok(stored) = Memory.bucket(&SPEC);
        let uses = Uses { stored, prefix: ".storage/uses/00/".into(), count: 1 };
        let start = backend::now();
        let mut lost = lease(&uses, start).await.expect("nobody has it");
        lost.is_open = false; // its process is gone
        assert!(lease(&uses, start + LASTS / 2).await.is_none());
        let later = backend::now() + LASTS;
        let second = lease(&uses, later).await.expect("it has ended");
        assert!(second.deadline() > later && second.deadline() < later + LASTS);

        // Of two that hold the same use, as a clock that is wrong may have it, one has it.
        let written = ObjectInfo::new("a".into(), 1, "etag".into(), start);
        second.used(&written).await.expect("it is the first");
        assert!(lost.used(&written).await.is_err());
        assert!(
            matches!(uses.lease_at(later).await, Ok(Wish::Spent(written)) if written.len() == 1)
        );
    }
}
