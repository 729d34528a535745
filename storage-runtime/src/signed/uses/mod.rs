//! How often a link has been used.
//!
//! Each use is a marker of its own, `.storage/uses/{id}/{number}`, that is created and never changed: of
//! any number of requests at once exactly one creates it, and no key is written often. A write, which
//! takes time and may fail, first takes a lease, `.storage/uses/{id}/{number}.lease`, and creates the
//! marker when all of the body is there.

mod lease;
mod upload;

use std::collections::BTreeMap;

use bytes::Bytes;
use storage_core::ErrorKind;
use storage_core::signing::token::{RESERVED, Tracking};

use super::links::Links;
use super::markers;
use crate::backend::{self, AnyBucket};
use crate::bucket::{Conditions, ObjectInfo};
use crate::error::{Error, Result};
use crate::hex;

pub(super) use upload::{Sent, upload};

/// The uses of one link.
#[derive(Clone)]
pub(super) struct Uses {
    stored: AnyBucket,
    /// `.storage/uses/{id}/`
    prefix: String,
    count: u16,
}

impl Uses {
    /// `None` for a link whose uses nobody counts.
    pub(super) fn of(links: &Links, tracking: Option<Tracking>) -> Option<Self> {
        let Tracking { id, uses } = tracking?;
        let prefix = format!("{RESERVED}uses/{}/", hex::encode(&id));
        Some(Self { stored: links.stored.clone(), prefix, count: uses? })
    }

    /// Whether any is left.
    pub(super) async fn are_left(&self) -> Result<bool> {
        Ok(self.used().await?.len() < usize::from(self.count))
    }

    /// Takes one: `false` if none is left.
    pub(super) async fn take(&self) -> Result<bool> {
        let mut free: Vec<u16> = (0..self.count).collect();
        // Who fails to create a marker finds it in the next list, so it ends.
        for _ in 0..=self.count {
            let Some(number) = pick(&free)? else {
                return Ok(false);
            };
            if self.create(number).await? {
                return Ok(true);
            }
            let used = self.used().await?;
            free.retain(|number| !used.contains_key(number));
        }
        Err(busy())
    }

    /// Creates the marker of a use: `false` if it is there.
    async fn create(&self, number: u16) -> Result<bool> {
        let key = format!("{}{number}", self.prefix);
        let conditions = Conditions::not_exists();
        let put = markers::put(&self.stored, key, Bytes::new(), BTreeMap::new(), conditions);
        Ok(put.await?.is_some())
    }

    async fn used(&self) -> Result<BTreeMap<u16, ObjectInfo>> {
        let found = markers::list(&self.stored, &self.prefix).await?;
        Ok(found
            .into_iter()
            .filter_map(|marker| Some((self.number(&marker, "")?, marker)))
            .collect())
    }

    /// The number in the key of a marker that ends like this.
    fn number(&self, marker: &ObjectInfo, end: &str) -> Option<u16> {
        marker.key().strip_prefix(&self.prefix)?.strip_suffix(end)?.parse().ok()
    }
}

/// One of them, so that those who come at once seldom want the same.
fn pick<T: Clone>(free: &[T]) -> Result<Option<T>> {
    let random = u64::from_le_bytes(backend::random()?);
    let index = random.checked_rem(free.len() as u64).and_then(|index| usize::try_from(index).ok());
    Ok(index.and_then(|index| free.get(index)).cloned())
}

fn busy() -> Error {
    let message = "other requests with this link are under way: try again later";
    Error::new(ErrorKind::RateLimited, message)
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use storage_core::manifest::BucketSpec;

    use super::*;
    use crate::backend::Memory;
    use crate::declare::Connect as _;

    static SPEC: BucketSpec = BucketSpec::new("files", "FILES");

    /// How many of 200 who come at once get a use.
    async fn crowd(stored: &AnyBucket, id: &str, count: u16) -> usize {
        let prefix = format!("{RESERVED}uses/{id}/");
        let uses = Uses { stored: stored.clone(), prefix, count };
        let crowd = (0..200).map(|_| {
            let uses = uses.clone();
            tokio::spawn(async move { uses.take().await })
        });
        let taken = join_all(crowd).await.into_iter().map(|taken| taken.unwrap().unwrap());
        let taken = taken.filter(|taken| *taken).count();
        assert!(!uses.are_left().await.unwrap());
        taken
    }

    async fn crowds(stored: AnyBucket) {
        assert_eq!(crowd(&stored, "once", 1).await, 1);
        assert_eq!(crowd(&stored, "often", 7).await, 7);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn exactly_so_many_get_one_in_memory() {
        let Ok(stored) = Memory.bucket(&SPEC);
        crowds(stored).await;
    }

    #[cfg(feature = "local")]
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn exactly_so_many_get_one_on_disk() {
        use crate::backend::LocalFolder as _;

        let folder = tempfile::tempdir().unwrap();
        crowds(folder.path().open().unwrap().bucket(&SPEC).unwrap()).await;
    }
}
