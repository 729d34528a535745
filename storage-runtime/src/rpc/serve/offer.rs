//! What a storage Worker opens for a call.

use storage_core::manifest::ResourceSpec;
use storage_core::rpc::Declaration;

use crate::bucket::RawBucket;
use crate::declare::{Connect, Handle};
use crate::kv::RawKv;

/// A handle without its type, to answer calls with.
pub struct Offer(Kind);

pub(super) enum Kind {
    Bucket(RawBucket),
    Kv(RawKv),
}

impl Offer {
    pub(crate) fn bucket(bucket: RawBucket) -> Self {
        Self(Kind::Bucket(bucket))
    }

    pub(crate) fn kv(kv: RawKv) -> Self {
        Self(Kind::Kv(kv))
    }

    pub(super) fn into_kind(self) -> Kind {
        self.0
    }

    #[cfg(any(feature = "conformance", test))]
    fn has_links(&self) -> bool {
        matches!(&self.0, Kind::Bucket(bucket) if bucket.links().is_some())
    }

    pub(super) fn declaration(&self) -> Declaration {
        match &self.0 {
            Kind::Bucket(bucket) => Declaration::of_bucket(bucket.spec()),
            Kind::Kv(kv) => Declaration::of_kv(kv.spec),
        }
    }
}

/// Which fields of a storage Worker a request is about, and those that were found.
pub struct Wanted {
    which: Which,
    found: Vec<Offer>,
}

enum Which {
    /// Those whose links lead to the Worker.
    #[allow(dead_code, reason = "natively nobody serves a storage Worker")]
    Linked,
    /// The one of that kind and name.
    One(Declaration),
}

impl Wanted {
    #[allow(dead_code, reason = "natively nobody serves a storage Worker")]
    pub(crate) fn linked() -> Self {
        Self { which: Which::Linked, found: Vec::new() }
    }

    pub(super) fn one(on: &Declaration) -> Self {
        Self { which: Which::One(on.clone()), found: Vec::new() }
    }

    /// Opens a field, if it is one of them.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn look<H: Handle, C: Connect>(&mut self, to: &C) -> Result<(), C::Error> {
        if self.is_about(&H::RESOURCE) {
            self.found.push(H::connect(to)?.offer());
        }
        Ok(())
    }

    /// The same of a field that is open already.
    #[cfg(any(feature = "conformance", test))]
    pub(crate) fn show<H: Handle>(&mut self, handle: H) {
        let offer = handle.offer();
        let is_about = match &self.which {
            Which::Linked => offer.has_links(),
            Which::One(on) => on.is_of(&offer.declaration()),
        };
        if is_about {
            self.found.push(offer);
        }
    }

    pub(super) fn into_found(self) -> Vec<Offer> {
        self.found
    }

    fn is_about(&self, resource: &ResourceSpec) -> bool {
        match &self.which {
            Which::Linked => {
                matches!(resource, ResourceSpec::Bucket(spec) if spec.signed_urls.is_some())
            }
            Which::One(on) => on.is_of_declared(resource),
        }
    }
}
