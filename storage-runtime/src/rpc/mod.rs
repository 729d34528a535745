//! Storage Workers: handles whose storage is in another Worker.
//!
//! A handle that goes by a storage Worker is one over a backend that calls it ([`stub`]). Keys, options,
//! content types and what KV notes beside a value stay in the application; encryption, links and the
//! bindings themselves are in the storage Worker, where [`serve`] answers by the handle's own layers.

pub(crate) mod batch;
#[cfg(any(feature = "conformance", test))]
pub(crate) mod loopback;
#[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
pub(crate) mod serve;
pub(crate) mod stub;
#[cfg(test)]
mod tests;
mod transport;
#[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
mod wire;
pub(crate) mod within;

pub use batch::{Requests, batch, batch_of_app};
pub(crate) use transport::Transport;
pub(crate) use transport::nowhere;
#[allow(unused_imports, reason = "natively there is no transport but in tests")]
pub(crate) use transport::{Answered, CallBody};
