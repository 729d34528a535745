//! Rotation: what is not under the primary key is encrypted anew, page by page.
//!
//! [`Bucket::rotate`](crate::Bucket::rotate) and [`Kv::rotate`](crate::Kv::rotate) do a page, and
//! [`Bucket::rotate_by`](crate::Bucket::rotate_by) and [`Kv::rotate_by`](crate::Kv::rotate_by) answer the
//! requests of `cargo storage rotate`, which goes on until the end. `docs/encryption.md` has the steps.

mod answer;
mod bucket;
mod cursor;
mod kv;
mod request;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use storage_core::ErrorKind;
use storage_core::crypto::{MessageKeys, PREFIX_LEN};
pub use storage_core::rotation::{RotationPage, RotationProblem};
use storage_core::rpc::RotateCall;

use super::Cipher;
use crate::error::{Error, Result};

pub use answer::RotateBy;
pub(crate) use bucket::BucketJob;
pub(crate) use kv::KvJob;
pub use request::{Plain, Rotate, RotateOptions};

/// How many bytes of plaintext a page encrypts anew before it ends early: a Worker has so much time.
const BYTES_A_PAGE: u64 = 64 * 1024 * 1024;

/// What rotates the pages of a resource.
///
/// Requests carry it behind the pointer of a trait, so that a Worker links those of its kinds.
pub(crate) trait Job: Send + Sync {
    /// Rotates a page.
    fn page(self: Arc<Self>, ask: Ask) -> BoxFuture<'static, Result<RotationPage>>;
}

/// What says who may rotate.
///
/// Requests carry it behind the pointer of a trait, because the keys may be in a storage Worker.
pub(crate) trait Guard: Send + Sync {
    /// Whether a token is of somebody who has the keys, and for these bytes.
    fn allows(self: Arc<Self>, token: String, asked: Bytes) -> BoxFuture<'static, Result<bool>>;
}

/// A page to rotate, checked.
pub(crate) struct Ask {
    /// Of the keys that start with it.
    pub(crate) prefix: Option<String>,
    limit: u32,
    cursor: cursor::Cursor,
    plain: Plain,
}

impl Ask {
    /// The same for a storage Worker.
    pub(crate) fn into_call(self) -> Result<RotateCall> {
        let Self { prefix, limit, cursor, plain } = self;
        let cursor = if cursor == cursor::Cursor::default() { None } else { Some(cursor.write()?) };
        Ok(RotateCall { prefix, limit, cursor, encrypt_plain: plain == Plain::Encrypt })
    }
}

impl RotateOptions {
    /// What a storage Worker is asked for.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    pub(crate) fn of_call(call: RotateCall) -> Self {
        let RotateCall { prefix, limit, cursor, encrypt_plain } = call;
        let plain = if encrypt_plain { Plain::Encrypt } else { Plain::Leave };
        Self { prefix, limit: Some(limit), cursor, plain }
    }
}

/// What came of an entry.
enum Outcome {
    /// Somebody else wrote it meanwhile, or it is about to expire.
    Changed,
    /// It is under the primary key, with all that belongs to it.
    Current,
    /// It was not written, and is under this key, or not encrypted.
    Failed { under: Option<String>, error: Error },
    /// It was deleted meanwhile.
    Gone,
    /// It is not encrypted, or its metadata is not and should be, and it is under this key.
    Plain { under: Option<String> },
    /// It was not under the primary key, and is now.
    Rotated { bytes: u64 },
    /// No key of the ring opens it, or it is damaged and under this key.
    Unreadable { under: Option<String> },
}

impl Outcome {
    /// What an error says of an entry that is under a key.
    fn of(error: Error, under: Option<String>) -> Self {
        if error.kind() == ErrorKind::DecryptionFailed {
            Self::Unreadable { under }
        } else {
            Self::Failed { under, error }
        }
    }

    fn count(self, key: &str, primary: &str, page: &mut RotationPage) {
        let under = match self {
            Self::Changed => {
                page.changed += 1;
                None
            }
            Self::Current => {
                page.current += 1;
                Some(primary.to_owned())
            }
            Self::Failed { under, error } => {
                page.failed += 1;
                page.note(key, error.code());
                under
            }
            Self::Gone => None,
            Self::Plain { under } => {
                page.plain += 1;
                under
            }
            Self::Rotated { bytes } => {
                page.rotated += 1;
                page.bytes += bytes;
                Some(primary.to_owned())
            }
            Self::Unreadable { under } => {
                page.unreadable += 1;
                page.note(key, ErrorKind::DecryptionFailed.code());
                under
            }
        };
        if let Some(id) = under {
            *page.keys.entry(id).or_default() += 1;
        }
    }
}

/// What the beginning of an entry says of it.
enum Found {
    /// It was sealed with this key. The id that is noted beside it is not asked.
    Sealed { under: String, keys: MessageKeys },
    /// No key of the ring sealed it, but something says that it was sealed.
    Unreadable,
    /// It was not sealed.
    Plain,
}

impl Found {
    /// The id of the key that sealed it.
    fn under(self) -> Option<String> {
        match self {
            Self::Sealed { under, .. } => Some(under),
            Self::Unreadable | Self::Plain => None,
        }
    }
}

impl Cipher {
    /// Looks at how an entry begins, and at what is noted beside it.
    fn found(&self, key: &str, start: &[u8], hint: Option<&str>, is_noted: bool) -> Found {
        let prefix = start.first_chunk::<PREFIX_LEN>();
        let opened = prefix.and_then(|prefix| self.ring.open(prefix, &self.value(key), hint));
        match opened {
            Some((id, keys)) => Found::Sealed { under: id.as_str().to_owned(), keys },
            None if is_noted => Found::Unreadable,
            None => Found::Plain,
        }
    }
}
