//! Objects as R2 gives them.

use std::collections::BTreeMap;

use js_sys::{Array, JSON};
use serde::{Deserialize, de};
use storage_core::ErrorKind;
use storage_core::checksum::Checksum;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::send::SendWrapper;

use super::super::{error, sys, time};
use crate::bucket::{Checksums, HttpMetadata, ObjectInfo, StorageClass};
use crate::error::{Error, Result};

/// What JavaScript tells of an object: see `objects.js`. A listing may come without metadata.
#[derive(Deserialize)]
struct Told(
    /// Key
    String,
    /// Size
    u64,
    /// Etag
    String,
    /// Version
    Option<String>,
    /// When it was written
    Millis,
    /// Storage class
    Option<String>,
    Option<ToldHttp>,
    Option<BTreeMap<String, String>>,
);

/// Content type, language, disposition, encoding, cache control, and when it expires.
#[derive(Default, Deserialize)]
struct ToldHttp(
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Millis>,
);

/// Milliseconds since 1970.
type Millis = u64;

pub(super) fn info(found: &JsValue) -> Result<ObjectInfo> {
    Ok(told(read(sys::object_json(found))?, found.clone()))
}

pub(super) fn infos(found: &Array) -> Result<Vec<ObjectInfo>> {
    let all: Vec<Told> = read(sys::objects_json(found))?;
    Ok(all.into_iter().zip(found.iter()).map(|(one, found)| told(one, found)).collect())
}

fn read<T: de::DeserializeOwned>(json: Result<String, JsValue>) -> Result<T> {
    let json = json.map_err(|thrown| error::unknown(&thrown))?;
    serde_json::from_str(&json).map_err(|error| {
        let message = "what R2 says of an object can't be read";
        Error::new(ErrorKind::Internal, message).with_source(error)
    })
}

fn told(told: Told, found: JsValue) -> ObjectInfo {
    let Told(key, size, etag, version, uploaded, storage_class, http, metadata) = told;
    let storage_class = storage_class.and_then(|name| StorageClass::from_name(&name));
    ObjectInfo::new(key, size, etag, time(uploaded))
        .with_version(version.unwrap_or_default())
        .with_http_metadata(http_metadata(http.unwrap_or_default()))
        .with_metadata(metadata.unwrap_or_default())
        .with_checksums(checksums(found))
        .with_storage_class(storage_class.unwrap_or_default())
}

fn http_metadata(told: ToldHttp) -> HttpMetadata {
    let ToldHttp(
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires,
    ) = told;
    HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires: expires.map(time),
    }
}

fn checksums(found: JsValue) -> Checksums {
    let found: SendWrapper<sys::R2Object> = SendWrapper::new(found.unchecked_into());
    Checksums::read_later(move || {
        // They are written as hexadecimal digits, by the name of their algorithm.
        let json = JSON::stringify(&found.checksums()).map(String::from);
        let told: Option<BTreeMap<String, String>> =
            json.ok().and_then(|json| serde_json::from_str(&json).ok());
        let told = told.unwrap_or_default();
        let one = |(name, digits)| Checksum::parse(&format!("{name}:{digits}")).ok().flatten();
        told.iter().filter_map(one).collect()
    })
}
