//! A bucket as another handle to it.

use std::marker::PhantomData;
#[cfg(feature = "conformance")]
use std::sync::Arc;

#[cfg(feature = "conformance")]
use storage_core::manifest::ServiceSpec;

use super::Bucket;
#[cfg(feature = "conformance")]
use super::RawBucket;
use crate::grant::Grants;
#[cfg(feature = "conformance")]
use crate::rpc::Transport;

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

    /// The same bucket, by calls of a storage Worker.
    pub(crate) fn remote(&self, transport: Arc<dyn Transport>, service: &ServiceSpec) -> Self {
        let (raw, _) = RawBucket::remote(transport, self.raw.spec, service);
        Self { raw, declaration: PhantomData }
    }

    /// Its name, with its namespace.
    pub(crate) fn name(&self) -> String {
        storage_core::name::qualify(self.raw.spec.namespace, self.raw.spec.name)
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.raw.spec.encryption.is_some()
    }
}
