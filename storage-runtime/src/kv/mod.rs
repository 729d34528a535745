//! KV namespaces: small values that are read often, on Workers KV.

mod delete;
mod entry;
mod get;
mod head;
mod list;
mod put;
mod stamp;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use storage_core::key::KvKey;
use storage_core::manifest::{KvSpec, ResourceSpec};

pub use crate::backend::PutMode;
pub use delete::Delete;
pub use entry::{Entry, EntryInfo};
pub use get::Get;
pub use head::Head;
pub use list::{List, ListOptions};
pub use put::{Expiry, Put, PutOptions};

use crate::backend::{self, Env, KvBackend};
use crate::body::Body;
use crate::declare::{Connect, DeclareKv, Handle};
use crate::error::{Place, Resource, Result};
use crate::key::ToKey;

/// A handle to the KV namespace that `D` declares.
///
/// Cheap to clone and to open: all clones are the same namespace. Workers KV is eventually
/// consistent: a write is seen at once where it was made, and within 60 seconds or more elsewhere.
/// That makes it right for configuration and sessions, and wrong for counters and locks.
///
/// # How entries are stored
///
/// The value is stored as it is, so every other program can read it. Content type, size, etag and
/// time of writing stand in the entry's metadata, beside the user's, as
/// `{"~s":[1,<size>,"<etag>",<milliseconds since 1970>,"<content type>"],"m":{<user's metadata>}}`:
/// about 80 of its 1,024 bytes. Entries that other programs wrote read fine; what they don't say is
/// `None`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// #[storage::kv(name = "app-configs", ttl_seconds = 86_400)]
/// pub struct AppConfigs;
///
/// #[storage::app(name = "media-api")]
/// pub struct App {
///     pub configs: storage::Kv<AppConfigs>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// let app = App::memory();
/// app.configs.put("theme", storage::Body::json("dark")?).ttl(Duration::from_secs(300)).await?;
///
/// let entry = app.configs.get("theme").await?.expect("it was just written");
/// assert_eq!(entry.json::<String>().await?, "dark");
/// # Ok(())
/// # }
/// ```
pub struct Kv<D> {
    raw: RawKv,
    declaration: PhantomData<fn() -> D>,
}

impl<D> Kv<D> {
    /// Opens the namespace on the bindings of a Worker, without an app struct.
    ///
    /// # Errors
    ///
    /// [`BindingMissing`](crate::ErrorKind::BindingMissing) if the binding is not there or is
    /// something else than a KV namespace.
    pub fn open(env: &Env) -> Result<Self>
    where
        D: DeclareKv,
    {
        Self::connect(&backend::bindings(env))
    }

    /// Writes an entry: at most 25 MiB under a key of 1 to 512 bytes.
    ///
    /// It expires when the declaration says so, unless [`Put::ttl`] or [`Put::never_expires`] says
    /// otherwise.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey),
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) (a time to live under 60 seconds),
    /// [`InvalidChecksum`](crate::ErrorKind::InvalidChecksum),
    /// [`ChecksumMismatch`](crate::ErrorKind::ChecksumMismatch),
    /// [`MetadataTooLarge`](crate::ErrorKind::MetadataTooLarge) (1,024 bytes with the library's own),
    /// [`ValueTooLarge`](crate::ErrorKind::ValueTooLarge),
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) (create-only),
    /// [`RateLimited`](crate::ErrorKind::RateLimited) (one write a second to one key).
    pub fn put(&self, key: impl ToKey, value: impl Into<Body>) -> Put {
        Put::new(self.raw.clone(), key.to_key(), value.into())
    }

    /// Finds an entry and its value. A missing or expired entry is `None`.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn get(&self, key: impl ToKey) -> Get {
        Get::new(self.raw.clone(), key.to_key())
    }

    /// Finds an entry without its value. A missing or expired entry is `None`.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn head(&self, key: impl ToKey) -> Head {
        Head::new(self.raw.clone(), key.to_key())
    }

    /// Deletes an entry. Deleting what is not there is no error.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn delete(&self, key: impl ToKey) -> Delete {
        Delete::new(self.raw.clone(), key.to_key())
    }

    /// Lists entries by key: a [`Page`](crate::Page) of at most 1,000 when awaited, all pages as a
    /// stream by [`List::pages`].
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is not 1 to
    /// 1,000 or the cursor is not one that this listing returned,
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) if the prefix of a typed key has a value that
    /// can't be in a key.
    pub fn list(&self) -> List {
        List::new(self.raw.clone())
    }
}

impl<D> Clone for Kv<D> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), declaration: PhantomData }
    }
}

impl<D> fmt::Debug for Kv<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kv").field(&self.raw).finish()
    }
}

impl<D: DeclareKv> Handle for Kv<D> {
    const RESOURCE: ResourceSpec = ResourceSpec::Kv(D::SPEC);

    fn connect<C: Connect>(to: &C) -> Result<Self, C::Error> {
        let raw = RawKv { backend: to.kv(D::SPEC)?, spec: D::SPEC };
        Ok(Self { raw, declaration: PhantomData })
    }
}

/// A namespace without its type: what the requests work on, so that they are compiled once.
#[derive(Clone)]
struct RawKv {
    backend: Arc<dyn KvBackend>,
    spec: &'static KvSpec,
}

impl fmt::Debug for RawKv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec.name)
    }
}

impl RawKv {
    fn place(&self, operation: &'static str) -> Place {
        Place { operation, resource: Resource::Kv(self.spec.name) }
    }
}

/// The key of a request, checked by KV's rules.
fn check_key(key: Result<String>) -> Result<KvKey> {
    Ok(KvKey::new(key?)?)
}
