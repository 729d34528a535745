//! `cargo storage apply`: the real wrangler, and a stand-in for the API behind it.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test whose set-up fails has failed"
)]

mod api;
mod buckets;
mod namespaces;
mod plan;
mod support;
