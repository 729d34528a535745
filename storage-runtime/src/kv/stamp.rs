//! What this library keeps in the metadata of an entry, and how.
//!
//! ```text
//! {"~s":[1,11,"b94d27b9934d3e08a52e52d7da7dabfa",1793491200000,"text/plain"],"m":{"by":"me"}}
//!        |  |   etag: half a SHA-256 of the value    |           content type, "" for none
//!        |  size in bytes                            written, milliseconds since 1970
//!        version of this form
//! ```

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::{Map, Value};
use storage_core::ErrorKind;

use super::EntryInfo;
use crate::error::{Error, Result};
use crate::hex;

const VERSION: u8 = 1;

/// What an etag keeps of a SHA-256: 128 bits tell any two values apart.
const ETAG_BYTES: usize = 16;

#[derive(Serialize)]
struct Stamped {
    #[serde(rename = "~s")]
    stamp: Stamp,
    #[serde(rename = "m", skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

/// Version, size, etag, milliseconds since 1970, content type.
#[derive(Serialize)]
struct Stamp(u8, u64, String, u64, String);

/// The etag of a value.
pub(super) fn etag(sha256: &[u8]) -> String {
    hex::encode(sha256.get(..ETAG_BYTES).unwrap_or(sha256))
}

/// The metadata of an entry as it is stored: JSON text.
pub(super) fn write(info: &EntryInfo) -> Result<String> {
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
    let stamped = Stamped { stamp, metadata: info.metadata.clone() };
    serde_json::to_string(&stamped).map_err(|error| {
        Error::new(ErrorKind::EncodeFailed, "the metadata can't be written as JSON")
            .with_source(error)
    })
}

/// What the stored metadata says of an entry, whoever wrote it.
pub(super) fn read(key: String, stored: Option<&str>) -> EntryInfo {
    let mut info = EntryInfo {
        key,
        size: None,
        etag: None,
        uploaded: None,
        content_type: None,
        metadata: BTreeMap::new(),
    };
    // Read as any JSON: an entry may be another program's, and one reader is small in wasm.
    let stored = stored.and_then(|stored| serde_json::from_slice(stored.as_bytes()).ok());
    let Some(Value::Object(mut fields)) = stored else {
        return info;
    };
    if let Some(stamp) = fields.get("~s").and_then(stamp) {
        let Stamp(_, size, etag, millis, content_type) = stamp;
        info.size = Some(size);
        info.etag = Some(etag);
        info.uploaded = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis));
        info.content_type = Some(content_type).filter(|text| !text.is_empty());
        fields = match fields.into_iter().find(|(name, _)| name == "m") {
            Some((_, Value::Object(metadata))) => metadata,
            _ => Map::new(),
        };
    }
    for (name, value) in fields {
        info.metadata.insert(name, text(value));
    }
    info
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
    use super::*;

    fn info() -> EntryInfo {
        EntryInfo {
            key: "k".into(),
            size: Some(11),
            etag: Some(etag(&[0xb9; 32])),
            uploaded: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_793_491_200_000)),
            content_type: Some("text/plain".into()),
            metadata: [("by".to_owned(), "me".to_owned())].into(),
        }
    }

    #[test]
    fn the_form_is_the_documented_one() {
        let stored = write(&info()).unwrap();
        assert_eq!(
            stored,
            r#"{"~s":[1,11,"b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9b9",1793491200000,"text/plain"],"m":{"by":"me"}}"#
        );
        assert_eq!(read("k".into(), Some(&stored)), info());
    }

    #[test]
    fn foreign_metadata_is_readable() {
        let read = |stored| read("k".into(), Some(stored));
        let info = read(r#"{"a":"text","b":{"c":[1]},"d":null}"#);
        assert_eq!(info.size(), None);
        assert_eq!(info.metadata()["a"], "text");
        assert_eq!(info.metadata()["b"], r#"{"c":[1]}"#);
        assert_eq!(info.metadata()["d"], "null");
        for odd in ["3", "\"text\"", "[1]", "{", "", r#"{"~s":[2,1,"",0,""]}"#] {
            assert_eq!(read(odd).size(), None, "{odd}");
        }
    }

    #[test]
    fn it_leaves_most_of_the_metadata_to_the_user() {
        let largest = EntryInfo {
            size: Some(25 * 1024 * 1024),
            content_type: Some("application/json".into()),
            metadata: BTreeMap::new(),
            ..info()
        };
        assert!(write(&largest).unwrap().len() <= 90);
    }
}
