//! What stands in the metadata of what is encrypted.
//!
//! Of an object, `storage-key-id` is the id of the key that sealed it: a hint, which a reader never
//! trusts, and what a listing counts by. `storage-sealed` is the user's metadata where that is encrypted
//! too: a JSON object of texts, sealed as one message that is bound to the object's key, in base64.
//! Of an entry, the same two stand beside the stamp of the library, under `k` and `e`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use storage_core::manifest::MetadataEncryption;
use storage_core::{ErrorKind, limits};

use super::{Cipher, decryption_failed};
use crate::backend::EntryMetadata;
use crate::bucket::check_metadata;
use crate::error::{Error, Result};
use crate::write;

/// The id of the key that sealed the object.
pub(super) const KEY_ID: &str = "storage-key-id";
/// The user's metadata, sealed.
const SEALED: &str = "storage-sealed";

type Metadata = BTreeMap<String, String>;

impl Cipher {
    /// An object's metadata as it is stored.
    pub(super) async fn seal_metadata(&self, key: &str, users: Metadata) -> Result<Metadata> {
        if let Some(name) = [KEY_ID, SEALED].into_iter().find(|name| users.contains_key(*name)) {
            let message = format!("the metadata name `{name}` is taken by the encryption");
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let mut stored = match self.metadata {
            MetadataEncryption::Encrypted if !users.is_empty() => {
                let plain = serde_json::to_vec(&users).map_err(not_json)?;
                Metadata::from([(SEALED.to_owned(), self.seal_text(key, plain.into()).await?)])
            }
            _ => users,
        };
        stored.insert(KEY_ID.to_owned(), self.primary().to_owned());
        check_metadata(&stored)?;
        Ok(stored)
    }

    /// The user's metadata of an object, which may have been written before it was encrypted.
    pub(super) async fn open_metadata(&self, key: &str, mut stored: Metadata) -> Result<Metadata> {
        let hint = stored.remove(KEY_ID);
        let Some(sealed) = stored.remove(SEALED) else {
            return Ok(stored);
        };
        let plain = self.open_text(key, hint.as_deref(), &sealed).await?;
        serde_json::from_slice(&plain).map_err(|_| decryption_failed())
    }

    /// An entry's metadata as it is stored: JSON text.
    pub(super) async fn seal_entry_metadata(&self, key: &str, json: String) -> Result<String> {
        let entry: Entry<'_> = serde_json::from_str(&json).map_err(not_json)?;
        let mut entry = Entry { key_id: Some(self.primary().into()), ..entry };
        if let (MetadataEncryption::Encrypted, Some(users)) = (self.metadata, entry.users()) {
            let plain = Bytes::copy_from_slice(users.as_bytes());
            let sealed = self.seal_text(key, plain).await?;
            entry = Entry { metadata: None, text: None, sealed: Some(sealed.into()), ..entry };
        }
        let stored = serde_json::to_string(&entry).map_err(not_json)?;
        let max = limits::kv::METADATA_BYTES_MAX;
        if stored.len() > max {
            return Err(write::metadata_too_large(stored.len(), max));
        }
        Ok(stored)
    }

    /// An entry's metadata as it was before it was sealed, and the id of the key. What another program
    /// wrote stays as it is.
    pub(super) async fn open_entry_metadata(
        &self,
        key: &str,
        stored: EntryMetadata,
    ) -> Result<(Option<String>, EntryMetadata)> {
        let Some(json) = stored.json.as_deref() else {
            return Ok((None, stored));
        };
        let Ok(mut entry) = serde_json::from_str::<Entry<'_>>(json) else {
            return Ok((None, stored));
        };
        let hint = entry.key_id.take().map(Cow::into_owned);
        if let Some(sealed) = entry.sealed.take() {
            let users = self.open_text(key, hint.as_deref(), &sealed).await?;
            let users = String::from_utf8(users.into()).map_err(|_| decryption_failed())?;
            entry.text = Some(users.into());
        }
        let json = serde_json::to_string(&entry).map_err(not_json)?;
        Ok((hint, EntryMetadata { json: Some(json), ..stored }))
    }

    /// An object's metadata in its sealed form, if it is sealed.
    pub(super) fn sealed_metadata(stored: &Metadata) -> Option<&str> {
        stored.get(SEALED).map(String::as_str)
    }

    /// What encryption has noted in an entry's metadata.
    pub(super) fn entry_marks(stored: &EntryMetadata) -> Marks {
        let entry = stored.json.as_deref().and_then(|json| serde_json::from_str(json).ok());
        entry.map_or_else(Marks::default, |entry: Entry<'_>| Marks {
            hint: entry.key_id.map(Cow::into_owned),
            sealed: entry.sealed.map(Cow::into_owned),
        })
    }

    /// Whether sealed metadata was sealed with the key of that id.
    pub(super) fn text_is_of(&self, key: &str, id: &str, sealed: &str) -> bool {
        let sealed = Base64::decode_vec(sealed).unwrap_or_default();
        let opened = sealed
            .first_chunk()
            .and_then(|prefix| self.ring.open(prefix, &self.field(key, SEALED), Some(id)));
        opened.is_some_and(|(of, _)| of.as_str() == id)
    }

    async fn seal_text(&self, key: &str, plain: Bytes) -> Result<String> {
        let sealed = self.seal_bytes(&self.field(key, SEALED), plain).await?;
        Ok(Base64::encode_string(&sealed))
    }

    async fn open_text(&self, key: &str, hint: Option<&str>, sealed: &str) -> Result<Bytes> {
        let sealed = Base64::decode_vec(sealed).map_err(|_| decryption_failed())?;
        self.open_bytes(&self.field(key, SEALED), hint, sealed.into()).await
    }
}

/// What encryption has noted in the metadata of an entry.
#[derive(Default)]
pub(super) struct Marks {
    /// The id of the key: a hint.
    pub(super) hint: Option<String>,
    /// The user's metadata, sealed.
    pub(super) sealed: Option<String>,
}

/// The metadata of an entry, as [`kv::stamp`](crate::kv) writes it, and what encryption adds. Each value
/// stays as it is written, to the last digit.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<'a> {
    #[serde(rename = "~s", borrow)]
    stamp: &'a RawValue,
    #[serde(rename = "k", borrow, default, skip_serializing_if = "Option::is_none")]
    key_id: Option<Cow<'a, str>>,
    #[serde(rename = "e", borrow, default, skip_serializing_if = "Option::is_none")]
    sealed: Option<Cow<'a, str>>,
    #[serde(rename = "m", borrow, default, skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    #[serde(rename = "j", borrow, default, skip_serializing_if = "Option::is_none")]
    text: Option<Cow<'a, str>>,
}

impl Entry<'_> {
    /// The user's metadata as JSON text.
    fn users(&self) -> Option<&str> {
        self.metadata.map(RawValue::get).or(self.text.as_deref())
    }
}

fn not_json(error: serde_json::Error) -> Error {
    let message = "the metadata can't be written as JSON";
    Error::new(ErrorKind::EncodeFailed, message).with_source(error)
}
