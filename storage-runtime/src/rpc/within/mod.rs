//! The keys that a field reaches which goes by a storage Worker: all, or those with its prefix.
//!
//! The rule is one, [`Within`]. On Workers the stub keeps it before it calls. Natively such a field is opened
//! directly, and what is here stands around it, so that a test learns what a Worker would be told.

mod bucket;
mod kv;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::manifest::ServiceSpec;
use storage_core::rpc::Scope;

pub(crate) use bucket::{bucket, links, sealer};
pub(crate) use kv::{kv, parts};

use crate::encryption::Sealed;
use crate::encryption::rotation::{Ask, Guard, Job, RotationPage};
use crate::error::{Error, Result};

/// Which keys those are.
#[derive(Clone, Copy)]
pub(crate) struct Within(Option<&'static str>);

impl Within {
    /// Every key.
    pub(crate) const ALL: Self = Self(None);

    /// Those that the field says.
    pub(crate) fn of(service: &ServiceSpec) -> Self {
        Self(service.prefix)
    }

    /// Whether that is fewer than all.
    pub(crate) fn is_narrow(self) -> bool {
        self.0.is_some()
    }

    /// What those begin with.
    fn prefix(self) -> &'static str {
        self.0.unwrap_or_default()
    }

    /// What a listing is narrowed by that says nothing of it.
    pub(crate) fn narrow(self, prefix: Option<String>) -> Option<String> {
        prefix.or_else(|| self.0.map(str::to_owned))
    }

    /// Refuses what the storage Worker would refuse.
    pub(crate) fn check(self, scope: &Scope<'_>) -> Result<()> {
        let Some(prefix) = self.0 else { return Ok(()) };
        let is_within = match scope {
            Scope::Key(key) => key.starts_with(prefix),
            Scope::Keys(keys) => keys.iter().all(|key| key.starts_with(prefix)),
            Scope::Prefix(within) => within.is_some_and(|within| within.starts_with(prefix)),
            Scope::Later => true,
        };
        if is_within {
            return Ok(());
        }
        let message = "the key is not among those that this application may reach";
        let detail = format!("they begin with `{prefix}`, as the field says: `prefix = ..`");
        Err(Error::new(ErrorKind::Forbidden, message).with_detail(detail))
    }

    /// What rotates those keys.
    fn rotated<S>(self, job: Arc<dyn Job>, guard: Arc<dyn Guard>) -> Sealed<S> {
        Sealed::Elsewhere { job: Arc::new(Kept { inner: job, within: self }), guard }
    }
}

/// Something of which only those keys are reached.
struct Kept<T> {
    inner: T,
    within: Within,
}

impl<T> Kept<T> {
    fn check(&self, key: &str) -> Result<()> {
        self.within.check(&Scope::Key(key))
    }

    /// The prefix of a listing, if it may be.
    fn narrow(&self, prefix: Option<String>) -> Result<Option<String>> {
        let prefix = self.within.narrow(prefix);
        self.within.check(&Scope::Prefix(prefix.as_deref()))?;
        Ok(prefix)
    }
}

impl Job for Kept<Arc<dyn Job>> {
    fn page(self: Arc<Self>, mut ask: Ask) -> BoxFuture<'static, Result<RotationPage>> {
        Box::pin(async move {
            ask.prefix = self.narrow(ask.prefix)?;
            Arc::clone(&self.inner).page(ask).await
        })
    }
}
