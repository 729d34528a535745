//! Requests as R2 takes them.

use std::time::SystemTime;

use js_sys::{Array, Date, Uint8Array};
use storage_core::checksum::{Algorithm, Checksum};
use wasm_bindgen::{JsCast, JsValue};

use super::super::{error, millis, object as objects, sys};
use crate::backend::{CreateUpload, GetObject, ListObjects, PutObject};
use crate::bucket::{ByteRange, Conditions, CustomerKey, Etags, HttpMetadata, Part, StorageClass};
use crate::error::Result;
use crate::hex;

/// An etag that no object has.
const NO_ETAG: &str = "-";

pub(super) fn put(put: &PutObject) -> Result<sys::R2PutOptions> {
    let options = object(&put.http, &put.metadata, put.storage_class, put.customer_key.as_ref());
    if let Some(checksum) = &put.checksum {
        set_checksum(&options, checksum)?;
    }
    if let Some(conditions) = only_if(&put.conditions)? {
        options.set_only_if(&conditions);
    }
    Ok(options)
}

pub(super) fn create_upload(create: &CreateUpload) -> sys::R2PutOptions {
    let CreateUpload { http, metadata, storage_class, customer_key, .. } = create;
    object(http, metadata, *storage_class, customer_key.as_ref())
}

pub(super) fn part(customer_key: Option<&CustomerKey>) -> sys::R2PutOptions {
    let options: sys::R2PutOptions = sys::options();
    if let Some(key) = customer_key {
        options.set_customer_key(&hex::encode(key.as_bytes()));
    }
    options
}

pub(super) fn uploaded_part(part: &Part) -> sys::R2UploadedPart {
    let uploaded: sys::R2UploadedPart = sys::options();
    uploaded.set_part_number(part.number());
    uploaded.set_etag(part.etag());
    uploaded
}

pub(super) fn get(get: &GetObject) -> Result<sys::R2GetOptions> {
    let options: sys::R2GetOptions = sys::options();
    if let Some(range) = get.range {
        options.set_range(&byte_range(range));
    }
    if let Some(conditions) = only_if(&get.conditions)? {
        options.set_only_if(&conditions);
    }
    if let Some(key) = &get.customer_key {
        options.set_customer_key(&hex::encode(key.as_bytes()));
    }
    Ok(options)
}

pub(super) fn list(list: &ListObjects) -> sys::R2ListOptions {
    let options: sys::R2ListOptions = sys::options();
    options.set_limit(list.limit);
    if let Some(prefix) = &list.prefix {
        options.set_prefix(prefix);
    }
    if let Some(cursor) = &list.cursor {
        options.set_cursor(cursor);
    } else if let Some(key) = &list.start_after {
        options.set_start_after(key);
    }
    if let Some(delimiter) = &list.delimiter {
        options.set_delimiter(delimiter);
    }
    let include = Array::new();
    if list.include.http_metadata {
        include.push(&"httpMetadata".into());
    }
    if list.include.metadata {
        include.push(&"customMetadata".into());
    }
    options.set_include(&include);
    options
}

fn object(
    http: &HttpMetadata,
    metadata: &std::collections::BTreeMap<String, String>,
    storage_class: Option<StorageClass>,
    customer_key: Option<&CustomerKey>,
) -> sys::R2PutOptions {
    let options = part(customer_key);
    if *http != HttpMetadata::default() {
        options.set_http_metadata(&http_metadata(http));
    }
    if !metadata.is_empty() {
        options.set_custom_metadata(&objects::from_map(metadata));
    }
    if let Some(storage_class) = storage_class {
        options.set_storage_class(storage_class.name());
    }
    options
}

fn http_metadata(http: &HttpMetadata) -> sys::R2HttpMetadata {
    let HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires,
    } = http;
    let fields: sys::R2HttpMetadata = sys::options();
    if let Some(value) = content_type {
        fields.set_content_type(value);
    }
    if let Some(value) = content_language {
        fields.set_content_language(value);
    }
    if let Some(value) = content_disposition {
        fields.set_content_disposition(value);
    }
    if let Some(value) = content_encoding {
        fields.set_content_encoding(value);
    }
    if let Some(value) = cache_control {
        fields.set_cache_control(value);
    }
    if let Some(time) = expires {
        fields.set_cache_expiry(&date(*time));
    }
    fields
}

fn set_checksum(options: &sys::R2PutOptions, checksum: &Checksum) -> Result<()> {
    let digest = Uint8Array::from(checksum.digest());
    match checksum.algorithm() {
        Algorithm::Md5 => options.set_md5(&digest),
        Algorithm::Sha1 => options.set_sha1(&digest),
        Algorithm::Sha256 => options.set_sha256(&digest),
        Algorithm::Sha384 => options.set_sha384(&digest),
        Algorithm::Sha512 => options.set_sha512(&digest),
        other => return Err(crate::backend::unsupported_digest(other)),
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "exact below 2^53, and R2's objects are smaller")]
fn byte_range(range: ByteRange) -> sys::R2Range {
    let js: sys::R2Range = sys::options();
    match range {
        ByteRange::From { offset, len } => {
            js.set_offset(offset as f64);
            if let Some(len) = len {
                js.set_length(len as f64);
            }
        }
        ByteRange::Last(len) => js.set_suffix(len as f64),
    }
    js
}

/// Conditions as R2 takes them: as an object, or as headers if one is about several etags.
fn only_if(conditions: &Conditions) -> Result<Option<JsValue>> {
    if conditions.is_empty() {
        return Ok(None);
    }
    let Conditions {
        etag_matches,
        etag_does_not_match,
        uploaded_before,
        uploaded_after,
        whole_seconds,
    } = conditions;
    let (Some(matches), Some(differs)) =
        (single(etag_matches.as_ref()), single(etag_does_not_match.as_ref()))
    else {
        return headers(conditions).map(|headers| Some(headers.into()));
    };
    let only_if: sys::R2Conditional = sys::options();
    if let Some(etag) = matches {
        only_if.set_etag_matches(etag);
    }
    if let Some(etag) = differs {
        only_if.set_etag_does_not_match(etag);
    }
    if let Some(time) = uploaded_before {
        only_if.set_uploaded_before(&date(*time));
    }
    if let Some(time) = uploaded_after {
        only_if.set_uploaded_after(&date(*time));
    }
    only_if.set_seconds_granularity(*whole_seconds);
    Ok(Some(only_if.unchecked_into()))
}

/// The one etag of a condition, or that there is no such condition. `None` if there are several.
#[expect(clippy::option_option, reason = "no condition, one etag, or several")]
fn single(etags: Option<&Etags>) -> Option<Option<&str>> {
    match etags {
        None => Some(None),
        Some(Etags::Any) => Some(Some("*")),
        Some(Etags::OneOf(etags)) => match etags.as_slice() {
            [] => Some(Some(NO_ETAG)),
            [one] => Some(Some(one)),
            _ => None,
        },
    }
}

fn headers(conditions: &Conditions) -> Result<sys::Headers> {
    let unknown = |thrown: JsValue| error::unknown(&thrown);
    let headers = sys::Headers::new().map_err(unknown)?;
    let etags = [
        ("if-match", &conditions.etag_matches),
        ("if-none-match", &conditions.etag_does_not_match),
    ];
    for (name, etags) in etags {
        if let Some(etags) = etags {
            headers.set(name, &list_of(etags)).map_err(unknown)?;
        }
    }
    let times = [
        ("if-unmodified-since", conditions.uploaded_before),
        ("if-modified-since", conditions.uploaded_after),
    ];
    for (name, time) in times {
        if let Some(time) = time {
            let text = String::from(date(time).to_utc_string());
            headers.set(name, &text).map_err(unknown)?;
        }
    }
    Ok(headers)
}

fn list_of(etags: &Etags) -> String {
    match etags {
        Etags::Any => "*".to_owned(),
        Etags::OneOf(etags) => {
            etags.iter().map(|etag| format!("\"{etag}\"")).collect::<Vec<_>>().join(", ")
        }
    }
}

fn date(time: SystemTime) -> Date {
    Date::new(&millis(time).into())
}
