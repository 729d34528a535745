//! The storage Worker of the benchmark of calls.
#![cfg(target_arch = "wasm32")]

#[path = "../../src/declarations.rs"]
pub mod declarations;

use storage::Bucket;

use declarations::{Objects, Stub};

/// What it holds.
#[storage::worker(name = "bench-calls-storage")]
pub struct Storage {
    objects: Bucket<Objects>,
    stub: Bucket<Stub>,
}
