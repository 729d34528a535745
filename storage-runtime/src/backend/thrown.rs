//! What the platform says when it throws, as errors of this library.
//!
//! R2 and KV say what went wrong in the message only: R2 ends it in a code of its S3 API,
//! `put: ... (10037)`, KV in the status of its HTTP API, `KV PUT failed: 413 ...`, and a lost
//! connection in neither.

use storage_core::ErrorKind;

use crate::encryption::decryption_failed;
use crate::error::Error;
use crate::write;

/// What R2 threw.
pub(super) fn r2(text: String) -> Error {
    let known = match r2_code(&text) {
        Some(10037) => return write::checksum_mismatch().with_detail(text),
        Some(10024) => return write::upload_not_found().with_detail(text),
        Some(10039) => return write::range_not_satisfiable().with_detail(text),
        Some(10012) => Some((ErrorKind::MetadataTooLarge, "the metadata is too large")),
        Some(10020) => Some((ErrorKind::InvalidKey, "the key is not one that R2 takes")),
        Some(10022) => Some((ErrorKind::InvalidOption, "the limit is not one that R2 takes")),
        Some(10011 | 10025 | 10048) => {
            Some((ErrorKind::InvalidPart, "the parts are not such as R2 makes an object of"))
        }
        Some(10001 | 10043) => Some((ErrorKind::Unavailable, NO_ANSWER)),
        Some(10058) => Some((ErrorKind::RateLimited, "too many requests: try again later")),
        Some(100_100) => Some((ErrorKind::ValueTooLarge, "the body is too large")),
        _ => None,
    };
    make(known, text)
}

/// Which of both, the error says by its resource.
const NO_ANSWER: &str = "the storage platform did not answer: try again";

const BROKE_OFF: &str = "the body broke off";

/// What KV threw.
pub(super) fn kv(text: String) -> Error {
    let known = match kv_status(&text) {
        Some(400) => Some((ErrorKind::InvalidOption, "an option is not one that KV takes")),
        Some(413) if text.contains("Metadata") => {
            Some((ErrorKind::MetadataTooLarge, "the metadata is too large"))
        }
        Some(413) => Some((ErrorKind::ValueTooLarge, "the value is too large")),
        Some(414) => Some((ErrorKind::InvalidKey, "the key is too long")),
        Some(429) => Some((ErrorKind::RateLimited, "too many requests: try again later")),
        Some(500..) => Some((ErrorKind::Unavailable, NO_ANSWER)),
        _ => None,
    };
    make(known, text)
}

/// What was thrown while a stored body was read.
pub(super) fn broke_off(text: String) -> Error {
    make(Some((ErrorKind::Unavailable, "the stored body broke off: try again")), text)
}

/// What was thrown while the caller's body was read.
pub(super) fn interrupted(text: String) -> Error {
    make(Some((ErrorKind::BodyInterrupted, BROKE_OFF)), text)
}

/// What a call of a storage Worker threw. It answers with its own errors; what throws is that there is none,
/// or that it did not come to an end.
pub(super) fn storage_worker(text: String) -> Error {
    let is_another = ["does not implement the method", "is not a function", "has no method"]
        .iter()
        .any(|sign| text.contains(sign));
    if is_another {
        let message = "this Worker is not configured for its storage";
        let detail =
            format!("the service binding leads to a Worker that is no storage Worker: {text}");
        return Error::new(ErrorKind::BindingMissing, message).with_detail(detail);
    }
    make(Some((ErrorKind::Unavailable, "the storage Worker did not answer: try again")), text)
}

/// What anything else threw.
pub(super) fn unknown(text: String) -> Error {
    make(None, text)
}

/// What `cipher.js` throws of stored bytes that can't be decrypted, wherever it comes out: of a stream
/// that is read, or of a write that reads from one.
const REFUSED: &str = "storage: decryption failed";

fn make(known: Option<(ErrorKind, &'static str)>, text: String) -> Error {
    if text == REFUSED {
        return decryption_failed();
    }
    let lost = || {
        let lost = is_lost_connection(&text);
        lost.then_some((ErrorKind::Unavailable, NO_ANSWER))
    };
    // Of a sender that said how much there is, and sends something else.
    let other_length =
        || text.contains("FixedLengthStream").then_some((ErrorKind::BodyInterrupted, BROKE_OFF));
    let known = known.or_else(lost).or_else(other_length);
    let (kind, message) = known.unwrap_or((ErrorKind::Internal, "the storage platform failed"));
    Error::new(kind, message).with_detail(text)
}

/// What workerd says when a service behind a binding went away or failed by itself.
fn is_lost_connection(text: &str) -> bool {
    ["Network connection lost", "internal error", "Service Unavailable", "overloaded"]
        .iter()
        .any(|sign| text.contains(sign))
}

fn r2_code(text: &str) -> Option<u32> {
    let (_, code) = text.trim_ascii_end().strip_suffix(')')?.rsplit_once('(')?;
    code.parse().ok()
}

fn kv_status(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("failed: ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_r2_are_kinds() {
        let cases = [
            ("put: The SHA-256 checksum did not match. (10037)", ErrorKind::ChecksumMismatch),
            ("uploadPart: The multipart upload does not exist. (10024)", ErrorKind::UploadNotFound),
            ("get: The requested range is not satisfiable (10039)", ErrorKind::RangeNotSatisfiable),
            ("put: We encountered an internal error. (10001)", ErrorKind::Unavailable),
            ("put: Too many requests (10058)", ErrorKind::RateLimited),
            ("put: something new (19999)", ErrorKind::Internal),
            (
                "Attempt to write too many bytes through a FixedLengthStream.",
                ErrorKind::BodyInterrupted,
            ),
            ("put: (10037) in the middle", ErrorKind::Internal),
            ("Network connection lost.", ErrorKind::Unavailable),
            ("internal error; reference = abc123", ErrorKind::Unavailable),
            ("", ErrorKind::Internal),
        ];
        for (text, kind) in cases {
            assert_eq!(r2(text.to_owned()).kind(), kind, "{text}");
        }
    }

    #[test]
    fn statuses_of_kv_are_kinds() {
        let cases = [
            ("KV PUT failed: 400 Invalid expiration_ttl of 30.", ErrorKind::InvalidOption),
            ("KV PUT failed: 413 Value length exceeds limit.", ErrorKind::ValueTooLarge),
            ("KV PUT failed: 413 Metadata length of 1025", ErrorKind::MetadataTooLarge),
            ("KV GET failed: 414 UTF-8 encoded length of 513", ErrorKind::InvalidKey),
            ("KV PUT failed: 429 Too Many Requests", ErrorKind::RateLimited),
            ("KV GET failed: 503 Service Unavailable", ErrorKind::Unavailable),
            ("KV GET failed: 401 Unauthorized", ErrorKind::Internal),
            ("Network connection lost.", ErrorKind::Unavailable),
        ];
        for (text, kind) in cases {
            assert_eq!(kv(text.to_owned()).kind(), kind, "{text}");
        }
    }

    #[test]
    fn streams_break_off_on_one_side_or_the_other() {
        let text = || "reset".to_owned();
        assert_eq!(broke_off(text()).kind(), ErrorKind::Unavailable);
        assert_eq!(interrupted(text()).kind(), ErrorKind::BodyInterrupted);
        assert_eq!(unknown(text()).kind(), ErrorKind::Internal);
    }

    #[test]
    fn what_is_no_storage_worker_is_told_from_one_that_broke_down() {
        for text in [
            "The RPC receiver does not implement the method \"storageCall\".",
            "arg0.storageCall is not a function",
        ] {
            assert_eq!(storage_worker(text.to_owned()).kind(), ErrorKind::BindingMissing, "{text}");
        }
        for text in [
            "Network connection lost.",
            "The Workers runtime canceled this request because it detected that your Worker's code had hung",
            "unreachable",
            "",
        ] {
            let error = storage_worker(text.to_owned());
            assert!(error.is_retryable(), "{text}: {error}");
        }
    }

    #[test]
    fn bytes_that_cannot_be_decrypted_are_one_kind_wherever_they_are_met() {
        for made in [r2, kv, broke_off, interrupted, unknown] {
            assert_eq!(made(REFUSED.to_owned()).kind(), ErrorKind::DecryptionFailed);
        }
    }

    #[test]
    fn what_the_platform_said_is_for_the_log_only() {
        let error = r2("put: account 1234 is over its limit (10999)".to_owned());
        assert!(!error.message().contains("1234"));
        assert!(error.to_string().contains("1234"));
    }
}
