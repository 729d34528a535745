//! Links: what they allow, and what they do not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cors;
mod reading;
mod reserved;
mod revoking;
mod signing;
mod support;
mod uses;
mod writing;
