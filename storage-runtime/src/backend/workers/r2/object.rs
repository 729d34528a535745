//! Objects as R2 gives them.

use js_sys::{ArrayBuffer, Date, Object, Uint8Array};
use storage_core::checksum::{Algorithm, Checksum};
use wasm_bindgen::{JsCast, JsValue};
use worker::send::SendWrapper;

use super::super::{object, sys, time};
use crate::bucket::{Checksums, HttpMetadata, ObjectInfo, StorageClass};

pub(super) fn info(found: &JsValue) -> ObjectInfo {
    let text = |name| sys::text(found, name);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes are whole, and far below 2^53"
    )]
    let size = sys::get(found, "size").as_f64().unwrap_or_default() as u64;
    let uploaded: Date = sys::get(found, "uploaded").unchecked_into();
    // A listing may come without either.
    let http = sys::get(found, "httpMetadata");
    let metadata = sys::get(found, "customMetadata");
    let storage_class = text("storageClass").and_then(|name| StorageClass::from_name(&name));
    let (key, etag) = (text("key").unwrap_or_default(), text("etag").unwrap_or_default());
    ObjectInfo::new(key, size, etag, time(uploaded.get_time()))
        .with_version(text("version").unwrap_or_default())
        .with_http_metadata(http_metadata(&http))
        .with_metadata(metadata.dyn_ref::<Object>().map(object::to_map).unwrap_or_default())
        .with_checksums(checksums(sys::get(found, "checksums")))
        .with_storage_class(storage_class.unwrap_or_default())
}

fn http_metadata(found: &JsValue) -> HttpMetadata {
    let text = |name| sys::text(found, name);
    HttpMetadata {
        content_type: text("contentType"),
        content_language: text("contentLanguage"),
        content_disposition: text("contentDisposition"),
        content_encoding: text("contentEncoding"),
        cache_control: text("cacheControl"),
        expires: sys::get(found, "cacheExpiry").dyn_ref::<Date>().map(|date| time(date.get_time())),
    }
}

fn checksums(found: JsValue) -> Checksums {
    let found = SendWrapper::new(found);
    Checksums::read_later(move || {
        let known = Algorithm::ALL.iter().filter_map(|algorithm| {
            let digest = sys::get(&found, algorithm.name()).dyn_into::<ArrayBuffer>().ok()?;
            Checksum::new(*algorithm, Uint8Array::new(&digest).to_vec()).ok()
        });
        known.collect()
    })
}
