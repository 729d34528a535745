//! Checksums as callers write them. The input is the text.

use regex_lite::Regex;
use std::sync::LazyLock;
use storage_core::checksum::{Algorithm, Checksum};

/// A name, however hyphened, and hexadecimal digits.
static FORM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\A(?i)([a-z0-9-]+):((?:[0-9a-f]{2})*)\z").unwrap());

pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let expected = FORM.captures(text).and_then(|parts| {
        let name = parts[1].replace('-', "").to_ascii_lowercase();
        let algorithm = Algorithm::ALL.iter().find(|algorithm| algorithm.name() == name)?;
        let digest = parts[2].to_ascii_lowercase();
        (digest.len() == algorithm.digest_len() * 2).then(|| format!("{name}:{digest}"))
    });
    let lower = text.to_ascii_lowercase();
    match Checksum::parse(text) {
        Ok(Some(checksum)) => {
            assert_eq!(Some(checksum.to_string()), expected, "{text:?}");
            assert_eq!(Checksum::parse(&checksum.to_string()), Ok(Some(checksum)));
        }
        Ok(None) => {
            assert_eq!(expected, None, "not verified: {text:?}");
            assert!(!lower.starts_with("md5") && !lower.starts_with("sha"), "{text:?}");
        }
        Err(error) => {
            assert_eq!(expected, None, "refused: {text:?}");
            assert!(error.to_string().ends_with("hexadecimal digits"), "{error}");
        }
    }
}
