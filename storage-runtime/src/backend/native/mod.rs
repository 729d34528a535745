//! What the native target offers in place of the Workers platform.

use std::sync::Arc;
use std::time::SystemTime;

use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use storage_core::checksum::Algorithm;
use storage_core::manifest::{BucketSpec, KvSpec};

use super::{BucketBackend, KvBackend};
use crate::declare::Connect;
use crate::error::{Error, Result};

/// The bindings of a Worker. On Workers this is `worker::Env`; natively there is no Worker, so there
/// is no value of this type, and code that takes one compiles but is never called.
#[derive(Clone, Debug)]
pub enum Env {}

/// The handles of an `Env`.
pub(crate) fn bindings(env: &Env) -> Bindings<'_> {
    Bindings(env)
}

pub(crate) struct Bindings<'a>(&'a Env);

impl Connect for Bindings<'_> {
    type Error = Error;

    fn bucket(&self, _: &'static BucketSpec) -> Result<Arc<dyn BucketBackend>> {
        match *self.0 {}
    }

    fn kv(&self, _: &'static KvSpec) -> Result<Arc<dyn KvBackend>> {
        match *self.0 {}
    }
}

/// The time.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// The digest of some bytes. Asynchronous because the one on Workers is.
pub(crate) async fn digest(algorithm: Algorithm, bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(match algorithm {
        Algorithm::Md5 => Md5::digest(bytes).to_vec(),
        Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
        Algorithm::Sha256 => Sha256::digest(bytes).to_vec(),
        Algorithm::Sha384 => Sha384::digest(bytes).to_vec(),
        Algorithm::Sha512 => Sha512::digest(bytes).to_vec(),
        other => return Err(super::unsupported_digest(other)),
    })
}

/// Says on standard error what the answer to a request does not say.
#[cfg(feature = "axum")]
pub(crate) fn log(error: &Error) {
    if error.http_status() >= 500 {
        eprintln!("storage: {error:?}");
    }
}
