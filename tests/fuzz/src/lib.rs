//! Targets: what has to hold for any input, each a function that panics where it does not.
//!
//! `cargo xtask fuzz` searches for such inputs, guided by what they reach; `cargo test` runs the
//! inputs in `inputs/`, and a few seconds' worth of random ones.

#![forbid(unsafe_code)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a target panics if something does not hold"
)]

mod checksum;
mod encryption;
mod key;
mod manifest;
mod range_header;
mod token;
mod typed_key;
mod wrangler;

/// Something that has to hold for any input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called, as its folder in `inputs/` is.
    pub name: &'static str,
    /// Panics if it does not hold.
    pub run: fn(input: &[u8]),
}

/// All targets, each with a folder in `inputs/`.
pub const TARGETS: &[Target] = &[
    Target { name: "checksum", run: checksum::run },
    Target { name: "encryption_prefix", run: encryption::prefix },
    Target { name: "encryption_stream", run: encryption::stream },
    Target { name: "key", run: key::run },
    Target { name: "key_ring", run: encryption::key_ring },
    Target { name: "manifest", run: manifest::run },
    Target { name: "range_header", run: range_header::run },
    Target { name: "token", run: token::run },
    Target { name: "typed_key", run: typed_key::run },
    Target { name: "wrangler", run: wrangler::any_file },
    Target { name: "wrangler_document", run: wrangler::document },
];

/// The target of that name.
///
/// # Errors
///
/// A message with the names that there are.
pub fn find(name: &str) -> Result<Target, String> {
    TARGETS.iter().copied().find(|target| target.name == name).ok_or_else(|| {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        format!("there is no target `{name}`\nhelp: one of {}", names.join(", "))
    })
}

/// Makes a constant of a value. What a target leaks is small, and `cargo xtask fuzz` starts it
/// anew every minute.
fn constant<T: ?Sized>(value: impl Into<Box<T>>) -> &'static T {
    Box::leak(value.into())
}
