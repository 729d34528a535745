//! What writes of every kind check before anything is sent.

use std::collections::BTreeMap;

use storage_core::checksum::Checksum;
use storage_core::{ErrorKind, limits};

use crate::error::{Error, Result};

/// The metadata name under which a checksum is kept.
const CHECKSUM: &str = "checksum";

/// The metadata of a write with its checksum, and the checksum if it can be verified.
pub(crate) fn metadata(
    mut metadata: BTreeMap<String, String>,
    checksum: Option<String>,
) -> Result<(BTreeMap<String, String>, Option<Checksum>)> {
    let Some(text) = checksum else {
        return Ok((metadata, None));
    };
    let parsed = Checksum::parse(&text)
        .map_err(|error| Error::new(ErrorKind::InvalidChecksum, error.to_string()))?;
    if metadata.insert(CHECKSUM.to_owned(), text).is_some() {
        let message = "the metadata name `checksum` is taken by the checksum itself";
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    Ok((metadata, parsed))
}

/// The checksum that is kept in metadata, if it is one that was verified.
pub(crate) fn kept_checksum(metadata: &BTreeMap<String, String>) -> Option<Checksum> {
    Checksum::parse(metadata.get(CHECKSUM)?).ok().flatten()
}

/// Checks that a text can stand in a header: RFC 9110 allows visible ASCII, space and tab there.
pub(crate) fn check_header(what: &str, value: Option<&str>) -> Result<()> {
    check(what, value, "has to be visible ASCII text")
}

/// The same of a content disposition, which has a way to write names in other letters (RFC 8187).
pub(crate) fn check_disposition(value: Option<&str>) -> Result<()> {
    let rule = "has to be visible ASCII text; other letters: `filename*=UTF-8''%C3%BC.png`";
    check("content disposition", value, rule)
}

fn check(what: &str, value: Option<&str>, rule: &str) -> Result<()> {
    let rule = match value {
        Some("") => "is empty: leave it out, or give it a value",
        Some(text) if !text.bytes().all(is_header_byte) => rule,
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::InvalidOption, format!("the {what} {rule}")))
}

fn is_header_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~')
}

pub(crate) fn metadata_too_large(bytes: usize, max: usize) -> Error {
    let message = format!("the metadata has {bytes} bytes, the limit is {max}");
    Error::new(ErrorKind::MetadataTooLarge, message)
}

pub(crate) fn value_too_large(bytes: u64, max: u64) -> Error {
    let message = format!("the body has {bytes} bytes, the limit is {max}");
    Error::new(ErrorKind::ValueTooLarge, message)
}

/// Checks the sizes of the parts of an upload by R2's rule.
pub(crate) fn check_part_sizes(sizes: impl IntoIterator<Item = u64>) -> Result<()> {
    let sizes: Vec<u64> = sizes.into_iter().collect();
    let Some((last, all_but_last)) = sizes.split_last() else {
        return Err(Error::new(ErrorKind::InvalidPart, "an upload has at least one part"));
    };
    let first = all_but_last.first().unwrap_or(last);
    if all_but_last.iter().any(|size| *size < limits::r2::PART_BYTES_MIN) {
        let min = limits::r2::PART_BYTES_MIN;
        let message = format!("all parts but the last have at least {min} bytes");
        return Err(Error::new(ErrorKind::InvalidPart, message));
    }
    if all_but_last.iter().any(|size| size != first) || last > first {
        let message = "all parts but the last have the same size, and the last is not larger";
        return Err(Error::new(ErrorKind::InvalidPart, message));
    }
    Ok(())
}

pub(crate) fn range_not_satisfiable() -> Error {
    let message = "the object has no byte in the range that was asked for";
    Error::new(ErrorKind::RangeNotSatisfiable, message)
}

pub(crate) fn upload_not_found() -> Error {
    let message = "there is no such upload: it was completed or aborted, or never was";
    Error::new(ErrorKind::UploadNotFound, message)
}

pub(crate) fn checksum_mismatch() -> Error {
    Error::new(ErrorKind::ChecksumMismatch, "the body does not have the checksum that was given")
}

#[cfg(test)]
mod tests {
    use super::{check_disposition, check_header};

    #[test]
    fn a_header_that_can_not_be_says_what_to_do() {
        let said =
            |value| check_header("cache control", Some(value)).map_err(|e| e.message().to_owned());
        assert_eq!(said("no-cache"), Ok(()));
        assert_eq!(
            said(""),
            Err("the cache control is empty: leave it out, or give it a value".to_owned())
        );
        assert_eq!(
            said("no-cache\r\n"),
            Err("the cache control has to be visible ASCII text".to_owned())
        );
    }

    #[test]
    fn a_file_name_in_other_letters_says_how_it_is_written() {
        let said = |value| check_disposition(Some(value)).map_err(|e| e.message().to_owned());
        assert_eq!(said("attachment; filename*=UTF-8''%C3%BC.png"), Ok(()));
        let rule = "the content disposition has to be visible ASCII text; \
                    other letters: `filename*=UTF-8''%C3%BC.png`";
        assert_eq!(said("attachment; filename=\"\u{fc}.png\""), Err(rule.to_owned()));
    }
}
