//! Error kinds with their stable codes and HTTP statuses.

/// What went wrong, as a caller would want to branch on it.
///
/// Each kind has one stable [code](Self::code) and one [HTTP status](Self::http_status). Codes are
/// never reused or renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A create-only write found the key taken.
    AlreadyExists,
    /// The environment has no such binding, or it is bound to something else.
    BindingMissing,
    /// A body broke off: its source failed, or it has another length than was said.
    BodyInterrupted,
    /// The body does not have the checksum the caller named.
    ChecksumMismatch,
    /// A stored value is not what the caller asked to read it as (text, JSON).
    DecodeFailed,
    /// A value could not be turned into JSON.
    EncodeFailed,
    /// The folder of local storage can't be read or written, is damaged, or is of a newer version.
    FolderUnusable,
    /// The platform failed in a way this library does not know.
    Internal,
    /// A checksum names an algorithm but its value is not a digest of it.
    InvalidChecksum,
    /// A key breaks the platform's rules, or those of its template.
    InvalidKey,
    /// An option has a value that the platform would refuse.
    InvalidOption,
    /// The parts of an upload are not what was uploaded, or their sizes break the rule.
    InvalidPart,
    /// The metadata of one entry is over the limit.
    MetadataTooLarge,
    /// What is stored is not as a condition of the request says.
    PreconditionFailed,
    /// The object has no byte in the range that was asked for.
    RangeNotSatisfiable,
    /// Too many requests for one key or one account: try again later.
    RateLimited,
    /// The platform did not answer: try again later.
    Unavailable,
    /// This backend can't do what was asked.
    Unsupported,
    /// There is no such upload: it was completed or aborted, or never was.
    UploadNotFound,
    /// The body is over the limit.
    ValueTooLarge,
}

impl ErrorKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::AlreadyExists,
        Self::BindingMissing,
        Self::BodyInterrupted,
        Self::ChecksumMismatch,
        Self::DecodeFailed,
        Self::EncodeFailed,
        Self::FolderUnusable,
        Self::Internal,
        Self::InvalidChecksum,
        Self::InvalidKey,
        Self::InvalidOption,
        Self::InvalidPart,
        Self::MetadataTooLarge,
        Self::PreconditionFailed,
        Self::RangeNotSatisfiable,
        Self::RateLimited,
        Self::Unavailable,
        Self::Unsupported,
        Self::UploadNotFound,
        Self::ValueTooLarge,
    ];

    /// The stable code of this kind: what a client should compare.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyExists => "storage_key_already_exists",
            Self::BindingMissing => "storage_binding_missing",
            Self::BodyInterrupted => "storage_body_interrupted",
            Self::ChecksumMismatch => "storage_checksum_mismatch",
            Self::DecodeFailed => "storage_decode_failed",
            Self::EncodeFailed => "storage_encode_failed",
            Self::FolderUnusable => "storage_folder_unusable",
            Self::Internal => "storage_internal",
            Self::InvalidChecksum => "storage_invalid_checksum",
            Self::InvalidKey => "storage_invalid_key",
            Self::InvalidOption => "storage_invalid_option",
            Self::InvalidPart => "storage_invalid_part",
            Self::MetadataTooLarge => "storage_metadata_too_large",
            Self::PreconditionFailed => "storage_precondition_failed",
            Self::RangeNotSatisfiable => "storage_range_not_satisfiable",
            Self::RateLimited => "storage_rate_limited",
            Self::Unavailable => "storage_unavailable",
            Self::Unsupported => "storage_unsupported",
            Self::UploadNotFound => "storage_upload_not_found",
            Self::ValueTooLarge => "storage_value_too_large",
        }
    }

    /// The HTTP status an API should answer with.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::BodyInterrupted
            | Self::ChecksumMismatch
            | Self::InvalidChecksum
            | Self::InvalidKey
            | Self::InvalidOption
            | Self::InvalidPart
            | Self::MetadataTooLarge => 400,
            Self::UploadNotFound => 404,
            Self::AlreadyExists => 409,
            Self::PreconditionFailed => 412,
            Self::ValueTooLarge => 413,
            Self::RangeNotSatisfiable => 416,
            Self::RateLimited => 429,
            Self::BindingMissing
            | Self::DecodeFailed
            | Self::EncodeFailed
            | Self::FolderUnusable
            | Self::Internal => 500,
            Self::Unsupported => 501,
            Self::Unavailable => 503,
        }
    }

    /// Whether the same request may succeed if it is simply tried again.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_prefixed() {
        for (at, kind) in ErrorKind::ALL.iter().enumerate() {
            assert!(kind.code().starts_with("storage_"), "{kind:?}");
            assert!(ErrorKind::ALL[..at].iter().all(|other| other.code() != kind.code()));
        }
    }

    #[test]
    fn only_server_or_rate_errors_are_retryable() {
        for kind in ErrorKind::ALL {
            assert_eq!(kind.is_retryable(), matches!(kind.http_status(), 429 | 503), "{kind:?}");
        }
    }
}
