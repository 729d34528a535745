//! Typed storage.

extern crate self as storage;

pub mod backend;
mod body;
pub mod bucket;
mod content;
mod declare;
mod error;
mod hex;
mod key;
pub mod kv;
mod list;
mod page;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod respond;
mod write;

pub use backend::Env;
pub use body::Body;
pub use bucket::Bucket;
pub use error::{Error, Result};
pub use key::ToKey;
pub use kv::Kv;
pub use page::Page;
pub use storage_core::ErrorKind;
pub use storage_core::limits;
pub use storage_macros::{app, bucket, kv};
