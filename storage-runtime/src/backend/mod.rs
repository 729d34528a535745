//! Where storage really is.
//!
//! Handles do not know: they speak to [`BucketBackend`] and [`KvBackend`]. Which backends an artifact
//! links follows from the constructors it calls, and on Workers which methods from the requests it makes.

mod any;
mod contract;
mod memory;
mod rules;

// Links SQLite, so only on demand.
#[cfg(all(feature = "local", not(target_arch = "wasm32")))]
mod local;
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

pub use any::{AnyBucket, AnyKv};
pub(crate) use contract::whole_seconds;
pub use contract::{
    BucketBackend, ByteStream, CompleteUpload, CreateUpload, EntryExpiry, EntryMetadata,
    EntryValue, FoundBody, FoundEntry, FoundObject, GetEntries, GetEntry, GetMode, GetObject,
    KvBackend, ListEntries, ListObjects, ListedEntry, Payload, PutEntry, PutMode, PutObject,
    ReadBody, UploadPart,
};
#[cfg(all(feature = "local", not(target_arch = "wasm32")))]
pub use local::Local;
pub(crate) use memory::Memory;
pub use target::{Env, PlatformStream};

#[cfg(all(feature = "axum", feature = "rest"))]
pub(crate) use target::client_address;
#[cfg(any(feature = "axum", feature = "rest"))]
pub(crate) use target::log;
#[cfg(feature = "jwt")]
pub(crate) use target::{fetch, verify};
#[cfg(feature = "axum")]
pub(crate) use target::{from_http, into_http};
#[cfg(feature = "archive")]
pub(crate) use target::{gunzip, gzip};

/// The edge of a Worker: what there is on Workers only, and so not in documentation that is built for
/// another target.
///
/// With the feature `axum` that is one function, the body of a Worker's `fetch`:
///
/// ```text
/// pub async fn serve<S>(app: storage::Result<S>, request: impl EdgeRequest) -> worker::Result<worker::Response>
/// ```
///
/// The request is a `worker::Request`, or the `web_sys::Request` that a handler of `worker` gets if it asks for that:
/// nothing is read of it then but what the app needs.
///
/// `S` is an axum `Router`, or any other service of that kind. An app that could not be opened answers
/// with its error. Bodies that handlers hand on (a [`Body`](crate::Body) from a request to a bucket, an
/// [`Object`](crate::bucket::Object) to the client) stay streams of the platform, which never enter the
/// Worker's memory.
///
/// ```
/// # #[cfg(feature = "axum")]
/// # mod example {
/// # #[storage::bucket(name = "notes")]
/// # pub struct Notes;
/// #[storage::app(name = "notes")]
/// #[derive(Clone)]
/// pub struct App {
///     pub notes: storage::Bucket<Notes>,
/// }
///
/// pub fn router(app: App) -> axum::Router {
///     axum::Router::new().with_state(app) // and its routes
/// }
///
/// #[cfg(target_arch = "wasm32")]
/// #[worker::event(fetch)]
/// async fn fetch(
///     request: worker::web_sys::Request,
///     env: worker::Env,
///     _context: worker::Context,
/// ) -> worker::Result<worker::Response> {
///     storage::edge::serve(App::open(&env).map(router), request).await
/// }
/// # }
/// ```
pub mod edge {
    #[cfg(all(any(feature = "axum", feature = "rest"), target_arch = "wasm32"))]
    pub use super::workers::EdgeRequest;
    #[cfg(all(feature = "axum", target_arch = "wasm32"))]
    pub use super::workers::serve;
    #[cfg(all(feature = "rest", target_arch = "wasm32"))]
    pub use super::workers::serve_kv;
}
pub(crate) use target::{Hasher, bindings, cipher, detach, digest, note, now, print, random};

/// What the exports of a storage Worker call.
#[doc(hidden)]
pub mod exports {
    #[cfg(target_arch = "wasm32")]
    pub use super::workers::{storage_call, storage_fetch, wasm_bindgen};
}

/// The engine of encryption on Workers, for what tests and measures it.
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod engine {
    pub use super::workers::cipher::{open, open_bytes, seal, seal_bytes, split};
}

/// A time as HTTP writes it, to the second; `None` before 1970 and after 9999, which it can't write.
pub(crate) fn http_date(time: SystemTime) -> Option<String> {
    const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (since_1970 < YEAR_10000).then(|| target::http_date(time))
}

use std::time::{Duration, SystemTime};

use storage_core::ErrorKind;

use crate::declare::{Connect, DeclareApp};
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

/// Opens an app in a folder on disk, which is made if it is not there.
///
/// # Errors
///
/// [`FolderUnusable`](crate::ErrorKind::FolderUnusable) if it can't be read or written, or has been
/// written by a newer version of this library.
pub fn local<A: DeclareApp>(folder: impl LocalFolder) -> Result<A> {
    A::connect(&folder.open()?)
}

/// Where `App::local` stores: any path, if the feature `local` is on and the target has disks.
#[diagnostic::on_unimplemented(
    message = "`App::local` is not available in this build: it takes a disk and the feature `local`",
    label = "can't store there",
    note = "help: in a Worker use `App::open(&env)`",
    note = "help: natively add `local` to the features of `storage` in Cargo.toml"
)]
pub trait LocalFolder {
    /// The folder, open.
    type Open: Connect<Error = Error>;

    /// Opens the folder.
    ///
    /// # Errors
    ///
    /// Those of [`local`].
    fn open(self) -> Result<Self::Open>;
}

/// What a backend says of an option that it can't honour.
fn unsupported_option(option: &str) -> Error {
    let message = format!("the option `{option}` is not supported here");
    Error::new(ErrorKind::Unsupported, message)
}
