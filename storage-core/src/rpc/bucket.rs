//! What is asked of a bucket, and what is found there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::few::{few, few_named};
use super::{ETAGS_MAX, Needs, RotateCall, Scope};
use crate::limits::r2::{DELETE_KEYS_MAX, METADATA_BYTES_MAX, PARTS_MAX};
use crate::manifest::Verb;

const PARTS: usize = PARTS_MAX as usize;

/// More than there are that have a say in what a link is answered with.
const HEADERS: usize = 64;

/// What is asked of a bucket. A body, if there is one, comes beside it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BucketCall {
    /// To forget an upload in parts.
    AbortUpload(UploadCall),
    /// To make an object of the parts.
    CompleteUpload(UploadCall, #[serde(deserialize_with = "few::<PARTS, _, _>")] Vec<PartRecord>),
    /// To begin an upload in parts.
    CreateUpload(PutCall),
    /// To delete these keys.
    Delete(#[serde(deserialize_with = "few::<DELETE_KEYS_MAX, _, _>")] Vec<String>),
    /// To read an object.
    Get(GetCall),
    /// To look at an object.
    Head(String),
    /// Whether a link is one of the bucket, by its token.
    KnowsLink(String),
    /// To answer a request for a link.
    Link(LinkCall),
    /// To list a page.
    List(ListCall),
    /// Whether a token allows to rotate, and for these bytes: see `cargo storage rotate`.
    MayRotate(String),
    /// To write an object.
    Put(PutCall),
    /// To revoke a link, by its token.
    Revoke(String),
    /// To revoke links that were made before that time, in seconds since 1970, to keys with that prefix.
    RevokeBefore(u64, String),
    /// To rotate the keys of a page.
    Rotate(RotateCall),
    /// To make a link.
    Sign(SignCall),
    /// To write a part of an upload.
    UploadPart(UploadCall, u16),
}

/// What a call takes: of a bucket, or a KV namespace.
pub trait Asked {
    /// Which verbs and keys.
    fn needs(&self) -> Needs<'_>;
}

impl Asked for BucketCall {
    fn needs(&self) -> Needs<'_> {
        const DELETE: &[&[Verb]] = &[&[Verb::Delete]];
        const LINKS: &[&[Verb]] = &[&[Verb::Links]];
        const LIST: &[&[Verb]] = &[&[Verb::List]];
        const LOOK: &[&[Verb]] = &[&[Verb::Read, Verb::List]];
        const READ: &[&[Verb]] = &[&[Verb::Read]];
        const ROTATE: &[&[Verb]] = &[&[Verb::Rotate]];
        const SIGN_READ: &[&[Verb]] = &[&[Verb::Links], &[Verb::Read]];
        const SIGN_WRITE: &[&[Verb]] = &[&[Verb::Links], &[Verb::Write]];
        const WRITE: &[&[Verb]] = &[&[Verb::Write]];
        let (verbs, scope) = match self {
            Self::AbortUpload(upload)
            | Self::CompleteUpload(upload, _)
            | Self::UploadPart(upload, _) => (WRITE, Scope::Key(&upload.key)),
            Self::CreateUpload(put) | Self::Put(put) => (WRITE, Scope::Key(&put.key)),
            Self::Delete(keys) => (DELETE, Scope::Keys(keys)),
            Self::Get(get) => (READ, Scope::Key(&get.key)),
            Self::Head(key) => (LOOK, Scope::Key(key)),
            Self::List(list) => (LIST, Scope::Prefix(list.prefix.as_deref())),
            Self::MayRotate(_) => (ROTATE, Scope::Later),
            // Of what key a link is, its token says, and what it allows whoever has it.
            Self::KnowsLink(_) | Self::Link(_) | Self::Revoke(_) => (LINKS, Scope::Later),
            Self::RevokeBefore(_, prefix) => (LINKS, Scope::Prefix(Some(prefix))),
            Self::Rotate(rotate) => (ROTATE, Scope::Prefix(rotate.prefix.as_deref())),
            Self::Sign(sign) if sign.is_write => (SIGN_WRITE, Scope::Key(&sign.key)),
            Self::Sign(sign) => (SIGN_READ, Scope::Key(&sign.key)),
        };
        Needs { verbs, scope }
    }
}

/// An object to write, in one step or in parts. Times are in nanoseconds since 1970.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PutCall {
    /// Where.
    pub key: String,
    /// How it is to be served.
    #[serde(skip_serializing_if = "HttpRecord::is_empty")]
    pub http: HttpRecord,
    /// The user's metadata.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "few_named::<METADATA_BYTES_MAX, _>"
    )]
    pub metadata: BTreeMap<String, String>,
    /// `sha256:<hexadecimal digest>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// What has to hold of what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<ConditionsRecord>,
    /// R2's name of the storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// The customer's key, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_key: Option<String>,
}

/// A request for a link, as the public sends it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkCall {
    /// In capitals.
    pub method: String,
    /// What stands behind `/.storage/` in the path.
    pub token: String,
    /// Those that have a say, by their names in lowercase.
    #[serde(deserialize_with = "few_named::<HEADERS, _>")]
    pub headers: BTreeMap<String, String>,
}

/// The answer to it, but its body.
#[derive(Serialize, Deserialize)]
pub struct ServedRecord {
    /// The status.
    pub status: u16,
    /// By their names in lowercase.
    pub headers: BTreeMap<String, String>,
}

/// An object to read.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetCall {
    /// Where.
    pub key: String,
    /// Which bytes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<RangeRecord>,
    /// What has to hold of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<ConditionsRecord>,
    /// The customer's key, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_key: Option<String>,
}

/// Which bytes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RangeRecord {
    /// From an offset on, to the end or so many.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

/// What has to hold of an object. Times are in nanoseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConditionsRecord {
    /// It has one of these etags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag_matches: Option<EtagsRecord>,
    /// It has none of these etags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag_does_not_match: Option<EtagsRecord>,
    /// It was written before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uploaded_before: Option<u64>,
    /// It was written after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uploaded_after: Option<u64>,
    /// Times are compared in whole seconds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whole_seconds: bool,
}

/// Some etags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EtagsRecord {
    /// Whatever there is.
    Any,
    /// These.
    OneOf(#[serde(deserialize_with = "few::<ETAGS_MAX, _, _>")] Vec<String>),
}

/// How an object is to be served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HttpRecord {
    /// `Content-Type`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Content-Language`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// `Content-Disposition`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Encoding`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// `Cache-Control`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Expires`, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
}

impl HttpRecord {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A page to list.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListCall {
    /// Only keys that start with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// At most so many.
    pub limit: u32,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Where the first page starts: behind this key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_after: Option<String>,
    /// Keys that have it behind the prefix are one prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// With HTTP metadata.
    pub http_metadata: bool,
    /// With the user's metadata.
    pub metadata: bool,
}

/// An upload in parts.
#[derive(Serialize, Deserialize)]
pub struct UploadCall {
    /// Where the object will be.
    pub key: String,
    /// Which upload.
    pub id: String,
    /// The customer's key, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_key: Option<String>,
}

/// A part of an upload: its number and its etag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord(pub u16, pub String);

/// A link to make. What is left out is as the declaration has it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignCall {
    /// Of which object.
    pub key: String,
    /// Whether it writes.
    pub is_write: bool,
    /// For how many seconds, and nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<(u64, u32)>,
    /// The content type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The content disposition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// How many bytes may be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<SizeRecord>,
    /// How often it may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<u16>,
    /// Whether it can be revoked.
    pub is_revocable: bool,
    /// Where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// How many bytes may be written by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeRecord {
    /// At most so many.
    AtMost(u64),
    /// So many.
    Exactly(u64),
}

/// A link that was made.
#[derive(Serialize, Deserialize)]
pub struct LinkRecord {
    /// The URL.
    pub url: String,
    /// Whether it writes.
    pub is_write: bool,
    /// The headers to send.
    pub headers: BTreeMap<String, String>,
    /// In seconds since 1970.
    pub expires_at: u64,
    /// Whether it leads to R2 itself.
    pub is_direct: bool,
}

/// What is known of an object. The time is in nanoseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectRecord {
    /// Where it is.
    pub key: String,
    /// How many bytes it has.
    pub size: u64,
    /// Its etag.
    pub etag: String,
    /// When it was written.
    pub uploaded: u64,
    /// Its version.
    pub version: String,
    /// How it is to be served.
    #[serde(skip_serializing_if = "HttpRecord::is_empty")]
    pub http: HttpRecord,
    /// The user's metadata.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// `md5:<hexadecimal digest>` and others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checksums: Vec<String>,
    /// R2's name of the storage class, unless it is the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
}

/// An object that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRecord {
    /// What is known of it.
    pub object: ObjectRecord,
    /// From which byte to which the body has it, if the conditions hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
}

/// A page of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRecord<T> {
    /// What there is.
    pub items: Vec<T>,
    /// What keys that were left out start with.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
    /// The keys of what can't be told of.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
    /// Where the next page starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
