//! Requests as R2 takes them.

use std::time::{Duration, SystemTime};

use js_sys::{Array, Date, Reflect, Uint8Array};

use super::super::{error, millis, object as objects, sys};
use crate::backend::{CreateUpload, GetObject, ListObjects, PutObject};
use crate::bucket::{ByteRange, Conditions, CustomerKey, Etags, HttpMetadata, Part, StorageClass};
use crate::error::Result;
use crate::hex;

/// An etag that no object has.
const NO_ETAG: &str = "-";

pub(super) fn put(put: &PutObject) -> Result<sys::R2Options> {
    let options = object(&put.http, &put.metadata, put.storage_class, put.customer_key.as_ref());
    if let Some(checksum) = &put.checksum {
        let (name, digest) = (checksum.algorithm().name(), Uint8Array::from(checksum.digest()));
        let set = Reflect::set(&options, &name.into(), &digest);
        set.map_err(|thrown| error::unknown(&thrown))?;
    }
    if !put.conditions.is_empty() {
        let several = "conditions on several etags, of a write";
        options.set_only_if(
            &only_if(&put.conditions).ok_or_else(|| crate::backend::unsupported_option(several))?,
        );
    }
    Ok(options)
}

pub(super) fn create_upload(create: &CreateUpload) -> sys::R2Options {
    let CreateUpload { http, metadata, storage_class, customer_key, .. } = create;
    object(http, metadata, *storage_class, customer_key.as_ref())
}

pub(super) fn part(customer_key: Option<&CustomerKey>) -> sys::R2Options {
    let options: sys::R2Options = sys::options();
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

/// Conditions that R2 does not take are left out: [`Conditions::hold`] tells of what comes back.
pub(super) fn get(get: &GetObject) -> sys::R2Options {
    let options: sys::R2Options = sys::options();
    if let Some(range) = get.range {
        options.set_range(&byte_range(range));
    }
    if let Some(conditions) = only_if(&get.conditions).filter(|_| !get.conditions.is_empty()) {
        options.set_only_if(&conditions);
    }
    if let Some(key) = &get.customer_key {
        options.set_customer_key(&hex::encode(key.as_bytes()));
    }
    options
}

pub(super) fn list(list: &ListObjects) -> sys::ListOptions {
    let options: sys::ListOptions = sys::options();
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
) -> sys::R2Options {
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

fn byte_range(range: ByteRange) -> sys::R2Range {
    let js: sys::R2Range = sys::options();
    match range {
        ByteRange::From { offset, len } => {
            js.set_offset(number(offset));
            if let Some(len) = len {
                js.set_length(number(len));
            }
        }
        ByteRange::Last(len) => js.set_suffix(number(len)),
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
fn only_if(conditions: &Conditions) -> Option<sys::R2Conditional> {
    let only_if: sys::R2Conditional = sys::options();
    if let Some(etags) = &conditions.etag_matches {
        only_if.set_etag_matches(single(etags)?);
    }
    if let Some(etags) = &conditions.etag_does_not_match {
        only_if.set_etag_does_not_match(single(etags)?);
    }
    if let Some(time) = conditions.uploaded_before {
        only_if.set_uploaded_before(&date(comparable(time)));
    }
    if let Some(time) = conditions.uploaded_after {
        only_if.set_uploaded_after(&date(comparable(time)));
    }
    only_if.set_seconds_granularity(conditions.whole_seconds);
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
