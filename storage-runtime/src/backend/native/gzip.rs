//! Compression, natively.

use std::error::Error as StdError;
use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use storage_core::ErrorKind;

use crate::error::{Error, Result};

/// The text as a file of gzip.
pub(crate) async fn gzip(text: &[u8]) -> Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(text).and_then(|()| encoder.finish());
    let failed =
        |error| Error::new(ErrorKind::Internal, "it can't be compressed").with_source(error);
    written.map(Bytes::from).map_err(failed)
}

/// The text that is in a file of gzip: all of it, at most `max` bytes, and nothing behind it.
pub(crate) async fn gunzip(
    file: Bytes,
    max: usize,
) -> Result<Bytes, Box<dyn StdError + Send + Sync>> {
    let mut decoder = GzDecoder::new(file.as_ref());
    let mut text = Vec::new();
    decoder.by_ref().take(max as u64 + 1).read_to_end(&mut text)?;
    if text.len() > max {
        return Err(format!("there are more than {max} bytes").into());
    }
    if !decoder.get_ref().is_empty() {
        return Err("there is something behind the end".into());
    }
    Ok(text.into())
}
