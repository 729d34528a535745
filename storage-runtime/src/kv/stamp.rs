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

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use storage_core::ErrorKind;

use super::EntryInfo;
use crate::error::{Error, Result};
use crate::hex;

const VERSION: u8 = 1;

/// What an etag keeps of a SHA-256: 128 bits tell any two values apart.
const ETAG_BYTES: usize = 16;

#[derive(Serialize, Deserialize)]
struct Stamped {
    #[serde(rename = "~s")]
    stamp: Stamp,
    #[serde(rename = "m", default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

/// Version, size, etag, milliseconds since 1970, content type.
#[derive(Serialize, Deserialize)]
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
    let nothing = EntryInfo {
        key,
        size: None,
        etag: None,
        uploaded: None,
        content_type: None,
        metadata: BTreeMap::new(),
    };
    let Some(stored) = stored else { return nothing };
    match serde_json::from_str(stored) {
        Ok(Stamped { stamp: Stamp(VERSION, size, etag, millis, content_type), metadata }) => {
            EntryInfo {
                size: Some(size),
                etag: Some(etag),
                uploaded: SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis)),
                content_type: Some(content_type).filter(|text| !text.is_empty()),
                metadata,
                ..nothing
            }
        }
        _ => EntryInfo { metadata: foreign(stored), ..nothing },
    }
}

/// The fields of metadata that another program wrote. Anything but an object has none.
fn foreign(stored: &str) -> BTreeMap<String, String> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(stored).unwrap_or_default();
    let text = |json: &RawValue| {
        serde_json::from_str::<String>(json.get()).unwrap_or_else(|_| json.get().to_owned())
    };
    fields.into_iter().map(|(name, json)| (name, text(json))).collect()
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
