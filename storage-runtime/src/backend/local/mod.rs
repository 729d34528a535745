//! Storage in a folder on disk: metadata and entries in SQLite, bodies in files.
//!
//! A body is written to a name that nobody knows, and synced. The transaction that makes it visible
//! moves it to its place; the one that replaces it lets it be removed, after the commit. So whoever
//! looks finds each object whole or not at all, and what a killed process left behind is a body that
//! nothing refers to, which is removed when the folder is opened next.

mod body;
mod bucket;
mod database;
mod entries;
mod error;
mod folder;
mod kv;
mod objects;
mod store;
mod uploads;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::name::qualify;
use storage_core::signing::sigv4::Presigner;

use self::error::Failure;
use self::store::Store;
use super::{AnyBucket, AnyKv, LocalFolder};
use crate::declare::Connect;
use crate::encryption;
use crate::error::{Error, Result};
use crate::observe::Route;
use crate::rpc::{self, Transport};

/// An open folder, which stands for an account: resources of one name are one resource, whoever
/// opens them.
pub struct Local(Arc<Store>);

impl<P: AsRef<Path>> LocalFolder for P {
    type Open = Local;

    fn open(self) -> Result<Local> {
        Store::open(self.as_ref()).map(|store| Local(Arc::new(store)))
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}

impl Connect for Local {
    const REMOTE: bool = false;

    type Error = Error;

    const ROUTE: Route = Route::Local;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>> {
        Ok(rpc::nowhere())
    }

    /// From the environment of the process.
    fn key_ring(&self, secret: &'static str) -> Result<KeyRing> {
        encryption::key_ring(secret, std::env::var(secret).ok())
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn presigner(&self, _: &'static S3Spec, _: Option<&str>) -> Result<Option<Presigner>> {
        Ok(None)
    }

    fn bucket(&self, spec: &'static BucketSpec) -> Result<AnyBucket> {
        let name = match spec.existing {
            Some(name) => name.to_owned(),
            None => qualify(spec.namespace, spec.name),
        };
        Ok(bucket::LocalBucket::new(Arc::clone(&self.0), &name).into())
    }

    fn kv(&self, spec: &'static KvSpec) -> Result<AnyKv> {
        let name = match spec.existing {
            Some(id) => format!("id:{id}"),
            None => qualify(spec.namespace, spec.name),
        };
        Ok(kv::LocalKv::new(Arc::clone(&self.0), &name).into())
    }
}

/// Does what blocks on a thread for that. Whichever runtime there is goes on meanwhile.
async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T> {
    Ok(blocking::unblock(work).await?)
}
