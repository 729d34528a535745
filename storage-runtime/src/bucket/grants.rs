//! A bucket as another handle to it.

use std::marker::PhantomData;

use super::Bucket;
use crate::grant::Grants;

impl<D, G> Bucket<D, G> {
    /// The same bucket with other grants. What this one has it does not limit: types keep code from what it
    /// should not do by accident.
    ///
    /// For a function that takes less, and for tests that fill what an app only reads. Where the field goes by
    /// a storage Worker, that Worker refuses what the app was not granted
    /// ([`Forbidden`](crate::ErrorKind::Forbidden)), whatever the type says.
    ///
    /// # Examples
    ///
    /// ```
    /// use storage::grant::{All, Read};
    /// # #[storage::bucket(name = "reports")]
    /// # pub struct Reports;
    /// # #[storage::app(name = "site")]
    /// # struct Site { reports: storage::Bucket<Reports> }
    ///
    /// fn show(reports: &storage::Bucket<Reports, Read>) { /* .. */ }
    ///
    /// # let site = Site::memory();
    /// show(&site.reports.with_grants());
    /// ```
    #[must_use]
    pub fn with_grants<H: Grants>(&self) -> Bucket<D, H> {
        Bucket { raw: self.raw.clone(), declaration: PhantomData }
    }
}

/// For the cases of the conformance suite.
#[cfg(feature = "conformance")]
impl<D> Bucket<D> {
    /// The same handle under another declaration.
    pub(crate) fn declared_as<E>(self) -> Bucket<E> {
        Bucket { raw: self.raw, declaration: PhantomData }
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.raw.sealer.is_some()
    }
}
