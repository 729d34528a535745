//! The Workers platform: R2 and KV bindings of the Worker's own environment.

pub(crate) mod cipher;
#[cfg(any(feature = "axum", feature = "rest"))]
mod edge;
mod env;
mod error;
#[cfg(feature = "archive")]
mod gzip;
#[cfg(feature = "axum")]
mod http;
#[cfg(feature = "jwt")]
mod jwt;
mod kv;
mod object;
mod promise;
mod r2;
mod reader;
#[cfg(feature = "rest")]
mod request;
mod respond;
#[cfg(feature = "rest")]
mod rest;
mod rpc;
#[cfg(feature = "axum")]
mod serve;
mod stream;
mod sys;
mod task;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use js_sys::{Date, Uint8Array};
use storage_core::checksum::Algorithm;
use worker::send::SendFuture;

use crate::error::{Error, Result};

#[cfg(any(feature = "axum", feature = "rest"))]
pub use edge::EdgeRequest;
pub(crate) use env::bindings;
#[cfg(feature = "archive")]
pub(crate) use gzip::{gunzip, gzip};
#[cfg(feature = "axum")]
pub(crate) use http::{from_http, into_http};
#[cfg(feature = "jwt")]
pub(crate) use jwt::{fetch, verify};
pub(super) use kv::WorkersKv as PlatformKv;
pub(crate) use promise::detach;
pub(super) use r2::WorkersBucket as PlatformBucket;
#[cfg(all(feature = "axum", feature = "rest"))]
pub(crate) use rest::client_address;
#[cfg(feature = "rest")]
pub use rest::serve_kv;
pub use rpc::{storage_call, storage_fetch};
#[cfg(feature = "axum")]
pub use serve::serve;
pub(crate) use stream::Hasher;
pub use stream::PlatformStream;
/// The bindings of a Worker.
pub use worker::Env;
/// For exports, which can't name the crate by themselves.
pub use worker::wasm_bindgen;

/// The time, which on Workers stands still between two I/O operations.
pub(crate) fn now() -> SystemTime {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and the platform's times are whole and after 1970"
    )]
    time(Date::now() as u64)
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    sys::get_random_values(&mut bytes).map_err(|thrown| error::unknown(&thrown))?;
    Ok(bytes)
}

/// A time from JavaScript: milliseconds since 1970.
fn time(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_millis(millis))
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A time for JavaScript.
fn millis(time: SystemTime) -> f64 {
    let since_1970 = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since_1970.as_secs_f64() * 1000.0
}

/// A time as HTTP writes it, between 1970 and 9999.
pub(super) fn http_date(time: SystemTime) -> String {
    Date::new(&millis(time).into()).to_utc_string().into()
}

/// The digest of some bytes, by WebCrypto: faster than wasm from some hundred bytes on, and no code
/// in the artifact.
pub(crate) async fn digest(algorithm: Algorithm, bytes: &Bytes) -> Result<Vec<u8>> {
    let promise = sys::digest(algorithm.web_crypto_name(), &Uint8Array::from(bytes.as_ref()));
    let digest = SendFuture::new(promise::settle(promise)).await;
    let digest = digest.map_err(|thrown| error::unknown(&thrown))?;
    Ok(Uint8Array::new(&digest).to_vec())
}

/// Writes a line to the Worker's log.
pub(crate) fn print(line: &str) {
    worker::console_log!("{line}");
}

/// Says in the Worker's log why a request was refused, and not only where the fault is on this side.
pub(crate) fn note(error: &Error) {
    worker::console_log!("storage: {error:?}");
}

/// Says in the Worker's log what the answer to a request does not say.
pub(crate) fn log(error: &Error) {
    if error.http_status() >= 500 {
        worker::console_error!("storage: {error:?}");
    }
}
