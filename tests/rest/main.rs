//! KV over REST, natively: through an axum router, in memory. On workerd it is `e2e/rest.rs`.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
#![expect(clippy::indexing_slicing, reason = "a field that JSON does not have is null")]

mod access;
mod batch;
mod client;
mod configuration;
mod entries;
mod jwt;
mod key_server;
mod listing;
mod network;
mod open_api;
mod sizes;
mod starting;
mod table;
mod tokens;
