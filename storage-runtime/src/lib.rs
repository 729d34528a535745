//! Typed storage.
