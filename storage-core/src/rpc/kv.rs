//! What is asked of a KV namespace, and what is found there.

use serde::{Deserialize, Serialize};

use super::bucket::Asked;
use super::few::few;
use super::{Needs, Scope};
use crate::limits::kv::GET_KEYS_MAX;
use crate::manifest::Verb;

/// What is asked of a KV namespace. A value, if there is one, comes beside it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KvCall {
    /// To delete a key.
    Delete(String),
    /// To read an entry.
    Get(GetEntryCall),
    /// To read these entries, whose values come one behind the other.
    GetMany(#[serde(deserialize_with = "few::<GET_KEYS_MAX, _, _>")] Vec<String>, Option<u64>),
    /// To look at an entry. Who may only write learns whether it is there, and no more.
    Head(String),
    /// To list a page.
    List(ListEntriesCall),
    /// Whether a token allows to rotate, and for these bytes: see `cargo storage rotate`.
    MayRotate(String),
    /// To write an entry.
    Put(PutEntryCall),
    /// To rotate the keys of a page.
    Rotate(RotateCall),
}

impl Asked for KvCall {
    fn needs(&self) -> Needs<'_> {
        const DELETE: &[&[Verb]] = &[&[Verb::Delete]];
        const LIST: &[&[Verb]] = &[&[Verb::List]];
        const LOOK: &[&[Verb]] = &[&[Verb::Read, Verb::List, Verb::Write]];
        const READ: &[&[Verb]] = &[&[Verb::Read]];
        const ROTATE: &[&[Verb]] = &[&[Verb::Rotate]];
        const WRITE: &[&[Verb]] = &[&[Verb::Write]];
        let (verbs, scope) = match self {
            Self::Delete(key) => (DELETE, Scope::Key(key)),
            Self::Get(get) => (READ, Scope::Key(&get.key)),
            Self::GetMany(keys, _) => (READ, Scope::Keys(keys)),
            Self::Head(key) => (LOOK, Scope::Key(key)),
            Self::List(list) => (LIST, Scope::Prefix(list.prefix.as_deref())),
            Self::MayRotate(_) => (ROTATE, Scope::Later),
            Self::Put(put) => (WRITE, Scope::Key(&put.key)),
            Self::Rotate(rotate) => (ROTATE, Scope::Prefix(rotate.prefix.as_deref())),
        };
        Needs { verbs, scope }
    }
}

/// An entry to write.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutEntryCall {
    /// Where.
    pub key: String,
    /// JSON text.
    pub metadata: String,
    /// When it expires.
    pub expiry: ExpiryRecord,
}

/// When an entry expires, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryRecord {
    /// So long after the write.
    After(u64),
    /// At that time, since 1970.
    At(u64),
    /// Never.
    Never,
}

/// An entry to read.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetEntryCall {
    /// Where.
    pub key: String,
    /// For how many seconds the answer may be kept near the reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_ttl: Option<u64>,
    /// Whether the value is wanted in pieces.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub streamed: bool,
}

/// A page to list.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListEntriesCall {
    /// Only keys that start with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// At most so many.
    pub limit: u32,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A page to rotate: of whatever kind.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RotateCall {
    /// Only keys that start with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// At most so many.
    pub limit: u32,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Whether what is not encrypted is to be.
    pub encrypt_plain: bool,
}

/// What is known of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryRecord {
    /// JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// When it expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// How many bytes of the body are its value, if several come one behind the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub len: Option<u64>,
}

/// An entry of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRecord {
    /// Its key.
    pub key: String,
    /// What is known of it.
    pub entry: EntryRecord,
}
