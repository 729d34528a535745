//! What both Workers declare.

/// What is in R2.
#[storage::bucket(name = "bench-objects", binding = "OBJECTS")]
pub struct Objects;

/// What answers at once: see `bench/calls/stub.js`.
#[storage::bucket(name = "bench-stub", binding = "STUB")]
pub struct Stub;
