//! Error kinds with their stable codes and HTTP statuses.

/// Writes the enumeration and all that has a row for each kind, so that no kind can lack one.
macro_rules! error_kinds {
    ($($(#[$doc:meta])* $kind:ident = $status:literal, $code:literal;)*) => {
        /// What went wrong, as a caller would want to branch on it.
        ///
        /// Each kind has one stable [code](Self::code) and one [HTTP status](Self::http_status). Codes
        /// are never reused or renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl ErrorKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The stable code of this kind: what a client should compare.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }

            /// The HTTP status an API should answer with.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$kind => $status,)*
                }
            }
        }
    };
}

error_kinds! {
    /// A create-only write found the key taken.
    AlreadyExists = 409, "storage_key_already_exists";
    /// The environment has no such binding, or it is bound to something else.
    BindingMissing = 500, "storage_binding_missing";
    /// A body broke off: its source failed, or it has another length than was said.
    BodyInterrupted = 400, "storage_body_interrupted";
    /// The body does not have the checksum the caller named.
    ChecksumMismatch = 400, "storage_checksum_mismatch";
    /// A storage Worker declares something else than the application relies on.
    DeclarationMismatch = 500, "storage_declaration_mismatch";
    /// A stored value is not what the caller asked to read it as (text, JSON).
    DecodeFailed = 500, "storage_decode_failed";
    /// What is stored is not what was encrypted: another key, other bytes, or bytes of another place.
    DecryptionFailed = 500, "storage_decryption_failed";
    /// A value could not be turned into JSON.
    EncodeFailed = 500, "storage_encode_failed";
    /// The folder of local storage can't be read or written, is damaged, or is of a newer version.
    FolderUnusable = 500, "storage_folder_unusable";
    /// The application was not granted that: not this verb, or not this key.
    Forbidden = 403, "storage_forbidden";
    /// The platform failed in a way this library does not know.
    Internal = 500, "storage_internal";
    /// A checksum names an algorithm but its value is not a digest of it.
    InvalidChecksum = 400, "storage_invalid_checksum";
    /// A key breaks the platform's rules, or those of its template.
    InvalidKey = 400, "storage_invalid_key";
    /// An option has a value that the platform would refuse.
    InvalidOption = 400, "storage_invalid_option";
    /// The parts of an upload are not what was uploaded, or their sizes break the rule.
    InvalidPart = 400, "storage_invalid_part";
    /// A signed URL does not allow what was asked of it. Why is not said.
    LinkRefused = 403, "storage_link_refused";
    /// The metadata of one entry is over the limit.
    MetadataTooLarge = 400, "storage_metadata_too_large";
    /// The options of a server or a declaration contradict each other, or something they need is not there.
    Misconfigured = 500, "storage_misconfigured";
    /// What is stored is not as a condition of the request says.
    PreconditionFailed = 412, "storage_precondition_failed";
    /// The object has no byte in the range that was asked for.
    RangeNotSatisfiable = 416, "storage_range_not_satisfiable";
    /// Too many requests for one key or one account: try again later.
    RateLimited = 429, "storage_rate_limited";
    /// The secret that holds the keys breaks a rule.
    SecretInvalid = 500, "storage_secret_invalid";
    /// The environment has no secret that holds the keys.
    SecretMissing = 500, "storage_secret_missing";
    /// The platform did not answer: try again later.
    Unavailable = 503, "storage_unavailable";
    /// This backend can't do what was asked.
    Unsupported = 501, "storage_unsupported";
    /// There is no such upload: it was completed or aborted, or never was.
    UploadNotFound = 404, "storage_upload_not_found";
    /// The body is over the limit.
    ValueTooLarge = 413, "storage_value_too_large";
}

impl ErrorKind {
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
