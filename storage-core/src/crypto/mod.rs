//! Encryption of bodies, values and metadata: the format, the keys, and the engine in Rust.
//!
//! What is stored is exactly [C2SP chunked encryption](https://c2sp.org/chunked-encryption),
//! Cobblestone-256: a prefix of [`PREFIX_LEN`] bytes (salt, key commitment), then chunks of
//! [`CHUNK_LEN`] bytes, each sealed by AES-256-GCM; the last one is always shorter. Written out byte
//! by byte, with limits and a program that reads it without this library, it is in
//! `docs/encryption.md`.
//!
//! | step | here |
//! | --- | --- |
//! | parse the secret | [`KeyRing::parse`] |
//! | say what is encrypted | [`Context`] |
//! | derive the keys of a message | [`Key::message_keys`] to seal, [`KeyRing::open`] to open |
//! | lengths and ranges | [`sealed_len`], [`plain_len`], [`Window`] |
//! | AES in Rust | [`Sealer`], [`Opener`], [`seal_all`], [`open_all`] |
//!
//! An engine elsewhere (WebCrypto) takes [`MessageKeys`] and [`Window`], and does the last row itself.
//!
//! # Examples
//!
//! ```
//! use storage_core::crypto::{Context, KeyRing, Resource, open_all, seal_all};
//!
//! let ring = KeyRing::parse("2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")?;
//! let context = Context::body(Resource::Bucket, "user-assets", "avatars/1");
//!
//! let salt = [7; 24]; // random, and never again for this key
//! let sealed = seal_all(ring.primary().message_keys(&salt, &context), b"hello")?;
//! assert_eq!(open_all(&ring, &context, None, &sealed)?, b"hello");
//!
//! let elsewhere = Context::body(Resource::Bucket, "user-assets", "avatars/2");
//! assert!(open_all(&ring, &elsewhere, None, &sealed).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chunk;
mod context;
mod derive;
mod error;
mod geometry;
mod key_ring;
mod opener;
mod sealer;
#[cfg(test)]
mod tests;
mod window;

pub use context::{Context, Resource};
pub use derive::MessageKeys;
#[doc(hidden)] // for vectors of others, in wasm
pub use derive::expand;
pub use error::{OpenError, TooLong};
pub use geometry::{chunk_count, plain_len, sealed_len};
pub use key_ring::{Key, KeyId, KeyIdError, KeyRing, KeyRingError, KeyRingRule};
pub use opener::{Opener, open_all};
pub use sealer::{Sealer, seal_all};
pub use window::Window;
/// What wipes a secret text from memory when it is dropped.
pub use zeroize::Zeroizing;

/// Length of a key of the ring, in bytes.
pub const KEY_LEN: usize = 32;
/// Length of the salt that a message begins with, in bytes.
pub const SALT_LEN: usize = 24;
/// Length of the key commitment that follows the salt, in bytes.
pub const COMMITMENT_LEN: usize = 32;
/// Length of all that stands before the first chunk, in bytes.
pub const PREFIX_LEN: usize = SALT_LEN + COMMITMENT_LEN;
/// Length of the nonce of AES-GCM, in bytes.
pub const NONCE_LEN: usize = 12;
/// Length of the tag that AES-GCM adds to a chunk, in bytes.
pub const TAG_LEN: usize = 16;
/// Plaintext of every chunk but the last, which has less, in bytes: 16 KiB.
pub const CHUNK_LEN: usize = 16 * 1024;
/// What is stored of every chunk but the last, in bytes.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Most chunks of a message.
pub const CHUNKS_MAX: u64 = 1 << 38;
/// Most plaintext of a message, in bytes: 4 PiB less one byte.
pub const PLAIN_LEN_MAX: u64 = CHUNKS_MAX * CHUNK_LEN as u64 - 1;
