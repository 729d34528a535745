//! Encryption, for declarations that ask for it: it stands between a handle and whatever stores.
//!
//! What is stored is C2SP chunked encryption (`storage_core::crypto`); who does the AES is the
//! target's business ([`cipher`](crate::backend::cipher)). An application without an encrypted
//! declaration links nothing of this.

mod body;
mod bucket;
mod kv;
mod listing;
mod metadata;
pub mod rotation;
mod secret;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use storage_core::ErrorKind;
use storage_core::crypto::{Context, KeyRing, MessageKeys, PREFIX_LEN, Resource};
use storage_core::manifest::{BucketSpec, EncryptionSpec, KvSpec, MetadataEncryption};
use storage_core::name::qualify;

pub(crate) use bucket::Sealer;
pub(crate) use kv::Parts;
#[allow(unused_imports, reason = "natively only storage on disk has an environment")]
pub(crate) use secret::key_ring;

use self::rotation::{Guard, Job};
use crate::backend::{self, AnyBucket, AnyKv};
use crate::error::{self, Error, Place, Result};
use crate::here;
use crate::observe::in_the_log;

/// The bucket, with everything in it encrypted; and what bodies need that are uploaded in parts.
pub(crate) fn bucket(
    backend: AnyBucket,
    ring: KeyRing,
    spec: &'static BucketSpec,
    encryption: &EncryptionSpec,
) -> (AnyBucket, Arc<dyn Sealer>) {
    let name = qualify(spec.namespace, spec.name);
    let place = error::Resource::Bucket(spec.name);
    here::ENCRYPTED.set();
    let cipher = Cipher::new(ring, Resource::Bucket, name, place, encryption);
    let encrypted = bucket::EncryptedBucket::new(backend, cipher);
    (encrypted.clone().into(), Arc::new(encrypted))
}

/// The namespace, with everything in it encrypted; and what rotation takes.
pub(crate) fn kv(
    backend: AnyKv,
    ring: KeyRing,
    spec: &'static KvSpec,
    encryption: &EncryptionSpec,
) -> (AnyKv, Arc<dyn Parts>) {
    let name = qualify(spec.namespace, spec.name);
    let place = error::Resource::Kv(spec.name);
    here::ENCRYPTED.set();
    let cipher = Cipher::new(ring, Resource::Kv, name, place, encryption);
    let encrypted = kv::EncryptedKv::new(backend, cipher);
    (encrypted.clone().into(), Arc::new(encrypted))
}

/// What rotates the keys of a resource.
pub(crate) enum Sealed<S> {
    /// The keys are here.
    Here {
        /// What stores.
        stored: S,
        /// What encrypts.
        cipher: Arc<Cipher>,
    },
    /// The keys are in a storage Worker.
    Elsewhere {
        /// What rotates.
        job: Arc<dyn Job>,
        /// What says who may.
        guard: Arc<dyn Guard>,
    },
}

impl<S> Sealed<S> {
    /// What rotates: where the keys are here, what that is made of.
    pub(crate) fn job(
        self,
        make: impl FnOnce(S, Arc<Cipher>) -> Arc<dyn Job>,
    ) -> Option<Arc<dyn Job>> {
        match self {
            Self::Here { stored, cipher } if here::ENCRYPTED.is_set() => Some(make(stored, cipher)),
            Self::Here { .. } => None,
            Self::Elsewhere { job, .. } => Some(job),
        }
    }

    /// What says who may.
    pub(crate) fn guard(self) -> Option<Arc<dyn Guard>> {
        match self {
            Self::Here { cipher, .. } if here::ENCRYPTED.is_set() => Some(cipher),
            Self::Here { .. } => None,
            Self::Elsewhere { guard, .. } => Some(guard),
        }
    }
}

/// The keys of a resource, and what its messages are bound to.
pub(crate) struct Cipher {
    ring: KeyRing,
    resource: Resource,
    /// With its namespace.
    name: String,
    /// As errors call it.
    place: error::Resource,
    metadata: MetadataEncryption,
}

impl Cipher {
    fn new(
        ring: KeyRing,
        resource: Resource,
        name: String,
        place: error::Resource,
        encryption: &EncryptionSpec,
    ) -> Self {
        Self { ring, resource, name, place, metadata: encryption.metadata }
    }

    /// What the value of a key is bound to.
    fn value(&self, key: &str) -> Context {
        Context::body(self.resource, &self.name, key)
    }

    /// What a field of the metadata of a key is bound to.
    fn field(&self, key: &str, field: &str) -> Context {
        Context::metadata(self.resource, &self.name, key, field)
    }

    /// The id of the key that new messages are sealed with.
    fn primary(&self) -> &str {
        self.ring.primary().id().as_str()
    }

    /// The keys of a new message.
    fn seal(&self, context: &Context) -> Result<MessageKeys> {
        Ok(self.ring.primary().message_keys(&backend::random()?, context))
    }

    /// The keys of a message that begins like this.
    fn open(
        &self,
        context: &Context,
        prefix: &[u8; PREFIX_LEN],
        hint: Option<&str>,
    ) -> Result<MessageKeys> {
        let found = self.ring.open(prefix, context, hint);
        found.map(|(_, keys)| keys).ok_or_else(decryption_failed)
    }
}

/// Which entry something is read of: for the log, since an answer says of none why it can't be read.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    key: String,
    place: error::Resource,
}

impl Cipher {
    fn named(&self, key: &str) -> Named {
        Named { key: key.to_owned(), place: self.place }
    }
}

impl Named {
    /// The error, with the key of the entry if its bytes could not be decrypted, as far as the log may have it.
    pub(crate) fn told(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::DecryptionFailed {
            return error;
        }
        match in_the_log(&self.key) {
            Some(key) => error.with_detail(key),
            None => error,
        }
    }

    /// The same of what is read in pieces, where nobody else knows what it is of.
    pub(crate) fn told_in_pieces(&self, error: Error) -> Error {
        self.told(error).at(Place { operation: "get", resource: self.place })
    }
}

/// The one thing that is said of bytes that can't be opened: whoever learns why could try until it
/// changes.
pub(crate) fn decryption_failed() -> Error {
    Error::new(ErrorKind::DecryptionFailed, "the stored bytes could not be decrypted")
}
