//! Keys with which R2 encrypts an object for a customer.

use std::fmt;

/// A key of 32 bytes with which R2 encrypts one object (SSE-C).
///
/// R2 keeps the key's hash only: without the key the object can't be read by anybody. It sees the key
/// and the plaintext at every write and read.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerKey([u8; 32]);

impl CustomerKey {
    /// A key of those bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The bytes. For backends.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(..)")
    }
}
