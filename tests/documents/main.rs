//! The documents are true: their tables say what the code says, their links lead somewhere, and
//! who follows the guide gets a Worker.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod archive;
mod encryption;
mod guide;
mod layout;
mod links;
mod tables;
