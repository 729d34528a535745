//! What can go wrong with bytes. It says as little as there is to decide on.

use std::fmt;

/// The bytes are not what was sealed: by another key, for another place, changed, or cut off.
///
/// Which of these it is, is not told: whoever could learn it could try until it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenError;

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stored bytes could not be decrypted")
    }
}

impl std::error::Error for OpenError {}

/// A message of more than [`PLAIN_LEN_MAX`](super::PLAIN_LEN_MAX) bytes can't be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than 4 PiB can't be encrypted as one message")
    }
}

impl std::error::Error for TooLong {}
