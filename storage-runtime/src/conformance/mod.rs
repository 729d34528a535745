//! What every backend must do, as cases that any of them can be run through.
//!
//! Feature `conformance`. Natively:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use storage::conformance::{CASES, Outcome, Stores};
//!
//! for case in CASES {
//!     match case.run(Stores::memory()).await {
//!         Outcome::Passed | Outcome::Refused(_) => {}
//!         other => panic!("{} {other}", case.name()),
//!     }
//! }
//! # }
//! ```
//!
//! On disk it is `Stores::local("a/folder")?`, with the feature `local`, and for a backend of your own
//! [`Stores::of`].
//!
//! Cases keep to keys of their own and start by clearing them, so a store may be used again. Some
//! write to one key many times a second, which the simulator takes and Cloudflare itself may refuse.
//!
//! What the simulator does otherwise than Cloudflare documents has a name, and a case that meets it
//! says so: [`DIFFERENCES`].

/// A case: its name in the list, what the rule is called, and the function that checks it.
macro_rules! case {
    ($case:ident, $name:literal, $run:ident) => {
        pub(in crate::conformance) const $case: $crate::conformance::Case =
            $crate::conformance::Case { name: $name, run: |stores| Box::pin($run(stores)) };
    };
}

mod bucket;
mod case;
mod difference;
mod kinds;
mod kv;
mod remote;
mod sealed;

use std::convert::Infallible;
use std::sync::Arc;

use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;

use self::bucket::{
    conditions, copies, crowds, folders, limits, objects, options, ranges, serving, streams,
    uploads,
};
pub use self::case::{Case, Outcome};
use self::case::{Checked, equal, failed, refused, there, unless_refused, unless_simulated};
pub use self::difference::{DIFFERENCES, Difference};
pub use self::kinds::NOT_CAUSED;
pub use self::sealed::{PLAIN_ONLY, SealedArchive, SealedEntries, SealedObjects};
use crate::backend::{AnyBucket, AnyKv};
use crate::declare::{Connect, DeclareBucket as _, Handle as _};
use crate::observe::Route;
use crate::rpc::{self, Transport};
use crate::{Bucket, Error, Kv, backend};

/// How many requests a case with thousands of them has on their way.
const AT_ONCE: usize = 50;

/// The bucket that the cases use.
#[crate::bucket(name = "conformance-objects")]
pub struct Objects;

/// The bucket that some cases copy to.
#[crate::bucket(name = "conformance-archive")]
pub struct Archive;

/// The KV namespace that the cases use.
#[crate::kv(name = "conformance-entries", ttl_seconds = 3600)]
pub struct Entries;

/// What a case works on.
#[derive(Clone, Debug)]
pub struct Stores {
    /// The bucket.
    pub bucket: Bucket<Objects>,
    /// Another bucket.
    pub archive: Bucket<Archive>,
    /// The KV namespace.
    pub kv: Kv<Entries>,
}

impl Stores {
    /// Empty stores in memory.
    #[must_use]
    pub fn memory() -> Self {
        let Ok(stores) = Self::connect(&backend::Memory);
        stores
    }

    /// Stores in a folder on disk.
    ///
    /// # Errors
    ///
    /// [`FolderUnusable`](crate::ErrorKind::FolderUnusable).
    pub fn local(folder: impl backend::LocalFolder) -> Result<Self, Error> {
        Self::connect(&folder.open()?)
    }

    /// Stores of backends of your own: a bucket, another bucket, and a KV namespace.
    #[must_use]
    pub fn of(
        bucket: impl Into<AnyBucket>,
        archive: impl Into<AnyBucket>,
        kv: impl Into<AnyKv>,
    ) -> Self {
        let given = Given { bucket: bucket.into(), archive: archive.into(), kv: kv.into() };
        let Ok(stores) = Self::connect(&given);
        stores
    }

    fn connect<C: Connect>(to: &C) -> Result<Self, C::Error> {
        Ok(Self {
            bucket: Bucket::connect(to)?,
            archive: Bucket::connect(to)?,
            kv: Kv::connect(to)?,
        })
    }
}

/// Backends, given one by one.
struct Given {
    bucket: AnyBucket,
    archive: AnyBucket,
    kv: AnyKv,
}

impl Connect for Given {
    const REMOTE: bool = false;

    type Error = Infallible;

    const ROUTE: Route = Route::Memory;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>, Self::Error> {
        Ok(rpc::nowhere())
    }

    fn key_ring(&self, _: &'static str) -> Result<KeyRing, Infallible> {
        Ok(KeyRing::unprotected())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn presigner(
        &self,
        _: &'static S3Spec,
        _: Option<&str>,
    ) -> Result<Option<Presigner>, Infallible> {
        Ok(None)
    }

    fn bucket(&self, spec: &'static BucketSpec) -> Result<AnyBucket, Infallible> {
        let is_archive = spec.binding == Archive::SPEC.binding;
        Ok(if is_archive { self.archive.clone() } else { self.bucket.clone() })
    }

    fn kv(&self, _: &'static KvSpec) -> Result<AnyKv, Infallible> {
        Ok(self.kv.clone())
    }
}

/// Every case.
pub const CASES: &[Case] = &[
    objects::ROUND_TRIP,
    objects::CONTENT_TYPE,
    objects::EMPTY_BODY,
    objects::MISSING,
    objects::OVERWRITE,
    objects::DELETE,
    objects::CREATE_ONLY,
    objects::METADATA,
    objects::CHECKSUMS,
    objects::CHECKSUM_MISMATCH,
    objects::ODD_KEYS,
    objects::LIST,
    objects::DECODE,
    conditions::GET_ETAG,
    conditions::GET_ETAGS,
    conditions::GET_ANY,
    conditions::GET_TIME,
    conditions::WHOLE_SECONDS,
    conditions::PUT_ETAG,
    conditions::PUT_ETAGS,
    conditions::PUT_OTHERS,
    conditions::PUT_RACE,
    ranges::RANGES,
    ranges::NO_SUCH_RANGE,
    serving::SERVED,
    serving::SERVED_OTHERWISE,
    serving::SERVED_IF,
    serving::SERVED_IF_ODD,
    serving::SERVED_RANGE,
    serving::SERVED_EMPTY,
    serving::SERVED_IF_RANGE,
    serving::SERVED_IF_FIRST,
    serving::SERVED_NOT,
    copies::HTTP_METADATA,
    copies::DIGESTS,
    copies::VERSIONS,
    copies::COPY,
    copies::RENAME,
    copies::ELSEWHERE,
    folders::DELIMITER,
    folders::LONG_DELIMITER,
    folders::START_AFTER,
    folders::INCLUDE,
    folders::DELETE_MANY,
    folders::DELETE_PREFIX,
    streams::SIZED,
    streams::BROKEN,
    streams::UNKNOWN,
    streams::LONG_UNKNOWN,
    streams::LONG_REFUSED,
    streams::PASS_ON,
    uploads::UPLOAD,
    uploads::RESUME,
    uploads::ABORT,
    uploads::PART_RULES,
    options::ALL_AT_ONCE,
    options::OF_UPLOADS,
    options::STORAGE_CLASS,
    options::CUSTOMER_KEY,
    options::HTTP_HEADERS,
    options::TYPED_KEYS,
    limits::KEY,
    limits::METADATA,
    limits::BODY,
    limits::PARTS,
    limits::LIST,
    crowds::CREATE_RACE,
    crowds::READ_RACE,
    crowds::TEN_THOUSAND,
    kv::entries::ROUND_TRIP,
    kv::entries::EMPTY_VALUE,
    kv::entries::MISSING,
    kv::entries::OVERWRITE,
    kv::entries::DELETE,
    kv::entries::CREATE_ONLY,
    kv::entries::CHECKSUMS,
    kv::entries::ODD_KEYS,
    kv::entries::LIST,
    kv::entries::TYPED_KEYS,
    kv::entries::DECODE,
    kv::limits::KEY,
    kv::limits::LIST,
    kv::limits::OPTIONS,
    kv::metadata::METADATA,
    kv::metadata::OF_A_TYPE,
    kv::metadata::OF_ANY_JSON,
    kv::metadata::WITH_NAMES,
    kv::metadata::FOREIGN,
    kv::metadata::LIMIT,
    kv::expiry::TTL_LIMIT,
    kv::expiry::AT,
    kv::expiry::TOLD,
    kv::expiry::CACHE_TTL,
    kv::streams::WRITTEN,
    kv::streams::READ,
    kv::streams::PASS_ON,
    kv::streams::VALUE_LIMIT,
    kv::values::JSON_VALUES,
    kv::values::OF_A_TYPE,
    kv::values::OTHERS,
    kv::values::ANY_JSON,
    kv::many::GET,
    kv::many::EXACT,
    kv::many::BYTE_ORDER_MARK,
    kv::many::LARGE,
    kv::many::DELETE,
    kv::crowds::TEN_THOUSAND,
    kv::crowds::WRITE_RACE,
    kv::crowds::CREATE_RACE,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::DeclareKv as _;

    #[tokio::test]
    async fn backends_that_are_given_are_kept_apart() {
        let Ok(one) = backend::Memory.bucket(Objects::SPEC);
        let Ok(other) = backend::Memory.bucket(Archive::SPEC);
        let Ok(kv) = backend::Memory.kv(Entries::SPEC);
        let stores = Stores::of(one, other, kv);
        assert_eq!(copies::ELSEWHERE.run(stores).await, Outcome::Passed);
    }
}
