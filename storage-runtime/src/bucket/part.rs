//! Parts of an upload.

use serde::{Deserialize, Serialize};

/// A part that was uploaded. Keep it (it is made for serde) until the upload is completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    number: u16,
    etag: String,
}

impl Part {
    /// A part as an uploader was told of it. The quotes that an `ETag` header has do not count.
    #[must_use]
    pub fn new(number: u16, etag: impl Into<String>) -> Self {
        let etag: String = etag.into();
        let bare = etag.strip_prefix('"').and_then(|etag| etag.strip_suffix('"'));
        Self { number, etag: bare.map(str::to_owned).unwrap_or(etag) }
    }

    /// Its number, 1 to 10,000.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }

    /// What R2 calls this very content. Opaque.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }
}
