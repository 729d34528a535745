//! What the native target offers in place of the Workers platform.

pub(crate) mod cipher;
#[cfg(feature = "archive")]
mod gzip;
#[cfg(feature = "axum")]
mod http;
#[cfg(feature = "jwt")]
mod jwt;

use std::convert::Infallible;
use std::future::Ready;
use std::panic;
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use bytes::Bytes;
use md5::Md5;
use md5::digest::DynDigest;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use storage_core::ErrorKind;
use storage_core::checksum::Algorithm;
use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;

use super::{AnyBucket, AnyKv, BucketBackend, ByteStream, KvBackend, Payload};
use crate::declare::Connect;
use crate::error::{Error, Result};
use crate::observe::Route;
use crate::rpc::{self, Transport};

/// The bindings of a Worker. On Workers this is `worker::Env`; natively there is no Worker, so there
/// is no value of this type, and code that takes one compiles but is never called.
#[derive(Clone, Debug)]
pub struct Env(Infallible);

/// A stream of the platform's own. Natively there is none.
#[derive(Debug)]
pub struct PlatformStream(Infallible);

impl PlatformStream {
    /// The bytes, where it is known how many they are.
    pub(crate) fn into_payload(self, _: u64) -> Payload {
        match self.0 {}
    }

    /// The bytes in pieces.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        match self.0 {}
    }

    #[cfg(feature = "rest")]
    pub(crate) fn gather(self, _: u64) -> Ready<Result<Bytes>> {
        match self.0 {}
    }

    pub(crate) fn drain(self) -> Ready<()> {
        match self.0 {}
    }
}

#[cfg(feature = "archive")]
pub(crate) use gzip::{gunzip, gzip};
#[cfg(feature = "axum")]
pub(crate) use http::{from_http, into_http};
#[cfg(feature = "jwt")]
pub(crate) use jwt::{fetch, verify};

/// The handles of an `Env`.
pub(crate) fn bindings(env: &Env) -> Bindings<'_> {
    Bindings(env)
}

/// What stands where the platform's own backends do on Workers. Natively none is ever made.
pub(super) type PlatformBucket = Box<dyn BucketBackend>;
pub(super) type PlatformKv = Box<dyn KvBackend>;

pub(crate) struct Bindings<'a>(&'a Env);

impl Connect for Bindings<'_> {
    const REMOTE: bool = false;

    type Error = Error;

    const ROUTE: Route = Route::Direct;

    fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>> {
        Ok(rpc::nowhere())
    }

    fn key_ring(&self, _: &'static str) -> Result<KeyRing> {
        match self.0.0 {}
    }

    fn variable(&self, _: &str) -> Option<String> {
        match self.0.0 {}
    }

    fn presigner(&self, _: &'static S3Spec, _: Option<&str>) -> Result<Option<Presigner>> {
        match self.0.0 {}
    }

    fn bucket(&self, _: &'static BucketSpec) -> Result<AnyBucket> {
        match self.0.0 {}
    }

    fn kv(&self, _: &'static KvSpec) -> Result<AnyKv> {
        match self.0.0 {}
    }
}

/// The address of whoever sent a request: natively no header tells it for sure.
#[cfg(all(feature = "axum", feature = "rest"))]
pub(crate) fn client_address(_: &dyn crate::bucket::AsRequest) -> Option<std::net::IpAddr> {
    None
}

#[cfg(feature = "rest")]
impl crate::rest::Environment for Env {
    fn variable(&self, _: &str) -> Option<String> {
        match self.0 {}
    }

    fn rate_limiter(&self, _: &str) -> Option<crate::rest::RateLimiter> {
        match self.0 {}
    }
}

/// The time.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::new(ErrorKind::Internal, "there are no random numbers").with_source(error)
    })?;
    Ok(bytes)
}

/// A time as HTTP writes it, between 1970 and 9999.
pub(super) fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}

/// Runs what nobody waits for, under no runtime: the one of the caller may be about to end. If there is no
/// thread for it, it is not run.
pub(crate) fn detach(work: impl Future<Output = ()> + Send + 'static) {
    let _ = thread::Builder::new().spawn(|| futures_executor::block_on(work));
}

/// The digest of some bytes. Asynchronous because the one on Workers is.
pub(crate) async fn digest(algorithm: Algorithm, bytes: &Bytes) -> Result<Vec<u8>> {
    let mut hasher = Hasher::new(algorithm)?;
    hasher.update(bytes).await?;
    hasher.finish().await
}

/// A digest of what comes in pieces. Asynchronous because the one on Workers is.
pub(crate) struct Hasher(Digester);

impl Hasher {
    pub(crate) fn new(algorithm: Algorithm) -> Result<Self> {
        Digester::new(algorithm).map(Self)
    }

    #[expect(clippy::unused_async, reason = "the one on Workers is asynchronous")]
    pub(crate) async fn update(&mut self, bytes: &Bytes) -> Result<()> {
        self.0.update(bytes);
        Ok(())
    }

    #[expect(clippy::unused_async, reason = "the one on Workers is asynchronous")]
    pub(crate) async fn finish(self) -> Result<Vec<u8>> {
        Ok(self.0.finish())
    }
}

/// The same for code that may block.
pub(super) struct Digester(Box<dyn DynDigest + Send>);

impl Digester {
    pub(super) fn new(algorithm: Algorithm) -> Result<Self> {
        Ok(Self(match algorithm {
            Algorithm::Md5 => Box::new(Md5::default()),
            Algorithm::Sha1 => Box::new(Sha1::default()),
            Algorithm::Sha256 => Box::new(Sha256::default()),
            Algorithm::Sha384 => Box::new(Sha384::default()),
            Algorithm::Sha512 => Box::new(Sha512::default()),
            other => return Err(unsupported_digest(other)),
        }))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.finalize().into_vec()
    }
}

fn unsupported_digest(algorithm: Algorithm) -> Error {
    let message = format!("{} checksums are not supported here", algorithm.name());
    Error::new(ErrorKind::Unsupported, message)
}

/// Writes a line to standard error. If nobody reads that any more, requests are answered all the same: `eprintln!`
/// panics then, and where something is being dropped that ends the process.
pub(crate) fn print(line: &str) {
    let _ = panic::catch_unwind(|| eprintln!("{line}"));
}

/// Says on standard error why a request was refused, and not only where the fault is on this side.
pub(crate) fn note(error: &Error) {
    print(&format!("storage: {error:?}"));
}

/// Says on standard error what the answer to a request does not say.
#[cfg(any(feature = "axum", feature = "rest"))]
pub(crate) fn log(error: &Error) {
    if error.http_status() >= 500 {
        note(error);
    }
}
