//! What the attributes implement: the seam between a declaration and the runtime.

use std::sync::Arc;

use storage_core::crypto::KeyRing;
use storage_core::manifest::{
    AppSpec, BucketSpec, KvSpec, ResourceSpec, S3Spec, ServiceSpec, Verbs,
};
use storage_core::signing::sigv4::Presigner;
use storage_core::signing::token::TokenKeys;

use crate::backend::{AnyBucket, AnyKv};
use crate::kv;
use crate::observe::Route;
use crate::rpc::Transport;
use crate::rpc::serve::{Offer, Wanted};

/// A type that `#[storage::bucket]` made a bucket declaration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a bucket",
    label = "not a bucket declaration",
    note = "help: declare it: `#[storage::bucket(name = \"...\")] struct {Self};`"
)]
pub trait DeclareBucket {
    /// What was declared.
    const SPEC: &'static BucketSpec;
}

/// A bucket declaration whose objects can be handed out by URL: one with `signed_urls(..)` or `s3(..)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared without signed URLs",
    label = "neither `signed_urls` nor `s3` is declared",
    note = "help: for URLs that lead to the Worker, add to its `#[storage::bucket(...)]`: `signed_urls(secret = \"LINK_KEYS\", host = \"files.example.com\")`",
    note = "help: for URLs that lead to R2 itself: `s3(account_id = \"R2_ACCOUNT_ID\", access_key_id = \"R2_ACCESS_KEY_ID\", secret_access_key = \"R2_SECRET_ACCESS_KEY\")`"
)]
pub trait Signed: DeclareBucket {}

/// A type that `#[storage::kv]` made a KV declaration.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a KV namespace",
    label = "not a KV declaration",
    note = "help: declare it: `#[storage::kv(name = \"...\")] struct {Self};`"
)]
pub trait DeclareKv {
    /// What its values are.
    type Value: kv::ValueKind;

    /// What was declared.
    const SPEC: &'static KvSpec;
}

/// A declaration with `encryption(..)`: what is stored under it has keys, which can be rotated.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as encrypted, so it has no keys to rotate",
    label = "not an encrypted declaration",
    note = "help: add the option to its attribute: `encryption(secret = \"VAULT_KEYS\")`"
)]
pub trait Encrypted {}

/// A type that `#[storage::app]` made an application.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a storage application",
    note = "help: declare it: `#[storage::app(name = \"...\")]` on the struct that holds the handles"
)]
pub trait DeclareApp: Sized {
    /// What was declared.
    const SPEC: AppSpec;

    /// Opens every field.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn connect<C: Connect>(to: &C) -> Result<Self, C::Error>;
}

/// A field of an application.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a storage handle",
    label = "not a handle",
    note = "help: if it is a declaration, write `storage::Bucket<{Self}>` or `storage::Kv<{Self}>`",
    note = "help: keep other state beside the app"
)]
pub trait Handle: Sized {
    /// What it is a handle to.
    const RESOURCE: ResourceSpec;

    /// What it may do.
    const GRANTS: Verbs;

    /// Opens it.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn connect<C: Connect>(to: &C) -> Result<Self, C::Error>;

    /// Opens it in a storage Worker, if the source reaches any; else as [`connect`](Self::connect) does, and
    /// kept to its prefix.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn connect_via<C: Connect>(to: &C, service: ServiceSpec) -> Result<Self, C::Error>;

    /// What a storage Worker answers calls with.
    fn offer(self) -> Offer;

    /// Opens it, if it is what a call is about.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn look<C: Connect>(to: &C, wanted: &mut Wanted) -> Result<(), C::Error> {
        wanted.look::<Self, C>(to)
    }
}

/// A type that `#[storage::worker]` made a storage Worker.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a storage Worker",
    note = "help: declare it: `#[storage::worker(name = \"...\")]` on the struct that holds the handles"
)]
pub trait DeclareWorker {
    /// Opens the fields that a call is about.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn offer<C: Connect>(to: &C, wanted: &mut Wanted) -> Result<(), C::Error>;
}

/// A source of handles: the bindings of a Worker, or the memory of this process.
pub trait Connect {
    /// Whether it reaches storage Workers. Where it does not, what goes by one is opened directly.
    const REMOTE: bool;

    /// Why a handle can't be had.
    type Error;

    /// How operations get from the handles to what is stored.
    const ROUTE: Route;

    /// What takes messages to that storage Worker. Only asked of a source that reaches them.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn service(&self, service: &ServiceSpec) -> Result<Arc<dyn Transport>, Self::Error>;

    /// The keys in that secret.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn key_ring(&self, secret: &'static str) -> Result<KeyRing, Self::Error>;

    /// The keys of links in that secret. None if there are none that are secret: then no link to the Worker is made,
    /// and none is good.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn token_keys(&self, secret: &'static str) -> Result<Option<TokenKeys>, Self::Error> {
        Ok(Some(TokenKeys::of(&self.key_ring(secret)?)))
    }

    /// The text of that variable, if there is one.
    fn variable(&self, name: &str) -> Option<String>;

    /// What signs links to R2 itself, if R2 is what it is a source of: to a bucket in that jurisdiction, if
    /// it is in one.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn presigner(
        &self,
        spec: &'static S3Spec,
        jurisdiction: Option<&str>,
    ) -> Result<Option<Presigner>, Self::Error>;

    /// The bucket of that declaration.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn bucket(&self, spec: &'static BucketSpec) -> Result<AnyBucket, Self::Error>;

    /// The KV namespace of that declaration.
    ///
    /// # Errors
    ///
    /// Those of the source.
    fn kv(&self, spec: &'static KvSpec) -> Result<AnyKv, Self::Error>;
}
