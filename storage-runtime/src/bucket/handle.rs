//! How a bucket is opened.

use std::fmt;
use std::marker::PhantomData;

use storage_core::manifest::{ResourceSpec, ServiceSpec, Verbs};

use super::{Bucket, RawBucket};
use crate::declare::{Connect, DeclareBucket, Handle};
use crate::encryption;
use crate::error::Result;
use crate::grant::Grants;
use crate::observe::{self, Route};
use crate::rpc::serve::Offer;
use crate::rpc::within::{self, Within};
use crate::signed::{self, Connected};

impl<D: DeclareBucket, G: Grants> Handle for Bucket<D, G> {
    const RESOURCE: ResourceSpec = ResourceSpec::Bucket(D::SPEC);
    const GRANTS: Verbs = G::VERBS;

    fn connect<C: Connect>(to: &C) -> Result<Self, C::Error> {
        let spec = D::SPEC;
        let mut raw = RawBucket { backend: to.bucket(spec)?, spec, sealer: None, links: None };
        // Decided while compiling, so that only applications with signed URLs link how.
        if const { D::SPEC.signed_urls.is_some() || D::SPEC.s3.is_some() } {
            let answering =
                const { if D::SPEC.signed_urls.is_some() { Some(signed::HERE) } else { None } };
            let Connected { backend, links } = signed::connect(raw.backend, spec, answering, to)?;
            raw = RawBucket { backend, spec, sealer: None, links: Some(links) };
        }
        // Decided while compiling, so that only applications that encrypt link how.
        if const { D::SPEC.encryption.is_some() }
            && let Some(encryption) = &spec.encryption
        {
            let ring = to.key_ring(encryption.secret)?;
            let (backend, sealer) = encryption::bucket(raw.backend, ring, spec, encryption);
            raw = RawBucket { backend, sealer: Some(sealer), ..raw };
        }
        // Decided while compiling, so that only applications that tell of it link how.
        if const { observe::is_on(D::SPEC.observability) } {
            raw = raw.observed(C::ROUTE);
        }
        Ok(Self { raw, declaration: PhantomData })
    }

    fn connect_via<C: Connect>(to: &C, service: ServiceSpec) -> Result<Self, C::Error> {
        // Decided while compiling, so that a Worker whose storage is elsewhere links no other.
        if const { !C::REMOTE } {
            let Self { mut raw, declaration } = Self::connect(to)?;
            if Within::of(&service).is_narrow() {
                raw = raw.within(Within::of(&service));
            }
            return Ok(Self { raw, declaration });
        }
        let (mut raw, links) = RawBucket::remote(to.service(&service)?, D::SPEC, &service);
        if const { D::SPEC.signed_urls.is_some() || D::SPEC.s3.is_some() } {
            raw.links = Some(links);
        }
        if const { observe::is_on(D::SPEC.observability) } {
            raw = raw.observed(Route::Stub);
        }
        Ok(Self { raw, declaration: PhantomData })
    }

    fn offer(self) -> Offer {
        Offer::bucket(self.raw)
    }
}

impl RawBucket {
    /// Keeps to those keys, as a storage Worker does.
    pub(crate) fn within(self, within: Within) -> Self {
        let links = self.links.is_some().then(|| within::links(self.clone(), within));
        Self {
            backend: within::bucket(self.backend, within),
            sealer: self.sealer.map(|sealer| within::sealer(sealer, within)),
            links,
            ..self
        }
    }
}

impl<D, G> Clone for Bucket<D, G> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), declaration: PhantomData }
    }
}

impl<D, G> fmt::Debug for Bucket<D, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.raw).finish()
    }
}
