//! Implementation of the attributes. Their documentation is on the re-exports in `storage-runtime`.
