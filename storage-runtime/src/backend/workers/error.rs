//! What the platform throws, as errors of this library.
//!
//! R2 and KV say what went wrong in the message only: R2 ends it in a code of its S3 API,
//! `put: ... (10037)`, and KV in the status of its HTTP API, `KV PUT failed: 413 ...`.

use js_sys::JsString;
use storage_core::ErrorKind;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::Error;
use crate::write;

/// What R2 threw.
pub(super) fn r2(thrown: &JsValue) -> Error {
    let text = text(thrown);
    let known = match r2_code(&text) {
        Some(10037) => return write::checksum_mismatch().with_detail(text),
        Some(10012) => Some((ErrorKind::MetadataTooLarge, "the metadata is too large")),
        Some(10020) => Some((ErrorKind::InvalidKey, "the key is not one that R2 takes")),
        Some(10022) => Some((ErrorKind::InvalidOption, "the limit is not one that R2 takes")),
        Some(10011 | 10025 | 10048) => {
            Some((ErrorKind::InvalidPart, "the parts are not such as R2 makes an object of"))
        }
        Some(10024) => return write::upload_not_found().with_detail(text),
        Some(10039) => return write::range_not_satisfiable().with_detail(text),
        Some(10001 | 10043) => Some((ErrorKind::Unavailable, "R2 did not answer: try again")),
        Some(10058) => Some((ErrorKind::RateLimited, "too many requests: try again later")),
        Some(100_100) => Some((ErrorKind::ValueTooLarge, "the body is too large")),
        _ => None,
    };
    make(known, text)
}

/// What KV threw.
pub(super) fn kv(thrown: &JsValue) -> Error {
    let text = text(thrown);
    let known = match kv_status(&text) {
        Some(400) => Some((ErrorKind::InvalidOption, "an option is not one that KV takes")),
        Some(413) => Some((ErrorKind::ValueTooLarge, "the value or its metadata is too large")),
        Some(414) => Some((ErrorKind::InvalidKey, "the key is too long")),
        Some(429) => Some((ErrorKind::RateLimited, "too many requests: try again later")),
        Some(500..) => Some((ErrorKind::Unavailable, "KV did not answer: try again")),
        _ => None,
    };
    make(known, text)
}

/// What a stream threw while it was read.
pub(super) fn interrupted(thrown: &JsValue) -> Error {
    make(Some((ErrorKind::BodyInterrupted, "the body broke off")), text(thrown))
}

/// What anything else threw.
pub(super) fn unknown(thrown: &JsValue) -> Error {
    make(None, text(thrown))
}

fn make(known: Option<(ErrorKind, &'static str)>, text: String) -> Error {
    let (kind, message) = known.unwrap_or((ErrorKind::Internal, "the storage platform failed"));
    Error::new(kind, message).with_detail(text)
}

/// The message of an error, or whatever else was thrown, as text.
fn text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => thrown.dyn_ref::<JsString>().map_or_else(|| format!("{thrown:?}"), String::from),
    }
}

fn r2_code(text: &str) -> Option<u32> {
    let (_, code) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    code.parse().ok()
}

fn kv_status(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("failed: ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
