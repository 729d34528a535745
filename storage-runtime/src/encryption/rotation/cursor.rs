//! Where a page of a rotation starts.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use storage_core::ErrorKind;

use crate::error::{Error, Result};

/// Names a place among the keys, and no entry of a listing, so that keys may come and go: the listing begins
/// at `listing`, and what is not behind the key `behind` is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    /// The platform's cursor of a listing that can't begin behind a key.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub(super) listing: Option<String>,
    /// The last key that is done.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(super) behind: Option<String>,
}

impl Cursor {
    /// Behind that key.
    pub(super) fn behind(key: &str) -> Self {
        Self { listing: None, behind: Some(key.to_owned()) }
    }

    /// As text: JSON, in base64.
    pub(super) fn write(&self) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(|error| {
            Error::new(ErrorKind::Internal, "the cursor can't be written").with_source(error)
        })?;
        Ok(Base64UrlUnpadded::encode_string(&json))
    }

    pub(super) fn read(text: &str) -> Result<Self> {
        let json = Base64UrlUnpadded::decode_vec(text).ok();
        let cursor = json.and_then(|json| serde_json::from_slice::<Self>(&json).ok());
        let is_somewhere =
            |cursor: &Self| cursor.listing.as_ref().or(cursor.behind.as_ref()).is_some();
        cursor.filter(is_somewhere).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOption, "the cursor is not one of a rotation")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for cursor in [
            Cursor::behind("a/\u{fc}\0"),
            Cursor { listing: Some("after:x".into()), behind: None },
            Cursor { listing: Some("after:x".into()), behind: Some("y".into()) },
        ] {
            assert_eq!(Cursor::read(&cursor.write().unwrap()).unwrap(), cursor);
        }
        let empty = Cursor::default().write().unwrap();
        for wrong in ["", "x", "after:a", "bnVsbA", &empty] {
            assert_eq!(
                Cursor::read(wrong).unwrap_err().kind(),
                ErrorKind::InvalidOption,
                "{wrong}"
            );
        }
    }
}
