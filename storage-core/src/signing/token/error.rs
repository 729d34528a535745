//! Why a token is refused, and why none is made.

use std::fmt;

/// Why a token is refused. For the log: whoever sent it is told nothing of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// It was good, until it expired.
    Expired,
    /// It was not made with any of these keys, or was changed. Which of these it is, is not told.
    Invalid,
    /// It was made, if the clock is right, more than [a minute](super::SKEW) from now.
    NotYet,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the link has expired",
            Self::Invalid => "the token was not made with any of the keys",
            Self::NotYet => "the link was made in the future: one of the clocks is wrong",
        })
    }
}

impl std::error::Error for TokenError {}

/// What of a grant breaks its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantError {
    /// The name of the bucket has 1 to 63 bytes.
    Bucket,
    /// A content disposition has 1 to [`DISPOSITION_MAX`](super::DISPOSITION_MAX) bytes.
    ContentDisposition,
    /// A content type has 1 to [`CONTENT_TYPE_MAX`](super::CONTENT_TYPE_MAX) bytes.
    ContentType,
    /// The time is beyond 2^48 seconds.
    IssuedAt,
    /// The key of an object has 1 to 1,024 bytes.
    Key,
    /// The id of the key is not one.
    KeyId,
    /// A link is good for 1 to [`LIFETIME_MAX`](super::LIFETIME_MAX) seconds.
    Lifetime,
    /// A link has 1 to [`USES_MAX`](super::USES_MAX) uses.
    Uses,
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bucket => "the name of the bucket has 1 to 63 bytes",
            Self::ContentDisposition => "the content disposition of a link has 1 to 1,024 bytes",
            Self::ContentType => "the content type of a link has 1 to 255 bytes",
            Self::IssuedAt => "the time is out of range",
            Self::Key => "the key of an object has 1 to 1,024 bytes",
            Self::KeyId => "the id of the signing key has 1 to 32 bytes",
            Self::Lifetime => "a link is good for 1 to 604,800 seconds",
            Self::Uses => "a link has 1 to 1,000 uses",
        })
    }
}

impl std::error::Error for GrantError {}
