//! What every backend must do, as cases that any of them can be run through.
//!
//! Feature `conformance`. Natively:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use storage::conformance::{CASES, Stores};
//!
//! for case in CASES {
//!     if let Err(failure) = case.run(Stores::memory()).await {
//!         panic!("{}: {failure}", case.name());
//!     }
//! }
//! # }
//! ```
//!
//! On disk it is `Stores::local("a/folder")?`, with the feature `local`.
//!
//! Cases keep to keys of their own and start by clearing them, so a store may be used again.

/// A case: its name in the list, what the rule is called, and the function that checks it.
macro_rules! case {
    ($case:ident, $name:literal, $run:ident) => {
        pub(in crate::conformance) const $case: $crate::conformance::Case =
            $crate::conformance::Case { name: $name, run: |stores| Box::pin($run(stores)) };
    };
}

mod bucket;
mod kv;

use std::fmt::Debug;

use futures_util::future::BoxFuture;

use self::bucket::{conditions, copies, folders, objects, ranges, streams, uploads};
use crate::declare::Connect;
use crate::{Bucket, Error, ErrorKind, Kv, backend};

/// The bucket that the cases use.
#[crate::bucket(name = "conformance-objects")]
pub struct Objects;

/// The KV namespace that the cases use.
#[crate::kv(name = "conformance-entries", ttl_seconds = 3600)]
pub struct Entries;

/// The same encrypted.
#[crate::bucket(
    name = "conformance-sealed",
    encryption(secret = "CONFORMANCE_KEYS", metadata = "encrypted")
)]
pub struct SealedObjects;

/// The same encrypted.
#[crate::kv(
    name = "conformance-sealed-entries",
    ttl_seconds = 3600,
    encryption(secret = "CONFORMANCE_KEYS", metadata = "encrypted")
)]
pub struct SealedEntries;

/// What a case works on.
#[derive(Clone, Debug)]
pub struct Stores {
    /// The bucket.
    pub bucket: Bucket<Objects>,
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
    /// [`ErrorKind::FolderUnusable`].
    pub fn local(folder: impl backend::LocalFolder) -> Result<Self, Error> {
        Self::connect(&folder.open()?)
    }

    /// Empty stores in memory, encrypted.
    #[must_use]
    pub fn encrypted_memory() -> Self {
        let Ok(stores) = Self::encrypted(&backend::Memory);
        stores
    }

    /// Stores of any source, encrypted.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn encrypted<C: Connect>(to: &C) -> Result<Self, C::Error> {
        use crate::declare::Handle as _;
        Ok(Self::sealed(Bucket::connect(to)?, Kv::connect(to)?))
    }

    /// These stores, which are encrypted.
    #[must_use]
    pub fn sealed(bucket: Bucket<SealedObjects>, kv: Kv<SealedEntries>) -> Self {
        Self { bucket: bucket.declared_as(), kv: kv.declared_as() }
    }

    /// Stores of any source.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn connect<C: Connect>(to: &C) -> Result<Self, C::Error> {
        use crate::declare::Handle as _;
        Ok(Self { bucket: Bucket::connect(to)?, kv: Kv::connect(to)? })
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
    objects::CREATE_RACE,
    objects::METADATA,
    objects::METADATA_LIMIT,
    objects::CHECKSUMS,
    objects::CHECKSUM_MISMATCH,
    objects::KEY_LIMITS,
    objects::ODD_KEYS,
    objects::LIST,
    objects::LIST_LIMITS,
    objects::DECODE,
    conditions::GET_ETAG,
    conditions::GET_ETAGS,
    conditions::GET_TIME,
    conditions::PUT_ETAG,
    conditions::PUT_RACE,
    ranges::RANGES,
    ranges::NO_SUCH_RANGE,
    copies::HTTP_METADATA,
    copies::DIGESTS,
    copies::VERSIONS,
    copies::COPY,
    copies::RENAME,
    folders::DELIMITER,
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
    kv::entries::ROUND_TRIP,
    kv::entries::EMPTY_VALUE,
    kv::entries::MISSING,
    kv::entries::OVERWRITE,
    kv::entries::DELETE,
    kv::entries::CREATE_ONLY,
    kv::entries::CHECKSUMS,
    kv::entries::KEY_LIMITS,
    kv::entries::ODD_KEYS,
    kv::entries::LIST,
    kv::entries::LIST_LIMITS,
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
    kv::many::LARGE,
    kv::many::DELETE,
];

/// One rule that every backend keeps.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    name: &'static str,
    run: fn(Stores) -> BoxFuture<'static, Outcome>,
}

impl Case {
    /// What the rule is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on these stores.
    ///
    /// # Errors
    ///
    /// What was expected, and what was found.
    pub async fn run(&self, stores: Stores) -> Outcome {
        (self.run)(stores).await
    }
}

/// Whether a rule was kept; if not, in words.
pub type Outcome = Result<(), String>;

impl From<Error> for String {
    fn from(error: Error) -> Self {
        format!("unexpected error: {error:?}")
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads as a sentence where it is called")]
fn equal<T: PartialEq<U> + Debug, U: Debug>(what: &str, found: T, expected: U) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, expected {expected:?}"))
    }
}

fn refused<T: Debug>(what: &str, result: Result<T, Error>, kind: ErrorKind) -> Outcome {
    match result {
        Err(error) if error.kind() == kind => Ok(()),
        other => Err(format!("{what}: found {other:?}, expected {kind:?}")),
    }
}

fn there<T>(what: &str, found: Option<T>) -> Result<T, String> {
    found.ok_or_else(|| format!("{what}: not there"))
}
