//! The encryption format, the keys of it, and the engine in Rust.

mod key_ring;
mod prefix;
mod stream;

pub(crate) use key_ring::run as key_ring;
pub(crate) use prefix::run as prefix;
pub(crate) use stream::run as stream;

use std::sync::LazyLock;

use storage_core::crypto::{Context, KeyRing, Resource};

/// Two keys that nothing else is encrypted with.
static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    KeyRing::parse(
        "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,\
         b:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    )
    .unwrap()
});

fn context() -> Context {
    Context::body(Resource::Bucket, "files", "a.txt")
}
