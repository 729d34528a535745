//! What writes of every kind check before anything is sent.

use std::collections::BTreeMap;

use storage_core::ErrorKind;
use storage_core::checksum::Checksum;

use crate::body::Body;
use crate::error::{Error, Result};

/// The metadata name under which a checksum is kept.
const CHECKSUM: &str = "checksum";

/// The content type of a write: the one asked for, else the body's own.
pub(crate) fn content_type(asked: Option<String>, body: &Body) -> Result<Option<String>> {
    let content_type = asked.or_else(|| body.content_type().map(str::to_owned));
    match &content_type {
        // It will stand in an HTTP header: RFC 9110 allows visible ASCII, space and tab there.
        Some(text) if text.is_empty() || !text.bytes().all(is_header_byte) => {
            let message = "a content type is visible ASCII text, like `text/plain`";
            Err(Error::new(ErrorKind::InvalidOption, message))
        }
        _ => Ok(content_type),
    }
}

fn is_header_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~')
}

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

pub(crate) fn metadata_too_large(bytes: usize, max: usize) -> Error {
    let message = format!("the metadata has {bytes} bytes, the limit is {max}");
    Error::new(ErrorKind::MetadataTooLarge, message)
}

pub(crate) fn value_too_large(bytes: u64, max: u64) -> Error {
    let message = format!("the body has {bytes} bytes, the limit is {max}");
    Error::new(ErrorKind::ValueTooLarge, message)
}

pub(crate) fn checksum_mismatch() -> Error {
    Error::new(ErrorKind::ChecksumMismatch, "the body does not have the checksum that was given")
}
