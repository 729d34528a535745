//! What stands in the metadata of what is encrypted.
//!
//! Of an object, `storage-key-id` is the id of the key that sealed it: a hint, which a reader never
//! trusts, and what a listing counts by. `storage-sealed` is the user's metadata where that is encrypted
//! too: a JSON object of texts, sealed as one message that is bound to the object's key, in base64.
//! Of an entry, the same two stand beside the stamp of the library, under `k` and `e`. Where metadata is
//! encrypted, none at all is sealed as well, so that nobody can take it away or put other in its place.

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
use crate::{kv, write};

/// The id of the key that sealed the object.
pub(super) const KEY_ID: &str = "storage-key-id";
/// The user's metadata, sealed.
const SEALED: &str = "storage-sealed";

type Metadata = BTreeMap<String, String>;

/// What becomes of metadata that is not sealed where it should be: whoever may write to the place could have
/// put it there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    Refused,
    /// By a rotation that was asked to encrypt what is not.
    Taken,
}

impl Cipher {
    /// An object's metadata as it is stored.
    pub(super) async fn seal_metadata(&self, key: &str, users: Metadata) -> Result<Metadata> {
        if let Some(name) = [KEY_ID, SEALED].into_iter().find(|name| users.contains_key(*name)) {
            let message = format!("the metadata name `{name}` is taken by the encryption");
            return Err(Error::new(ErrorKind::InvalidOption, message));
        }
        let mut stored = match self.metadata {
            MetadataEncryption::Encrypted => {
                let plain = serde_json::to_vec(&users).map_err(not_json)?;
                Metadata::from([(SEALED.to_owned(), self.seal_text(key, plain.into()).await?)])
            }
            _ => users,
        };
        stored.insert(KEY_ID.to_owned(), self.primary().to_owned());
        check_metadata(&stored)?;
        Ok(stored)
    }

    /// The user's metadata of an object.
    pub(super) async fn open_metadata(
        &self,
        key: &str,
        mut stored: Metadata,
        bare: Bare,
    ) -> Result<Metadata> {
        let hint = stored.remove(KEY_ID);
        let Some(sealed) = stored.remove(SEALED) else {
            return self.takes(bare).then_some(stored).ok_or_else(decryption_failed);
        };
        let plain = self.open_text(key, hint.as_deref(), &sealed).await?;
        serde_json::from_slice(&plain).map_err(|_| decryption_failed())
    }

    /// An entry's metadata as it is stored: JSON text.
    pub(super) async fn seal_entry_metadata(&self, key: &str, json: String) -> Result<String> {
        let entry: Entry<'_> = serde_json::from_str(&json).map_err(not_json)?;
        let mut entry = Entry { key_id: Some(self.primary().into()), ..entry };
        if self.metadata == MetadataEncryption::Encrypted {
            let plain = Bytes::copy_from_slice(entry.users().unwrap_or_default().as_bytes());
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
    /// wrote stays as it is; what looks like ours, but is not as we write it, is refused.
    pub(super) async fn open_entry_metadata(
        &self,
        key: &str,
        stored: EntryMetadata,
        bare: Bare,
    ) -> Result<(Option<String>, EntryMetadata)> {
        let is_taken = self.takes(bare);
        let mut entry = match Form::of(stored.json.as_deref()) {
            Form::Ours(entry) => entry,
            Form::Foreign if is_taken => return Ok((None, stored)),
            Form::Damaged | Form::Foreign => return Err(decryption_failed()),
        };
        let hint = entry.key_id.take().map(Cow::into_owned);
        match entry.sealed.take() {
            Some(sealed) => {
                let users = self.open_text(key, hint.as_deref(), &sealed).await?;
                let users = String::from_utf8(users.into()).map_err(|_| decryption_failed())?;
                entry.text = Some(users).filter(|users| !users.is_empty()).map(Cow::Owned);
            }
            None if is_taken => {}
            None => return Err(decryption_failed()),
        }
        let json = serde_json::to_string(&entry).map_err(not_json)?;
        Ok((hint, EntryMetadata { json: Some(json), ..stored }))
    }

    /// Whether metadata is not sealed, and should be.
    pub(super) fn is_bare(&self, sealed: Option<&str>) -> bool {
        self.metadata == MetadataEncryption::Encrypted && sealed.is_none()
    }

    fn takes(&self, bare: Bare) -> bool {
        self.metadata == MetadataEncryption::Plain || bare == Bare::Taken
    }

    /// An object's metadata in its sealed form, if it is sealed.
    pub(super) fn sealed_metadata(stored: &Metadata) -> Option<&str> {
        stored.get(SEALED).map(String::as_str)
    }

    /// What encryption has noted in an entry's metadata. `None` if that is damaged.
    pub(super) fn entry_marks(stored: &EntryMetadata) -> Option<Marks> {
        match Form::of(stored.json.as_deref()) {
            Form::Damaged => None,
            Form::Foreign => Some(Marks::default()),
            Form::Ours(Entry { key_id, sealed, .. }) => Some(Marks {
                hint: key_id.map(Cow::into_owned),
                sealed: sealed.map(Cow::into_owned),
            }),
        }
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

/// Whose the metadata of an entry is.
enum Form<'a> {
    /// It has something of ours, and is not as we write it: somebody changed it. Who took it for another
    /// program's would show something else than was sealed, or seal ciphertext a second time.
    Damaged,
    Foreign,
    Ours(Entry<'a>),
}

impl<'a> Form<'a> {
    fn of(json: Option<&'a str>) -> Self {
        let Some(json) = json else {
            return Self::Foreign;
        };
        match serde_json::from_str::<Entry<'_>>(json) {
            Ok(entry) if entry.is_consistent() && kv::noted_size(json).is_some() => {
                Self::Ours(entry)
            }
            Ok(_) => Self::Damaged,
            Err(_) if has_name_of_ours(json) => Self::Damaged,
            Err(_) => Self::Foreign,
        }
    }
}

/// Whether it is a JSON object with one of the names that say that an entry is ours, or sealed. Whatever
/// else is in it, once or twice and nested as deeply as it may be.
fn has_name_of_ours(json: &str) -> bool {
    let names = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(json);
    names.is_ok_and(|names| ["~s", "k", "e"].into_iter().any(|name| names.contains_key(name)))
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
    /// Metadata is sealed, or it is not. A reader of both would show the one, and a rotation could seal the other.
    fn is_consistent(&self) -> bool {
        self.sealed.is_none() || (self.metadata.is_none() && self.text.is_none())
    }

    /// The user's metadata as JSON text.
    fn users(&self) -> Option<&str> {
        self.metadata.map(RawValue::get).or(self.text.as_deref())
    }
}

fn not_json(error: serde_json::Error) -> Error {
    let message = "the metadata can't be written as JSON";
    Error::new(ErrorKind::EncodeFailed, message).with_source(error)
}
