//! What a token grants.

use super::{SKEW, TokenError};

/// What a token grants: one kind of access to one object, for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grant {
    /// The bucket, as its declaration calls it, with its namespace: the same in every environment.
    pub bucket: String,
    /// The exact key of the object.
    pub key: String,
    /// What may be done with it.
    pub access: Access,
    /// When it was granted, in seconds since 1970.
    pub issued_at: u64,
    /// How long it is good, in seconds, 1 to [`LIFETIME_MAX`](super::LIFETIME_MAX).
    pub lifetime: u32,
    /// What it is known by where it is counted or can be revoked.
    pub tracking: Option<Tracking>,
}

/// What may be done with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// It may be read.
    Read {
        /// The type that it is answered with, whatever it was written with.
        content_type: Option<String>,
        /// The disposition that it is answered with, whatever it was written with.
        content_disposition: Option<String>,
    },
    /// It may be written.
    Write {
        /// The type that it has to have.
        content_type: Option<String>,
        /// How long it may be.
        size: Option<Size>,
    },
}

/// How long what is written may be, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// At most so long.
    AtMost(u64),
    /// Exactly so long.
    Exactly(u64),
}

/// What a grant is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// Random bytes.
    pub id: [u8; 16],
    /// How often it may be used, 1 to [`USES_MAX`](super::USES_MAX): `None` for as often as one likes.
    pub uses: Option<u16>,
}

impl Grant {
    /// A grant that is not tracked. Its parts are checked when it is signed.
    #[must_use]
    pub fn new(
        bucket: impl Into<String>,
        key: impl Into<String>,
        access: Access,
        issued_at: u64,
        lifetime: u32,
    ) -> Self {
        let (bucket, key) = (bucket.into(), key.into());
        Self { bucket, key, access, issued_at, lifetime, tracking: None }
    }

    /// The first second, since 1970, at which it is good no more.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.issued_at.saturating_add(self.lifetime.into())
    }

    /// Checks that it is one of a time, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`TokenError::Expired`], and [`TokenError::NotYet`].
    pub fn check_time(&self, now: u64) -> Result<(), TokenError> {
        if now >= self.expires_at() {
            return Err(TokenError::Expired);
        }
        if self.issued_at > now.saturating_add(SKEW) {
            return Err(TokenError::NotYet);
        }
        Ok(())
    }
}
