//! KV namespaces: small values that are read often, on Workers KV.

mod delete;
mod entry;
mod get;
mod head;
mod list;
mod metadata;
mod put;
mod rotate;
mod stamp;
mod value;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use storage_core::key::KvKey;
use storage_core::limits;
use storage_core::manifest::{KvSpec, ResourceSpec, ServiceSpec, Verbs};

pub use crate::backend::PutMode;
pub use delete::{Delete, DeleteMany};
pub use entry::{Entry, EntryInfo};
pub use get::{Get, GetMany, GetOptions};
pub use head::Head;
pub use list::{List, ListOptions};
pub use metadata::Metadata;
#[cfg(feature = "rest")]
pub(crate) use put::Prepared;
pub use put::{Expiry, Put, PutOptions};
pub(crate) use stamp::{is_readable, noted_size, restamp};
#[cfg(feature = "rest")]
pub(crate) use value::{DEPTH_MAX, depth};
pub use value::{IntoValue, Json, JsonValue, Raw, ValueKind, WithInfo};

use crate::backend::{self, AnyKv, Env};
use crate::declare::{Connect, DeclareKv, Handle};
use crate::encryption::{self, Parts};
use crate::error::{Place, Resource, Result};
use crate::grant::{All, CanDelete, CanHead, CanList, CanRead, CanWrite, Grants};
use crate::key::ToKey;
use crate::observe::{self, About, Route};
use crate::rpc::serve::Offer;
use crate::rpc::within::{self, Within};
use crate::rpc::{Transport, stub};

/// A handle to the KV namespace that `D` declares, and all its verbs, unless it has
/// [fewer grants](crate::grant).
///
/// Cheap to clone and to open: all clones are the same namespace. Workers KV is eventually
/// consistent: a write is seen at once where it was made, and within 60 seconds or more elsewhere.
/// That makes it right for configuration and sessions, and wrong for counters and locks.
///
/// A declaration with `value = T` makes it a namespace of `T`s: [`put`](Self::put) takes a `T` or a
/// `&T`, [`get`](Self::get) gives a `T`, stored as JSON. Without it, [`put`](Self::put) takes whatever
/// is a [`Body`](crate::Body) and [`get`](Self::get) gives an [`Entry`].
///
/// # How entries are stored
///
/// The value is stored as it is, so every other program can read it, unless the declaration says
/// `encryption(..)`: then it is ciphertext, and `docs/encryption.md` has its form. Content type, size, etag and
/// time of writing stand in the entry's metadata, beside the user's, as
/// `{"~s":[1,<size>,"<etag>",<milliseconds since 1970>,"<content type>"],"m":{<user's metadata>}}`:
/// about 80 of its 1,024 bytes. (Metadata with numbers that JavaScript would change is kept as text,
/// under `j` instead of `m`. With encryption, `k` is the id of the key, and `e` stands instead of `m` or `j` if
/// the metadata is encrypted, too.) Entries that other programs wrote read fine; what they don't say is
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
pub struct Kv<D, G = All> {
    raw: RawKv,
    declaration: PhantomData<fn() -> (D, G)>,
}

impl<D, G> Kv<D, G> {
    /// Opens the namespace on the bindings of a Worker, without an app struct.
    ///
    /// # Errors
    ///
    /// [`BindingMissing`](crate::ErrorKind::BindingMissing) if the binding is not there or is
    /// something else than a KV namespace.
    pub fn open(env: &Env) -> Result<Self>
    where
        D: DeclareKv,
        G: Grants,
    {
        Self::connect(&backend::bindings(env))
    }

    /// The same namespace with other grants. What this one has it does not limit: types keep code from what it
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
    /// # #[storage::kv(name = "reports")]
    /// # pub struct Reports;
    /// # #[storage::app(name = "site")]
    /// # struct Site { reports: storage::Kv<Reports> }
    ///
    /// fn show(reports: &storage::Kv<Reports, Read>) { /* .. */ }
    ///
    /// # let site = Site::memory();
    /// show(&site.reports.with_grants());
    /// ```
    #[must_use]
    pub fn with_grants<H: Grants>(&self) -> Kv<D, H> {
        Kv { raw: self.raw.clone(), declaration: PhantomData }
    }

    /// Writes an entry: at most 25 MiB under a key of 1 to 512 bytes.
    ///
    /// It expires when the declaration says so, unless [`Put::ttl`] or [`Put::never_expires`] says
    /// otherwise.
    ///
    /// A value of the type that the declaration names is written by serde as JSON, which has neither
    /// `NaN` nor infinity: such a number is written as `null`, and if the type has no place for a `null`
    /// there, every [`get`](Self::get) of the entry fails
    /// ([`DecodeFailed`](crate::ErrorKind::DecodeFailed)). Keep them out, or in an `Option`.
    ///
    /// # Examples
    ///
    /// A value of the declared type with notes beside it, and both read at once
    /// ([`Get::with_info`]):
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    /// pub struct Session {
    ///     user: u64,
    /// }
    ///
    /// #[storage::kv(name = "sessions", ttl_seconds = 3600, value = Session)]
    /// pub struct Sessions;
    ///
    /// #[storage::app(name = "shop")]
    /// pub struct App {
    ///     sessions: storage::Kv<Sessions>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// let app = App::memory();
    /// app.sessions
    ///     .put("token", Session { user: 7 })
    ///     .metadata("from", "192.0.2.1")
    ///     .ttl(Duration::from_secs(600)) // and not an hour, as declared
    ///     .await?;
    ///
    /// let (session, info) = app.sessions.get("token").with_info().await?.expect("it was just written");
    /// assert_eq!(session, Session { user: 7 });
    /// assert_eq!(info.metadata()["from"], "192.0.2.1");
    /// assert!(info.expires().is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey),
    /// [`EncodeFailed`](crate::ErrorKind::EncodeFailed) (a value of the declared type that can't be JSON,
    /// or is nested more than 127 levels deep),
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) (a time to live under 60 seconds),
    /// [`InvalidChecksum`](crate::ErrorKind::InvalidChecksum),
    /// [`ChecksumMismatch`](crate::ErrorKind::ChecksumMismatch),
    /// [`MetadataTooLarge`](crate::ErrorKind::MetadataTooLarge) (1,024 bytes with the library's own),
    /// [`ValueTooLarge`](crate::ErrorKind::ValueTooLarge),
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) (create-only),
    /// [`RateLimited`](crate::ErrorKind::RateLimited) (one write a second to one key).
    pub fn put<V>(&self, key: impl ToKey, value: V) -> Put
    where
        D: DeclareKv,
        V: IntoValue<D::Value>,
        G: CanWrite,
    {
        Put::new(self.raw.clone(), key.to_key(), value.into_value())
    }

    /// Finds an entry and its value. A missing or expired entry is `None`.
    ///
    /// Gives an [`Entry`], or if the declaration names the type of the values, such a value.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey),
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) (a cache time under 30 seconds),
    /// [`DecodeFailed`](crate::ErrorKind::DecodeFailed) (a value that is not of the declared type).
    pub fn get(&self, key: impl ToKey) -> Get<D::Value>
    where
        D: DeclareKv,
        G: CanRead,
    {
        Get::new(self.raw.clone(), key.to_key())
    }

    /// Finds several entries and their values, in the order of the keys: 100 in one call of the
    /// platform. A missing or expired entry is `None`; a key may be given more than once.
    ///
    /// All values are in memory at the same time. KV gives what it finds this way as text; an entry
    /// that is not text, and entries that are more than 25 MiB together, are read by calls of their
    /// own. So is each entry of an encrypted namespace, six at a time.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_many<K: ToKey>(&self, keys: impl IntoIterator<Item = K>) -> GetMany<D::Value>
    where
        D: DeclareKv,
        G: CanRead,
    {
        GetMany::new(self.raw.clone(), keys.into_iter().map(|key| key.to_key()).collect())
    }

    /// Finds an entry without its value. A missing or expired entry is `None`.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn head(&self, key: impl ToKey) -> Head
    where
        G: CanHead,
    {
        Head::new(self.raw.clone(), key.to_key())
    }

    /// Deletes an entry. Deleting what is not there is no error.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey).
    pub fn delete(&self, key: impl ToKey) -> Delete
    where
        G: CanDelete,
    {
        Delete::new(self.raw.clone(), key.to_key())
    }

    /// Deletes entries, however many: a few at a time, so if it fails, some may be gone already.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey), or
    /// [`Forbidden`](crate::ErrorKind::Forbidden) for a key that the prefix of a
    /// storage Worker leaves out; then nothing was deleted.
    pub fn delete_many<K: ToKey>(&self, keys: impl IntoIterator<Item = K>) -> DeleteMany
    where
        G: CanDelete,
    {
        DeleteMany::new(self.raw.clone(), keys.into_iter().map(|key| key.to_key()).collect())
    }

    /// Lists entries by key: a [`Page`](crate::Page) of at most 1,000 when awaited, all pages as a
    /// stream by [`List::pages`].
    ///
    /// Where metadata is encrypted, an entry whose metadata does not open is told of in
    /// [`Page::unreadable`](crate::Page::unreadable), and the others are listed.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is not 1 to
    /// 1,000 or the cursor is not one that this listing returned,
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) if the prefix of a typed key has a value that
    /// can't be in a key.
    pub fn list(&self) -> List
    where
        G: CanList,
    {
        List::new(self.raw.clone())
    }
}

#[cfg(any(feature = "conformance", feature = "rest"))]
impl<D, G> Kv<D, G> {
    /// The same handle under another declaration, and with all verbs: who has it looks at the grants.
    pub(crate) fn declared_as<E>(self) -> Kv<E> {
        Kv { raw: self.raw, declaration: PhantomData }
    }

    /// What errors call the namespace.
    #[cfg(feature = "rest")]
    pub(crate) fn name(&self) -> &'static str {
        self.raw.spec.name
    }
}

/// For the cases of the conformance suite.
#[cfg(feature = "conformance")]
impl<D> Kv<D> {
    /// The same namespace under another declaration.
    pub(crate) fn with_values<E: DeclareKv>(&self) -> Kv<E> {
        let raw = RawKv { spec: E::SPEC, ..self.raw.clone() };
        Kv { raw, declaration: PhantomData }
    }

    /// Its name, with its namespace.
    pub(crate) fn qualified_name(&self) -> String {
        storage_core::name::qualify(self.raw.spec.namespace, self.raw.spec.name)
    }

    /// The same namespace, by calls of a storage Worker.
    pub(crate) fn remote(&self, transport: Arc<dyn Transport>, service: &ServiceSpec) -> Self {
        let (mut raw, sealed) = RawKv::remote(transport, self.raw.spec, service);
        raw.random_etag = self.raw.random_etag;
        raw.sealed = self.raw.sealed.as_ref().map(|_| sealed);
        Self { raw, declaration: PhantomData }
    }

    pub(crate) fn backend(&self) -> &AnyKv {
        &self.raw.backend
    }
}

impl<D, G> Clone for Kv<D, G> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), declaration: PhantomData }
    }
}

impl<D, G> fmt::Debug for Kv<D, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kv").field(&self.raw).finish()
    }
}

impl<D: DeclareKv, G: Grants> Handle for Kv<D, G> {
    const RESOURCE: ResourceSpec = ResourceSpec::Kv(D::SPEC);
    const GRANTS: Verbs = G::VERBS;

    fn connect<C: Connect>(to: &C) -> Result<Self, C::Error> {
        let spec = D::SPEC;
        let mut raw = RawKv::direct(to.kv(spec)?, spec);
        // Decided while compiling, so that only applications that encrypt link how.
        if const { D::SPEC.encryption.is_some() }
            && let Some(encryption) = &spec.encryption
        {
            let ring = to.key_ring(encryption.secret)?;
            let (backend, sealed) = encryption::kv(raw.backend, ring, spec, encryption);
            (raw.backend, raw.sealed) = (backend, Some(sealed));
            raw.random_etag = Some(backend::random);
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
        let (mut raw, sealed) = RawKv::remote(to.service(&service)?, D::SPEC, &service);
        if const { D::SPEC.encryption.is_some() } {
            raw.random_etag = Some(backend::random);
            raw.sealed = Some(sealed);
        }
        if const { observe::is_on(D::SPEC.observability) } {
            raw = raw.observed(Route::Stub);
        }
        Ok(Self { raw, declaration: PhantomData })
    }

    fn offer(self) -> Offer {
        Offer::kv(self.raw)
    }
}

/// A namespace without its type: what the requests work on, so that they are compiled once.
#[derive(Clone)]
pub(crate) struct RawKv {
    pub(crate) backend: AnyKv,
    pub(crate) spec: &'static KvSpec,
    /// Where etags come from that tell nothing of what is encrypted, if it is.
    random_etag: Option<fn() -> Result<[u8; stamp::ETAG_BYTES]>>,
    /// What rotation takes, if it is encrypted.
    sealed: Option<Arc<dyn Parts>>,
    /// Which keys it reaches: asked before a request that takes several calls, so that it is refused whole.
    within: Within,
}

impl fmt::Debug for RawKv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec.name)
    }
}

impl RawKv {
    fn direct(backend: AnyKv, spec: &'static KvSpec) -> Self {
        Self { backend, spec, random_etag: None, sealed: None, within: Within::ALL }
    }

    /// Tells of every operation.
    fn observed(self, route: Route) -> Self {
        let about = About::kv(self.spec, route);
        Self {
            backend: observe::kv(self.backend, &about),
            sealed: self.sealed.map(|sealed| observe::parts(sealed, &about)),
            ..self
        }
    }

    /// Keeps to those keys, as a storage Worker does.
    fn within(self, within: Within) -> Self {
        Self {
            backend: within::kv(self.backend, within),
            sealed: self.sealed.map(|sealed| within::parts(sealed, within)),
            within,
            ..self
        }
    }

    /// A namespace in a storage Worker, and what rotates its keys.
    fn remote(
        transport: Arc<dyn Transport>,
        spec: &'static KvSpec,
        service: &ServiceSpec,
    ) -> (Self, Arc<dyn Parts>) {
        let (backend, sealed) = stub::kv(transport, spec, service);
        (Self { within: Within::of(service), ..Self::direct(backend, spec) }, sealed)
    }

    /// How many calls for several keys are made at the same time: as many as the platform has
    /// connections. One of an encrypted namespace takes all of them by itself.
    fn calls_at_once(&self) -> usize {
        if self.random_etag.is_some() { 1 } else { limits::worker::CONNECTIONS_MAX }
    }

    fn place(&self, operation: &'static str) -> Place {
        Place { operation, resource: Resource::Kv(self.spec.name) }
    }
}

/// The key of a request, checked by KV's rules.
fn check_key(key: Result<String>) -> Result<KvKey> {
    Ok(KvKey::new(key?)?)
}
