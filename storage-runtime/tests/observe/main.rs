//! What is told of operations: lines in the log, and spans.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lines;
#[cfg(feature = "tracing")]
mod spans;
mod story;
mod told;

use sha2::{Digest as _, Sha256};

/// What is told of a key.
fn hash(key: &str) -> String {
    let digest = Sha256::digest(key);
    let digits = digest.iter().take(8).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
