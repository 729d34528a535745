//! The same cases on stores that are encrypted.

use std::sync::Arc;

use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;

use super::Stores;
use crate::backend::{AnyBucket, AnyKv, LocalFolder, Memory};
use crate::declare::{Connect, Handle as _};
use crate::observe::Route;
use crate::rpc::{self, Transport};
use crate::{Bucket, Error, Kv};

/// The bucket again, encrypted.
#[crate::bucket(
    name = "conformance-sealed-objects",
    encryption(secret = "CONFORMANCE_KEYS", metadata = "encrypted")
)]
pub struct SealedObjects;

/// The other bucket, encrypted.
#[crate::bucket(name = "conformance-sealed-archive", encryption(secret = "CONFORMANCE_KEYS"))]
pub struct SealedArchive;

/// The namespace, encrypted.
#[crate::kv(
    name = "conformance-sealed-entries",
    ttl_seconds = 3600,
    encryption(secret = "CONFORMANCE_KEYS", metadata = "encrypted")
)]
pub struct SealedEntries;

impl Stores {
    /// Empty stores in memory, encrypted.
    #[must_use]
    pub fn sealed_memory() -> Self {
        let Ok(bucket) = Bucket::connect(&Memory);
        let Ok(archive) = Bucket::connect(&Memory);
        let Ok(kv) = Kv::connect(&Memory);
        Self::sealed(bucket, archive, kv)
    }

    /// Stores in a folder on disk, encrypted with a key that everybody can know.
    ///
    /// # Errors
    ///
    /// [`FolderUnusable`](crate::ErrorKind::FolderUnusable).
    pub fn sealed_local(folder: impl LocalFolder) -> Result<Self, Error> {
        let folder = Unprotected(folder.open()?);
        Ok(Self::sealed(
            Bucket::connect(&folder)?,
            Bucket::connect(&folder)?,
            Kv::connect(&folder)?,
        ))
    }

    /// These stores, which are encrypted.
    #[must_use]
    pub fn sealed(
        bucket: Bucket<SealedObjects>,
        archive: Bucket<SealedArchive>,
        kv: Kv<SealedEntries>,
    ) -> Self {
        Self { bucket: bucket.declared_as(), archive: archive.declared_as(), kv: kv.declared_as() }
    }

    pub(super) fn are_sealed(&self) -> bool {
        self.bucket.is_encrypted()
    }
}

/// A place with a key of its own, in place of a secret of the environment.
struct Unprotected<C>(C);

impl<C: Connect> Connect for Unprotected<C> {
    const REMOTE: bool = false;

    type Error = C::Error;

    const ROUTE: Route = C::ROUTE;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>, C::Error> {
        Ok(rpc::nowhere())
    }

    fn key_ring(&self, _: &'static str) -> Result<KeyRing, C::Error> {
        Ok(KeyRing::unprotected())
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.0.variable(name)
    }

    fn presigner(
        &self,
        spec: &'static S3Spec,
        jurisdiction: Option<&str>,
    ) -> Result<Option<Presigner>, C::Error> {
        self.0.presigner(spec, jurisdiction)
    }

    fn bucket(&self, spec: &'static BucketSpec) -> Result<AnyBucket, C::Error> {
        self.0.bucket(spec)
    }

    fn kv(&self, spec: &'static KvSpec) -> Result<AnyKv, C::Error> {
        self.0.kv(spec)
    }
}

/// The rules that hold of what is not encrypted only, by the names of their cases, and what encryption
/// can't do. What it does in its place is tested in `encryption/tests.rs`.
pub const PLAIN_ONLY: &[(&str, &str)] = &[
    ("bucket/a body is refused by its length, and else by what it turns out to have", LIMIT),
    ("bucket/a copy has everything the original has", ETAGS),
    ("bucket/a short stream of unknown length is written in one step", ETAGS),
    ("bucket/a write can depend on an absence, and on a time", ETAGS),
    ("bucket/an aborted upload leaves nothing", PARTS),
    ("bucket/an object is of the storage class it was written with", PARTS),
    ("bucket/an object with a customer key is read with that key only", PARTS),
    ("bucket/an upload can be gone on with by its id", PARTS),
    ("bucket/an upload in parts has every option of a put", PARTS),
    ("bucket/an upload in parts is an object once it is completed", PARTS),
    ("bucket/every write has a version of its own", ETAGS),
    ("bucket/metadata has at most 8,192 bytes", LIMIT),
    ("bucket/parts are numbered 1 to 10,000", PARTS),
    ("bucket/parts that break the rules are refused", PARTS),
    ("bucket/the digests of an object are kept with it", "digests that nobody gave"),
    ("kv/a value has at most 25 MiB", LIMIT),
    ("kv/a value is handed on to a bucket, and back", FOREIGN),
    ("kv/a value is read in pieces, or as it comes", FOREIGN),
    ("kv/many entries are got byte for byte, text or not", FOREIGN),
    ("kv/many entries of other programs are got byte for byte", FOREIGN),
    ("kv/metadata has at most 1,024 bytes of JSON with what the library keeps", LIMIT),
    ("kv/metadata of other programs is readable", FOREIGN),
];

const ETAGS: &str = "etags of the bytes";
const FOREIGN: &str = "what others wrote";
const LIMIT: &str = "the last bytes of a limit";
const PARTS: &str = "parts one by one";
