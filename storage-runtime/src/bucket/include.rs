//! What a listing says of each object.

/// What a listing says of each object beside key, size, etag and time.
///
/// R2 may give fewer objects a page when more is asked of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Include {
    /// Content type and the like.
    pub http_metadata: bool,
    /// The user's metadata.
    pub metadata: bool,
}

impl Include {
    /// Everything, which is the default.
    pub const ALL: Self = Self { http_metadata: true, metadata: true };
    /// Nothing more.
    pub const NONE: Self = Self { http_metadata: false, metadata: false };
}

impl Default for Include {
    fn default() -> Self {
        Self::ALL
    }
}
