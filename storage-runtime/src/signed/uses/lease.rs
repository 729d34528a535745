//! The lease of a use: who has it may write, and nobody else does meanwhile.
//!
//! When all of the body is there, and before it is the object, the use is spent: whoever goes away at that moment
//! would else have written and still have it. So a marker says that something may have been written, and a second
//! one, `.storage/uses/{id}/{number}.written`, what it was.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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
const WRITTEN: &str = ".written";

/// What came of the wish to write.
pub(super) enum Wish {
    /// It may be done.
    Granted(Lease),
    /// Nobody may any more: what was written by each use.
    Spent(Vec<Written>),
}

/// What was written by a use.
pub(super) struct Written {
    /// Unknown if whoever wrote it was gone before they could say.
    etag: Option<String>,
    /// When the use was spent, which is before it was written.
    spent: SystemTime,
}

impl Written {
    /// Whether an object is what was written, as far as that is known.
    pub(super) fn may_be(&self, object: &ObjectInfo) -> bool {
        match &self.etag {
            Some(etag) => etag == object.etag(),
            None => object.uploaded() >= self.spent,
        }
    }
}

const ETAG: &str = "etag";

/// A use that nobody else takes meanwhile. Dropped, it is given back, unless it may have been spent.
pub(super) struct Lease {
    uses: Uses,
    number: u16,
    until: SystemTime,
    state: Arc<AtomicU8>,
}

/// What has become of a lease.
mod state {
    /// Nothing was written.
    pub(super) const OPEN: u8 = 0;
    /// It may be spent, by this request or by another.
    pub(super) const UNKNOWN: u8 = 1;
    /// It is spent by this request.
    pub(super) const SPENT: u8 = 2;
    /// There is nothing to do any more.
    pub(super) const CLOSED: u8 = 3;
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
            let leased: BTreeMap<_, _> = found
                .iter()
                .filter_map(|marker| Some((self.number(marker, END)?, marker)))
                .collect();
            if used.len() >= usize::from(self.count) {
                let etags: BTreeMap<_, _> = found
                    .iter()
                    .filter_map(|marker| {
                        let etag = marker.metadata().get(ETAG)?.clone();
                        Some((self.number(marker, WRITTEN)?, etag))
                    })
                    .collect();
                // What is about to be written is not known to be what somebody sends again.
                let is_under_way = |number| {
                    let lease = leased.get(number);
                    !etags.contains_key(number) && lease.is_some_and(|lease| !has_ended(lease, now))
                };
                if used.keys().any(is_under_way) {
                    return Err(busy());
                }
                let written = used.iter().map(|(number, marker)| Written {
                    etag: etags.get(number).cloned(),
                    spent: marker.uploaded(),
                });
                return Ok(Wish::Spent(written.collect()));
            }
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
        let state = Arc::new(AtomicU8::new(state::OPEN));
        Ok(taken.then(|| Lease { uses: self.clone(), number, until, state }))
    }
}

impl Lease {
    /// Until when the body has to be there.
    pub(super) fn deadline(&self) -> SystemTime {
        self.until.checked_sub(MARGIN).unwrap_or(self.until)
    }

    /// Spends the use: what is to be done before anything is written.
    pub(super) fn spending(&self) -> impl Future<Output = Result<()>> + Send + 'static {
        let (uses, number, state) = (self.uses.clone(), self.number, Arc::clone(&self.state));
        async move {
            state.store(state::UNKNOWN, Ordering::SeqCst);
            if uses.create(number).await? {
                state.store(state::SPENT, Ordering::SeqCst);
                return Ok(());
            }
            // Only who has the lease creates it: it would be one that lasted too long.
            state.store(state::CLOSED, Ordering::SeqCst);
            Err(links::refused().with_detail("the lease has ended"))
        }
    }

    /// It was used, to write that. If it can't be noted, whoever sends the same again has to wait for longer.
    pub(super) async fn used(self, written: &ObjectInfo) {
        self.state.store(state::CLOSED, Ordering::SeqCst);
        let metadata = BTreeMap::from([(ETAG.to_owned(), written.etag().to_owned())]);
        let key = format!("{}{}{WRITTEN}", self.uses.prefix, self.number);
        let always = Conditions::default();
        let noted = markers::put(&self.uses.stored, key, Bytes::new(), metadata, always).await;
        if let Err(error) = noted {
            backend::note(&error);
        }
    }

    /// Nothing was written.
    pub(super) async fn give_back(self) {
        let ends: &[&str] = match self.state.swap(state::CLOSED, Ordering::SeqCst) {
            state::OPEN => &[END],
            state::SPENT => &["", END],
            _ => &[],
        };
        self.delete(ends).await;
    }

    /// Deletes the markers of the use that end so. Whatever that comes to: the lease ends anyway. If it has, it may be
    /// another's by now.
    fn delete(&self, ends: &[&str]) -> BoxFuture<'static, ()> {
        let stored = self.uses.stored.clone();
        let is_ours = backend::now() < self.deadline();
        let ends = ends.iter().filter(|_| is_ours);
        let keys =
            ends.map(|end| BucketKey::new(format!("{}{}{end}", self.uses.prefix, self.number)));
        let keys: Vec<_> = keys.filter_map(Result::ok).collect();
        Box::pin(async move {
            if !keys.is_empty() {
                let _ = stored.delete(keys).await;
            }
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.state.load(Ordering::SeqCst) == state::OPEN {
            backend::detach(self.delete(&[END]));
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
        let uses = uses();
        let start = backend::now();
        let mut lost = lease(&uses, start).await.expect("nobody has it");
        assert!(lease(&uses, start + LASTS / 2).await.is_none());
        let later = backend::now() + LASTS;
        let second = lease(&uses, later).await.expect("it has ended");
        assert!(second.deadline() > later && second.deadline() < later + LASTS);

        // Of two that hold the same use, as a clock that is wrong may have it, one has it.
        second.spending().await.expect("it is the first");
        assert!(lost.spending().await.is_err());
        let written = ObjectInfo::new("a".into(), 1, "etag".into(), start);
        second.used(&written).await;
        lost.until = start; // it comes back, to find that it is late
        lost.give_back().await;
        assert!(
            matches!(uses.lease_at(later).await, Ok(Wish::Spent(written)) if written.len() == 1)
        );
    }

    #[tokio::test]
    async fn who_is_late_does_not_give_back_what_another_has() {
        let uses = uses();
        let mut late = lease(&uses, backend::now()).await.expect("nobody has it");
        late.until = backend::now() - LASTS;
        let second = lease(&uses, backend::now() + LASTS).await.expect("it has ended");
        late.give_back().await;
        assert!(lease(&uses, backend::now()).await.is_none(), "the second has it");
        second.give_back().await;
        assert!(lease(&uses, backend::now()).await.is_some());
    }

    /// Whether the object is there then, nobody knows.
    #[tokio::test]
    async fn who_goes_away_with_all_bytes_sent_has_used_it() {
        let uses = uses();
        let first = lease(&uses, backend::now()).await.expect("nobody has it");
        first.spending().await.expect("it is the first");
        drop(first);
        let now = backend::now();
        assert!(uses.lease_at(now).await.is_err(), "it may be under way");
        let Ok(Wish::Spent(written)) = uses.lease_at(now + LASTS + MARGIN).await else {
            panic!("it is spent");
        };
        let [written] = written.as_slice() else { panic!("by one") };
        let object = |uploaded| ObjectInfo::new("a".into(), 1, "etag".into(), uploaded);
        assert!(written.may_be(&object(now)));
        assert!(!written.may_be(&object(now - MARGIN)));
    }

    #[tokio::test]
    async fn what_could_not_be_stored_was_not_used() {
        let uses = uses();
        let first = lease(&uses, backend::now()).await.expect("nobody has it");
        first.spending().await.expect("it is the first");
        first.give_back().await;
        assert!(lease(&uses, backend::now()).await.is_some());
    }

    fn uses() -> Uses {
        static SPEC: BucketSpec = BucketSpec::new("files", "FILES");
        let Ok(stored) = Memory.bucket(&SPEC);
        Uses { stored, prefix: ".storage/uses/00/".into(), count: 1 }
    }
}
