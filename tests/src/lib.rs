//! Helpers for the tests beside this folder, and the documents whose code is tested.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/archive.md")]
mod archive {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/signed-urls.md")]
mod signed_urls {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/kv-rest.md")]
mod kv_rest {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/observability.md")]
mod observability {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/storage-workers.md")]
mod storage_workers {}
