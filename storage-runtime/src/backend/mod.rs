//! Where storage really is.
//!
//! Handles do not know: they speak to [`BucketBackend`] and [`KvBackend`]. Which backends an artifact
//! links follows from the constructors it calls.

mod contract;
mod memory;

// The only place that asks for the target: both modules offer the same items.
#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(any(target_arch = "wasm32", test))]
mod thrown;
#[cfg(target_arch = "wasm32")]
mod workers;
#[cfg(not(target_arch = "wasm32"))]
use native as target;
#[cfg(target_arch = "wasm32")]
use workers as target;

pub(crate) use contract::whole_seconds;
pub use contract::{
    BucketBackend, ByteStream, CompleteUpload, CreateUpload, EntryExpiry, EntryMetadata,
    EntryValue, FoundBody, FoundEntry, FoundObject, GetEntries, GetEntry, GetMode, GetObject,
    KvBackend, ListEntries, ListObjects, ListedEntry, Payload, PutEntry, PutMode, PutObject,
    ReadBody, UploadPart,
};
pub(crate) use memory::Memory;
pub use target::{Env, PlatformStream};

#[cfg(feature = "axum")]
pub(crate) use target::{from_http, into_http, log};

/// The edge of a Worker: what there is on Workers only. With the feature `axum`, `serve`.
pub mod edge {
    #[cfg(all(feature = "axum", target_arch = "wasm32"))]
    pub use super::workers::serve;
}
pub(crate) use target::{Hasher, bindings, digest, now};

use storage_core::ErrorKind;

use crate::declare::DeclareApp;
use crate::error::{Error, Result};

/// Opens an app on the bindings of a Worker.
///
/// # Errors
///
/// [`BindingMissing`](crate::ErrorKind::BindingMissing) if one is not there or is something else.
pub fn open<A: DeclareApp>(env: &Env) -> Result<A> {
    A::connect(&bindings(env))
}

/// Opens an app in the memory of this process, empty.
pub fn memory<A: DeclareApp>() -> A {
    let Ok(app) = A::connect(&Memory);
    app
}

/// What a backend says of an option that it can't honour.
fn unsupported_option(option: &str) -> Error {
    let message = format!("the option `{option}` is not supported here");
    Error::new(ErrorKind::Unsupported, message)
}
