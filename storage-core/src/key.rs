//! Keys, checked once and then trusted.

use std::fmt;

use crate::limits;

/// The key of an object in a bucket: 1 to 1,024 bytes of UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketKey(String);

impl BucketKey {
    /// Checks a key against R2's rules.
    ///
    /// # Errors
    ///
    /// [`KeyError::Empty`] and [`KeyError::TooLong`].
    pub fn new(key: impl Into<String>) -> Result<Self, KeyError> {
        let key = key.into();
        check_bucket(&key)?;
        Ok(Self(key))
    }
}

/// The key of an entry in a KV namespace: 1 to 512 bytes of UTF-8, not `.` or `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KvKey(String);

impl KvKey {
    /// Checks a key against KV's rules.
    ///
    /// # Errors
    ///
    /// [`KeyError::Empty`], [`KeyError::TooLong`] and [`KeyError::Dots`].
    pub fn new(key: impl Into<String>) -> Result<Self, KeyError> {
        let key = key.into();
        check_length(&key, limits::kv::KEY_BYTES_MAX)?;
        if key == "." || key == ".." {
            return Err(KeyError::Dots);
        }
        Ok(Self(key))
    }
}

/// Checks a key against R2's rules, where it is not kept.
pub(crate) fn check_bucket(key: &str) -> Result<(), KeyError> {
    check_length(key, limits::r2::KEY_BYTES_MAX)
}

fn check_length(key: &str, max: usize) -> Result<(), KeyError> {
    match key.len() {
        0 => Err(KeyError::Empty),
        bytes if bytes > max => Err(KeyError::TooLong { bytes, max }),
        _ => Ok(()),
    }
}

macro_rules! key_text {
    ($($name:ident)*) => {$(
        impl $name {
            /// The key as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The key as owned text.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )*};
}

key_text!(BucketKey KvKey);

/// Why a key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// KV reserves the keys `.` and `..`.
    Dots,
    /// A key has at least one byte.
    Empty,
    /// The key is over the limit.
    TooLong {
        /// Its length in bytes of UTF-8.
        bytes: usize,
        /// The most that is allowed.
        max: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dots => f.write_str("the keys `.` and `..` are reserved"),
            Self::Empty => f.write_str("the key is empty"),
            Self::TooLong { bytes, max } => {
                write!(f, "the key has {bytes} bytes, the limit is {max}")
            }
        }
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_bytes_at_the_edge() {
        assert!(BucketKey::new("ü".repeat(512)).is_ok());
        assert_eq!(
            BucketKey::new("ü".repeat(512) + "x"),
            Err(KeyError::TooLong { bytes: 1025, max: 1024 })
        );
        assert!(KvKey::new("x".repeat(512)).is_ok());
        assert_eq!(KvKey::new("x".repeat(513)), Err(KeyError::TooLong { bytes: 513, max: 512 }));
    }

    #[test]
    fn kv_reserves_dots_and_buckets_do_not() {
        assert_eq!(KvKey::new(".."), Err(KeyError::Dots));
        assert!(BucketKey::new("..").is_ok());
        assert_eq!(BucketKey::new(""), Err(KeyError::Empty));
    }
}
