//! Buckets.

use std::time::Duration;

use storage_core::checksum::Checksum;
use storage_core::key::BucketKey;
use storage_core::rpc::{
    ConditionsRecord, ETAGS_MAX, EtagsRecord, GetCall, HttpRecord, ListCall, ObjectRecord,
    PartRecord, PutCall, RangeRecord, SignCall, SizeRecord,
};
use storage_core::{ErrorKind, limits};

use super::times::{millis, nanos, of_millis, of_nanos};
use super::{malformed, read_customer_key, write_customer_key};
use crate::backend::{CreateUpload, GetObject, ListObjects};
use crate::bucket::{
    ByteRange, Checksums, Conditions, CustomerKey, Etags, HttpMetadata, Include, ObjectInfo, Part,
    StorageClass, check_metadata,
};
use crate::error::{Error, Result};
use crate::list;
use crate::signed::{LinkAccess, SignOptions, Size};

/// An object to write, but for its body.
pub(in crate::rpc) struct Written {
    pub(in crate::rpc) key: BucketKey,
    pub(in crate::rpc) http: HttpMetadata,
    pub(in crate::rpc) metadata: std::collections::BTreeMap<String, String>,
    pub(in crate::rpc) checksum: Option<Checksum>,
    pub(in crate::rpc) conditions: Conditions,
    pub(in crate::rpc) storage_class: Option<StorageClass>,
    pub(in crate::rpc) customer_key: Option<CustomerKey>,
}

pub(in crate::rpc) fn put(written: Written) -> PutCall {
    let Written { key, http, metadata, checksum, conditions, storage_class, customer_key } =
        written;
    PutCall {
        key: key.into_string(),
        http: http_record(http),
        metadata,
        checksum: checksum.map(String::from),
        conditions: conditions_record(conditions),
        storage_class: storage_class.map(|class| class.name().to_owned()),
        customer_key: customer_key.as_ref().map(write_customer_key),
    }
}

pub(in crate::rpc) fn read_put(call: PutCall) -> Result<Written> {
    let PutCall { key, http, metadata, checksum, conditions, storage_class, customer_key } = call;
    check_metadata(&metadata)?;
    let http = read_http(http);
    http.check()?;
    let checksum = match checksum {
        Some(text) => Checksum::parse(&text)
            .map_err(|error| Error::new(ErrorKind::InvalidChecksum, error.to_string()))?,
        None => None,
    };
    let class = |name: String| {
        StorageClass::from_name(&name).ok_or_else(|| malformed("there is no such storage class"))
    };
    Ok(Written {
        key: BucketKey::new(key)?,
        http,
        metadata,
        checksum,
        conditions: read_conditions(conditions)?,
        storage_class: storage_class.map(class).transpose()?,
        customer_key: customer_key.as_deref().map(read_customer_key).transpose()?,
    })
}

pub(in crate::rpc) fn create_upload(create: CreateUpload) -> PutCall {
    let CreateUpload { key, http, metadata, storage_class, customer_key } = create;
    let (checksum, conditions) = (None, Conditions::default());
    put(Written { key, http, metadata, checksum, conditions, storage_class, customer_key })
}

pub(in crate::rpc) fn get(get: GetObject) -> GetCall {
    let GetObject { key, range, conditions, customer_key } = get;
    GetCall {
        key: key.into_string(),
        range: range.map(|range| match range {
            ByteRange::From { offset, len } => RangeRecord::From(offset, len),
            ByteRange::Last(len) => RangeRecord::Last(len),
        }),
        conditions: conditions_record(conditions),
        customer_key: customer_key.as_ref().map(write_customer_key),
    }
}

pub(in crate::rpc) fn read_get(call: GetCall) -> Result<GetObject> {
    let GetCall { key, range, conditions, customer_key } = call;
    Ok(GetObject {
        key: BucketKey::new(key)?,
        range: range.map(|range| match range {
            RangeRecord::From(offset, len) => ByteRange::From { offset, len },
            RangeRecord::Last(len) => ByteRange::Last(len),
        }),
        conditions: read_conditions(conditions)?,
        customer_key: customer_key.as_deref().map(read_customer_key).transpose()?,
    })
}

pub(in crate::rpc) fn list(list: ListObjects) -> ListCall {
    let ListObjects { prefix, limit, cursor, start_after, delimiter, include } = list;
    let Include { http_metadata, metadata } = include;
    ListCall { prefix, limit, cursor, start_after, delimiter, http_metadata, metadata }
}

pub(in crate::rpc) fn read_list(call: ListCall) -> Result<ListObjects> {
    let ListCall { prefix, limit, cursor, start_after, delimiter, http_metadata, metadata } = call;
    let limit = list::check_limit(Some(limit), limits::r2::LIST_LIMIT_MAX)?;
    list::check_place(prefix.as_deref(), cursor.as_deref(), limits::r2::KEY_BYTES_MAX)?;
    let delimiter = delimiter.filter(|delimiter| !delimiter.is_empty());
    let include = Include { http_metadata, metadata };
    Ok(ListObjects { prefix, limit, cursor, start_after, delimiter, include })
}

pub(in crate::rpc) fn object(info: ObjectInfo) -> ObjectRecord {
    let checksums = info.checksums().iter().map(ToString::to_string).collect();
    let ObjectInfo { key, size, etag, uploaded, version, http, metadata, storage_class, .. } = info;
    let is_usual = storage_class == StorageClass::default();
    ObjectRecord {
        key,
        size,
        etag,
        uploaded: nanos(uploaded),
        version,
        http: http_record(http),
        metadata,
        checksums,
        storage_class: (!is_usual).then(|| storage_class.name().to_owned()),
    }
}

pub(in crate::rpc) fn read_object(record: ObjectRecord) -> ObjectInfo {
    let ObjectRecord {
        key,
        size,
        etag,
        uploaded,
        version,
        http,
        metadata,
        checksums,
        storage_class,
    } = record;
    let read_all =
        move || checksums.iter().filter_map(|text| Checksum::parse(text).ok().flatten()).collect();
    let class = storage_class.and_then(|name| StorageClass::from_name(&name));
    ObjectInfo::new(key, size, etag, of_nanos(uploaded))
        .with_version(version)
        .with_http_metadata(read_http(http))
        .with_metadata(metadata)
        .with_checksums(Checksums::read_later(read_all))
        .with_storage_class(class.unwrap_or_default())
}

pub(in crate::rpc) fn part(part: &Part) -> PartRecord {
    PartRecord(part.number(), part.etag().to_owned())
}

pub(in crate::rpc) fn read_part(PartRecord(number, etag): PartRecord) -> Part {
    Part::new(number, etag)
}

pub(in crate::rpc) fn customer_key(key: Option<&CustomerKey>) -> Option<String> {
    key.map(write_customer_key)
}

pub(in crate::rpc) fn read_customer_keys(text: Option<&str>) -> Result<Option<CustomerKey>> {
    text.map(read_customer_key).transpose()
}

pub(in crate::rpc) fn sign(key: String, options: SignOptions) -> SignCall {
    let SignOptions { access, expires_in, content_type, content_disposition, size, .. } = options;
    let SignOptions { uses, is_revocable, origin, .. } = options;
    SignCall {
        key,
        is_write: access == LinkAccess::Write,
        expires_in: expires_in.map(|time| (time.as_secs(), time.subsec_nanos())),
        content_type,
        content_disposition,
        size: size.map(|size| match size {
            Size::AtMost(most) => SizeRecord::AtMost(most),
            Size::Exactly(bytes) => SizeRecord::Exactly(bytes),
        }),
        uses,
        is_revocable,
        origin,
    }
}

pub(in crate::rpc) fn read_sign(call: SignCall) -> (String, SignOptions) {
    let SignCall { key, is_write, expires_in, content_type, content_disposition, .. } = call;
    let SignCall { size, uses, is_revocable, origin, .. } = call;
    let time = |(seconds, nanos)| Duration::from_secs(seconds).saturating_add(nanoseconds(nanos));
    let options = SignOptions {
        access: if is_write { LinkAccess::Write } else { LinkAccess::Read },
        expires_in: expires_in.map(time),
        content_type,
        content_disposition,
        size: size.map(|size| match size {
            SizeRecord::AtMost(most) => Size::AtMost(most),
            SizeRecord::Exactly(bytes) => Size::Exactly(bytes),
        }),
        uses,
        is_revocable,
        origin,
    };
    (key, options)
}

fn nanoseconds(nanos: u32) -> Duration {
    Duration::from_nanos(nanos.into())
}

fn conditions_record(conditions: Conditions) -> Option<ConditionsRecord> {
    if conditions.is_empty() {
        return None;
    }
    let Conditions { etag_matches, etag_does_not_match, .. } = conditions;
    let Conditions { uploaded_before, uploaded_after, whole_seconds, .. } = conditions;
    let etags = |etags| match etags {
        Etags::Any => EtagsRecord::Any,
        Etags::OneOf(etags) => EtagsRecord::OneOf(etags),
    };
    Some(ConditionsRecord {
        etag_matches: etag_matches.map(etags),
        etag_does_not_match: etag_does_not_match.map(etags),
        uploaded_before: uploaded_before.map(nanos),
        uploaded_after: uploaded_after.map(nanos),
        whole_seconds,
    })
}

fn read_conditions(record: Option<ConditionsRecord>) -> Result<Conditions> {
    let ConditionsRecord {
        etag_matches,
        etag_does_not_match,
        uploaded_before,
        uploaded_after,
        whole_seconds,
    } = record.unwrap_or_default();
    let etags = |etags| match etags {
        EtagsRecord::Any => Ok(Etags::Any),
        EtagsRecord::OneOf(etags) if etags.len() > ETAGS_MAX => {
            Err(malformed("a condition has at most 1,000 etags"))
        }
        EtagsRecord::OneOf(etags) => Ok(Etags::OneOf(etags)),
    };
    Ok(Conditions {
        etag_matches: etag_matches.map(etags).transpose()?,
        etag_does_not_match: etag_does_not_match.map(etags).transpose()?,
        uploaded_before: uploaded_before.map(of_nanos),
        uploaded_after: uploaded_after.map(of_nanos),
        whole_seconds,
    })
}

fn http_record(http: HttpMetadata) -> HttpRecord {
    let HttpMetadata { content_type, content_language, content_disposition, .. } = http;
    let HttpMetadata { content_encoding, cache_control, expires, .. } = http;
    HttpRecord {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires: expires.map(millis),
    }
}

fn read_http(record: HttpRecord) -> HttpMetadata {
    let HttpRecord { content_type, content_language, content_disposition, .. } = record;
    let HttpRecord { content_encoding, cache_control, expires, .. } = record;
    HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires: expires.map(of_millis),
    }
}
