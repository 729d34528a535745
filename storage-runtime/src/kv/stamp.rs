//! What this library keeps in the metadata of an entry, and how.
//!
//! ```text
//! {"~s":[1,11,"b94d27b9934d3e08a52e52d7da7dabfa",1793491200000,"text/plain"],"m":{"by":"me"}}
//!        |  |   etag: half a SHA-256 of the value    |           content type, "" for none
//!        |  size in bytes                            written, milliseconds since 1970
//!        version of this form
//! ```
//!
//! `m` is the user's metadata. KV passes it through JavaScript, which changes numbers that a double
//! does not hold; metadata with such numbers stands as JSON text under `j` instead.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use storage_core::ErrorKind;

use super::EntryInfo;
use super::metadata::{Kept, Metadata};
use crate::backend::{self, EntryMetadata};
use crate::error::{Error, Result};
use crate::hex;

const VERSION: u8 = 1;

/// What an etag keeps of a SHA-256: 128 bits tell any two values apart.
pub(super) const ETAG_BYTES: usize = 16;

/// Version, size, etag, milliseconds since 1970, content type.
#[derive(Serialize)]
struct Stamp(u8, u64, String, u64, String);

/// The etag of a value.
pub(super) fn etag(sha256: &[u8]) -> String {
    hex::encode(sha256.get(..ETAG_BYTES).unwrap_or(sha256))
}

/// The metadata of an entry as it is stored, with the user's: JSON text.
pub(super) fn write(info: &EntryInfo, users: Option<&Kept>) -> Result<String> {
    let since_1970 = info
        .uploaded
        .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok())
        .unwrap_or_default();
    let stamp = Stamp(
        VERSION,
        info.size.unwrap_or_default(),
        info.etag.clone().unwrap_or_default(),
        u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX),
        info.content_type.clone().unwrap_or_default(),
    );
    let failed = |error| {
        Error::new(ErrorKind::EncodeFailed, "the metadata can't be written as JSON")
            .with_source(error)
    };
    let mut stored = String::from("{\"~s\":");
    stored.push_str(&serde_json::to_string(&stamp).map_err(failed)?);
    match users {
        Some(Kept { json, survives_javascript: true }) => {
            stored.push_str(",\"m\":");
            stored.push_str(json);
        }
        Some(Kept { json, survives_javascript: false }) => {
            stored.push_str(",\"j\":");
            stored.push_str(&serde_json::to_string(json).map_err(failed)?);
        }
        None => {}
    }
    stored.push('}');
    // What JSON is, its syntax does not say alone: half of a surrogate pair, a number beyond any.
    if users.is_some_and(|Kept { json, .. }| object(&format!("{{\"m\":{json}}}")).is_none()) {
        // With it, all that this library keeps beside it would be lost.
        let message = "the metadata can't be read again: it is nested at most 126 levels deep, its texts \
                       are Unicode, its numbers are at most what a double holds";
        return Err(Error::new(ErrorKind::EncodeFailed, message));
    }
    Ok(stored)
}

/// What the stored metadata says of an entry, whoever wrote it.
pub(super) fn read(key: String, stored: EntryMetadata) -> EntryInfo {
    let EntryMetadata { json, expires } = stored;
    let mut info = EntryInfo::new(key, expires);
    if let Some(mut fields) = json.as_deref().and_then(object) {
        if let Some(stamp) = fields.get("~s").and_then(stamp) {
            let Stamp(_, size, etag, millis, content_type) = stamp;
            info.size = Some(size);
            info.etag = Some(etag);
            info.uploaded = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis));
            info.content_type = Some(content_type).filter(|text| !text.is_empty());
            fields = users(fields);
        }
        for (name, value) in fields {
            info.metadata.insert(name, text(value));
        }
    }
    info.stored = json;
    info
}

/// The size of a value by the metadata of its entry, if this library wrote it.
pub(crate) fn noted_size(stored: &str) -> Option<u64> {
    object(stored)?.get("~s").and_then(stamp).map(|Stamp(_, size, ..)| size)
}

/// The metadata of an entry, whoever wrote it, as this library stores it when the value is encrypted: with an
/// etag that tells nothing of the value.
pub(crate) fn restamp(key: &str, stored: EntryMetadata, len: u64) -> Result<String> {
    let users = stored.json.as_deref().and_then(users_json).map(Cow::into_owned);
    let users = match users.as_deref().map(serde_json::from_str::<&RawValue>) {
        Some(Ok(json)) => Metadata::json(json)?.settle(None)?.0,
        // What is no JSON is no metadata.
        Some(Err(_)) | None => None,
    };
    let mut info = read(key.to_owned(), stored);
    info.size = Some(len);
    info.etag = Some(etag(&backend::random::<ETAG_BYTES>()?));
    info.uploaded = info.uploaded.or_else(|| Some(backend::now()));
    write(&info, users.as_ref())
}

/// Whether stored metadata that somebody else wrote can be read, and the user's in it.
pub(crate) fn is_readable(stored: &str) -> bool {
    let is_json = |json: &str| serde_json::from_slice::<Value>(json.as_bytes()).is_ok();
    is_json(stored) && users_json(stored).is_none_or(|json| is_json(&json))
}

/// The user's metadata as JSON text, as exact as it was written; `None` if there is none.
pub(super) fn users_json(stored: &str) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Users<'a> {
        #[serde(borrow, rename = "~s")]
        stamp: Option<&'a RawValue>,
        #[serde(borrow)]
        m: Option<&'a RawValue>,
        #[serde(borrow)]
        j: Option<Cow<'a, str>>,
    }
    let Ok(Users { stamp: noted, m, j }) = serde_json::from_str(stored) else {
        // Another program's, if it is not what this library writes with a field changed.
        return noted_size(stored).is_none().then_some(Cow::Borrowed(stored));
    };
    let noted = noted.and_then(|noted| serde_json::from_slice(noted.get().as_bytes()).ok());
    if noted.as_ref().and_then(stamp).is_none() {
        return Some(Cow::Borrowed(stored));
    }
    j.or_else(|| m.map(|json| Cow::Borrowed(json.get())))
}

/// The fields of the user's metadata, in that of an entry that this library wrote.
fn users(stored: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in stored {
        match value {
            Value::Object(fields) if name == "m" => return fields,
            Value::String(json) if name == "j" => return object(&json).unwrap_or_default(),
            _ => {}
        }
    }
    Map::new()
}

/// Read as any JSON: an entry may be another program's, and one reader is small in wasm.
fn object(json: &str) -> Option<Map<String, Value>> {
    match serde_json::from_slice(json.as_bytes()) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

fn stamp(value: &Value) -> Option<Stamp> {
    let [version, size, etag, millis, content_type] = value.as_array()?.as_slice() else {
        return None;
    };
    if version.as_u64() != Some(VERSION.into()) {
        return None;
    }
    let (etag, content_type) = (etag.as_str()?.to_owned(), content_type.as_str()?.to_owned());
    Some(Stamp(VERSION, size.as_u64()?, etag, millis.as_u64()?, content_type))
}

/// A text as it is, anything else as JSON.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => serde_json::to_string(&other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Metadata;
    use super::*;

    fn info() -> EntryInfo {
        EntryInfo {
            size: Some(11),
            etag: Some(etag(&[0xb9; 32])),
            uploaded: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_793_491_200_000)),
            content_type: Some("text/plain".into()),
            ..EntryInfo::new("k".into(), None)
        }
    }

    fn stored(json: &str) -> String {
        let json: &RawValue = serde_json::from_str(json).unwrap();
        let (kept, _) = Metadata::json(json).unwrap().settle(None).unwrap();
        write(&info(), kept.as_ref()).unwrap()
    }

    fn read_back(stored: &str) -> EntryInfo {
        read("k".into(), EntryMetadata::new(Some(stored.into()), None))
    }

    #[test]
    fn the_form_is_the_documented_one() {
        let stored = stored(r#"{"by":"me"}"#);
        assert_eq!(
            stored,
            r#"{"~s":[1,11,"b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9",1793491200000,"text/plain"],"m":{"by":"me"}}"#
        );
        let metadata = [("by".to_owned(), "me".to_owned())].into();
        assert_eq!(read_back(&stored), EntryInfo { metadata, ..info() });
        assert_eq!(noted_size(&stored), Some(11));
        assert!(write(&info(), None).unwrap().ends_with(r#""text/plain"]}"#));
    }

    #[test]
    fn metadata_that_could_not_be_read_again_is_refused() {
        let nested = |levels| {
            let json = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            let json: &RawValue = serde_json::from_str(&json).unwrap();
            let (kept, _) = Metadata::json(json).unwrap().settle(None).unwrap();
            write(&info(), kept.as_ref())
        };
        assert_eq!(read_back(&nested(126).unwrap()).etag(), info().etag());
        assert_eq!(nested(127).unwrap_err().kind(), ErrorKind::EncodeFailed);
    }

    #[test]
    fn metadata_that_only_looks_like_json_is_refused_in_both_forms() {
        let (open, close) = ("[".repeat(400), "]".repeat(400));
        let deep = format!(r#"{{"n":1.0,"a":{open}{close}}}"#);
        for (users, form) in [
            (deep.as_str(), "j"),
            (r#"{"a":"\ud800","n":1.0}"#, "j"),
            (r#"{"a":"\ud800"}"#, "m"),
            (r#"{"n":1e999}"#, "j"),
        ] {
            let raw: &RawValue = serde_json::from_str(users).unwrap();
            let (kept, _) = Metadata::json(raw).unwrap().settle(None).unwrap();
            let error = write(&info(), kept.as_ref()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::EncodeFailed, "{users}");
            let users = if form == "j" { Value::from(users).to_string() } else { users.to_owned() };
            let stored = format!(r#"{{"~s":[1,0,"",0,""],"{form}":{users}}}"#);
            assert!(!is_readable(&stored), "{stored}");
        }
        for fine in ["{}", "3", "null", r#"{"~s":[1,0,"",0,""],"j":"{\"n\":1.0}"}"#] {
            assert!(is_readable(fine), "{fine}");
        }
        assert!(!is_readable("") && !is_readable("[[") && !is_readable("1e999"));
    }

    #[test]
    fn any_json_is_metadata_to_the_last_digit() {
        for json in [
            "{}",
            "[]",
            "\"text\"",
            "false",
            r#"{"a":"x"}"#,
            r#"{"a":null,"~s":[2],"__proto__":{},"b":[1.0,-9223372036854775808]}"#,
            "170141183460469231731687303715884105727",
        ] {
            let stored = stored(json);
            assert_eq!(users_json(&stored).unwrap(), json);
            assert_eq!(read_back(&stored).etag(), info().etag());
        }
        let stored = stored(r#"{"a":9007199254740993}"#);
        assert!(stored.ends_with(r#","j":"{\"a\":9007199254740993}"}"#), "{stored}");
        assert_eq!(read_back(&stored).metadata()["a"], "9007199254740993");
        assert_eq!(users_json(&write(&info(), None).unwrap()), None);
    }

    #[test]
    fn foreign_metadata_is_readable() {
        let info = read_back(r#"{"a":"text","b":{"c":[1]},"d":null}"#);
        assert_eq!(info.size(), None);
        assert_eq!(info.metadata()["a"], "text");
        assert_eq!(info.metadata()["b"], r#"{"c":[1]}"#);
        assert_eq!(info.metadata()["d"], "null");
        assert_eq!(
            info.metadata_as::<Value>().unwrap(),
            Some(json!({ "a": "text", "b": { "c": [1] }, "d": null }))
        );
        for odd in ["3", "\"text\"", "[1]", "{", "", r#"{"~s":[2,1,"",0,""]}"#] {
            assert_eq!(read_back(odd).size(), None, "{odd}");
        }
        assert_eq!(read_back("3").metadata_as::<u8>().unwrap(), Some(3));
        assert_eq!(read_back("{").metadata_as::<u8>().unwrap_err().kind(), ErrorKind::DecodeFailed);
    }

    #[test]
    fn it_leaves_most_of_the_metadata_to_the_user() {
        let largest = EntryInfo {
            size: Some(25 * 1024 * 1024),
            content_type: Some("application/json".into()),
            ..info()
        };
        assert!(write(&largest, None).unwrap().len() <= 90);
    }
}
