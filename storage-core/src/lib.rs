//! What the macros, the runtime and the CLI must agree on: [names](name), [keys](key) and their
//! [templates](key_template), [limits], the [manifest] and the [error kinds](ErrorKind).
//!
//! Nothing here does I/O, and everything builds for `wasm32-unknown-unknown`. Applications use the
//! `storage-runtime` package, which re-exports what they need.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod checksum;
mod const_text;
#[cfg(feature = "crypto")]
pub mod crypto;
mod error;
pub mod key;
pub mod key_template;
pub mod limits;
pub mod manifest;
pub mod name;
#[cfg(feature = "rotation")]
pub mod rotation;
#[cfg(feature = "rpc")]
pub mod rpc;
#[cfg(feature = "signing")]
pub mod signing;

pub use error::ErrorKind;
