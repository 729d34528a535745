//! Requests as R2 takes them.

use std::time::{Duration, SystemTime};

use js_sys::{Array, Date, Object, Uint8Array};

use super::super::{millis, object as objects, sys};
use crate::backend::{CreateUpload, GetObject, ListObjects, PutObject};
use crate::bucket::{ByteRange, Conditions, CustomerKey, Etags, HttpMetadata, Part, StorageClass};
use crate::error::Result;
use crate::hex;

/// An etag that no object has.
const NO_ETAG: &str = "-";

/// The conditions, of the options of a read or a write.
const ONLY_IF: &str = "onlyIf";

pub(super) fn put(put: &PutObject) -> Result<Object> {
    let options = object(&put.http, &put.metadata, put.storage_class, put.customer_key.as_ref());
    if let Some(checksum) = &put.checksum {
        let digest = Uint8Array::from(checksum.digest());
        sys::set(&options, checksum.algorithm().name(), digest);
    }
    if !put.conditions.is_empty() {
        let several = "conditions on several etags, of a write";
        let only_if = only_if(&put.conditions);
        let only_if = only_if.ok_or_else(|| crate::backend::unsupported_option(several))?;
        sys::set(&options, ONLY_IF, only_if);
    }
    Ok(options)
}

pub(super) fn create_upload(create: &CreateUpload) -> Object {
    let CreateUpload { http, metadata, storage_class, customer_key, .. } = create;
    object(http, metadata, *storage_class, customer_key.as_ref())
}

pub(super) fn part(customer_key: Option<&CustomerKey>) -> Object {
    let options = Object::new();
    if let Some(key) = customer_key {
        sys::set(&options, "ssecKey", hex::encode(key.as_bytes()));
    }
    options
}

pub(super) fn uploaded_part(part: &Part) -> Object {
    let uploaded = Object::new();
    sys::set(&uploaded, "partNumber", part.number());
    sys::set(&uploaded, "etag", part.etag());
    uploaded
}

/// Conditions that R2 does not take are left out: [`Conditions::hold`] tells of what comes back.
pub(super) fn get(get: &GetObject) -> Object {
    let options = part(get.customer_key.as_ref());
    if let Some(range) = get.range {
        sys::set(&options, "range", byte_range(range));
    }
    if let Some(conditions) = only_if(&get.conditions).filter(|_| !get.conditions.is_empty()) {
        sys::set(&options, ONLY_IF, conditions);
    }
    options
}

pub(super) fn list(list: &ListObjects) -> Object {
    let options = Object::new();
    sys::set(&options, "limit", list.limit);
    if let Some(prefix) = &list.prefix {
        sys::set(&options, "prefix", prefix.as_str());
    }
    if let Some(cursor) = &list.cursor {
        sys::set(&options, "cursor", cursor.as_str());
    } else if let Some(key) = &list.start_after {
        sys::set(&options, "startAfter", key.as_str());
    }
    if let Some(delimiter) = &list.delimiter {
        sys::set(&options, "delimiter", delimiter.as_str());
    }
    let include = Array::new();
    if list.include.http_metadata {
        include.push(&"httpMetadata".into());
    }
    if list.include.metadata {
        include.push(&"customMetadata".into());
    }
    sys::set(&options, "include", include);
    options
}

fn object(
    http: &HttpMetadata,
    metadata: &std::collections::BTreeMap<String, String>,
    storage_class: Option<StorageClass>,
    customer_key: Option<&CustomerKey>,
) -> Object {
    let options = part(customer_key);
    sys::set(&options, "httpMetadata", http_metadata(http));
    if !metadata.is_empty() {
        sys::set(&options, "customMetadata", objects::from_map(metadata));
    }
    if let Some(storage_class) = storage_class {
        sys::set(&options, "storageClass", storage_class.name());
    }
    options
}

fn http_metadata(http: &HttpMetadata) -> Object {
    let HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires,
    } = http;
    let fields = Object::new();
    let texts = [
        ("contentType", content_type),
        ("contentLanguage", content_language),
        ("contentDisposition", content_disposition),
        ("contentEncoding", content_encoding),
        ("cacheControl", cache_control),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            sys::set(&fields, name, text.as_str());
        }
    }
    if let Some(time) = expires {
        sys::set(&fields, "cacheExpiry", date(*time));
    }
    fields
}

fn byte_range(range: ByteRange) -> Object {
    let js = Object::new();
    match range {
        ByteRange::From { offset, len } => {
            sys::set(&js, "offset", number(offset));
            if let Some(len) = len {
                sys::set(&js, "length", number(len));
            }
        }
        ByteRange::Last(len) => sys::set(&js, "suffix", number(len)),
    }
    js
}

/// A number of bytes. What JavaScript does not have exactly is more than any object has.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
fn number(bytes: u64) -> f64 {
    const MAX_SAFE: u64 = (1 << 53) - 1;
    bytes.min(MAX_SAFE) as f64
}

/// Conditions as R2 takes them; `None` if one is about several etags, which it does not take.
fn only_if(conditions: &Conditions) -> Option<Object> {
    let only_if = Object::new();
    if let Some(etags) = &conditions.etag_matches {
        sys::set(&only_if, "etagMatches", single(etags)?);
    }
    if let Some(etags) = &conditions.etag_does_not_match {
        sys::set(&only_if, "etagDoesNotMatch", single(etags)?);
    }
    if let Some(time) = conditions.uploaded_before {
        sys::set(&only_if, "uploadedBefore", date(comparable(time)));
    }
    if let Some(time) = conditions.uploaded_after {
        sys::set(&only_if, "uploadedAfter", date(comparable(time)));
    }
    sys::set(&only_if, "secondsGranularity", conditions.whole_seconds);
    Some(only_if)
}

fn single(etags: &Etags) -> Option<&str> {
    match etags {
        Etags::Any => Some("*"),
        Etags::OneOf(etags) => match etags.as_slice() {
            [] => Some(NO_ETAG),
            // To R2 this text is any etag, and one in quotes is a mistake. Neither is that of an object.
            [one] if one == "*" || one.contains('"') => Some(NO_ETAG),
            [one] => Some(one),
            _ => None,
        },
    }
}

/// R2 takes no time after 2189. Nothing is written so late, so one of 2188 says the same.
fn comparable(time: SystemTime) -> SystemTime {
    const IN_2188: Duration = Duration::from_secs(6_900_000_000);
    time.min(SystemTime::UNIX_EPOCH + IN_2188)
}

fn date(time: SystemTime) -> Date {
    Date::new(&millis(time).into())
}
