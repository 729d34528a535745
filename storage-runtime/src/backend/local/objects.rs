//! Objects in the database.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::time::SystemTime;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use storage_core::checksum::Checksum;

use super::super::rules::Ordered;
use super::body::{Kept, Stored};
use super::error::{Failure, unusable};
use super::store::{Change, millis, time};
use crate::bucket::{HttpMetadata, ObjectInfo, StorageClass};

/// What a row begins with.
const INFO: &str = "key, size, etag, version, uploaded, attributes";

/// What a user says of an object, as JSON in one column.
#[derive(Serialize, Deserialize)]
pub(super) struct Attributes {
    http: Http,
    metadata: BTreeMap<String, String>,
    checksums: Vec<String>,
    storage_class: String,
}

#[derive(Serialize, Deserialize)]
struct Http {
    content_type: Option<String>,
    content_language: Option<String>,
    content_disposition: Option<String>,
    content_encoding: Option<String>,
    cache_control: Option<String>,
    /// Milliseconds since 1970.
    expires: Option<i64>,
}

impl Attributes {
    pub(super) fn new(
        http: HttpMetadata,
        metadata: BTreeMap<String, String>,
        storage_class: Option<StorageClass>,
    ) -> Self {
        let HttpMetadata {
            content_type,
            content_language,
            content_disposition,
            content_encoding,
            cache_control,
            expires,
        } = http;
        let http = Http {
            content_type,
            content_language,
            content_disposition,
            content_encoding,
            cache_control,
            expires: expires.map(millis),
        };
        let storage_class = storage_class.unwrap_or_default().name().to_owned();
        Self { http, metadata, checksums: Vec::new(), storage_class }
    }

    pub(super) fn with_checksums(mut self, checksums: impl Iterator<Item = Checksum>) -> Self {
        self.checksums = checksums.map(String::from).collect();
        self
    }

    pub(super) fn read(json: &str) -> Result<Self, Failure> {
        serde_json::from_str(json).map_err(|error| damaged().with_source(error).into())
    }

    pub(super) fn write(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(|error| damaged().with_source(error).into())
    }

    fn describe(self, info: ObjectInfo) -> ObjectInfo {
        let Self { http, metadata, checksums, storage_class } = self;
        let Http {
            content_type,
            content_language,
            content_disposition,
            content_encoding,
            cache_control,
            expires,
        } = http;
        let http = HttpMetadata {
            content_type,
            content_language,
            content_disposition,
            content_encoding,
            cache_control,
            expires: expires.map(time),
        };
        let checksums = checksums.iter().filter_map(|text| Checksum::parse(text).ok().flatten());
        info.with_http_metadata(http)
            .with_metadata(metadata)
            .with_checksums(checksums.collect())
            .with_storage_class(StorageClass::from_name(&storage_class).unwrap_or_default())
    }
}

/// An object to write.
pub(super) struct New {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) etag: String,
    pub(super) version: String,
    pub(super) uploaded: SystemTime,
    pub(super) attributes: Attributes,
    pub(super) kept: Kept,
}

/// Writes an object over whatever is there.
pub(super) fn write(
    change: &mut Change<'_>,
    bucket: &str,
    new: New,
) -> Result<ObjectInfo, Failure> {
    let New { key, size, etag, version, uploaded, attributes, kept } = new;
    let replaced = change
        .prepare_cached("SELECT file FROM objects WHERE bucket = ?1 AND key = ?2")?
        .query_row(params![bucket, key.as_bytes()], |row| row.get(0))
        .optional()?;
    change.drop_body(replaced.flatten());
    let (file, bytes) = change.place(kept)?.columns();
    let uploaded = millis(uploaded);
    change
        .prepare_cached(
            "INSERT OR REPLACE INTO objects
             (bucket, key, size, etag, version, uploaded, attributes, file, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            bucket,
            key.as_bytes(),
            signed(size),
            etag,
            version,
            uploaded,
            attributes.write()?,
            file,
            bytes,
        ])?;
    let info = ObjectInfo::new(key, size, etag, time(uploaded)).with_version(version);
    Ok(attributes.describe(info))
}

/// Deletes an object, or nothing.
pub(super) fn delete(change: &mut Change<'_>, bucket: &str, key: &str) -> Result<(), Failure> {
    let file = change
        .prepare_cached("DELETE FROM objects WHERE bucket = ?1 AND key = ?2 RETURNING file")?
        .query_row(params![bucket, key.as_bytes()], |row| row.get(0))
        .optional()?;
    change.drop_body(file.flatten());
    Ok(())
}

/// All but the body of an object.
pub(super) fn head(
    state: &Connection,
    bucket: &str,
    key: &str,
) -> Result<Option<ObjectInfo>, Failure> {
    let sql = format!("SELECT {INFO} FROM objects WHERE bucket = ?1 AND key = ?2");
    let mut found = state.prepare_cached(&sql)?;
    let mut rows = found.query(params![bucket, key.as_bytes()])?;
    rows.next()?.map(info).transpose()
}

/// An object, and where its body is.
pub(super) fn find(
    state: &Connection,
    bucket: &str,
    key: &str,
) -> Result<Option<(ObjectInfo, Stored)>, Failure> {
    let sql = format!("SELECT {INFO}, file, bytes FROM objects WHERE bucket = ?1 AND key = ?2");
    let mut found = state.prepare_cached(&sql)?;
    let mut rows = found.query(params![bucket, key.as_bytes()])?;
    rows.next()?.map(|row| Ok((info(row)?, Stored::read(row, 6)?))).transpose()
}

/// The objects of a bucket.
pub(super) struct Objects<'a> {
    pub(super) state: &'a Connection,
    pub(super) bucket: &'a str,
}

impl Ordered for Objects<'_> {
    type Error = Failure;

    fn first(&self, from: Bound<&str>) -> Result<Option<ObjectInfo>, Failure> {
        let (is, key) = comparison(from);
        let sql = format!(
            "SELECT {INFO} FROM objects WHERE bucket = ?1 AND key {is} ?2 ORDER BY key LIMIT 1"
        );
        let mut found = self.state.prepare_cached(&sql)?;
        let mut rows = found.query(params![self.bucket, key.as_bytes()])?;
        rows.next()?.map(info).transpose()
    }

    fn last(&self, prefix: &str) -> Result<Option<String>, Failure> {
        // The first text that comes behind all that start with the prefix. UTF-8 has no byte 255.
        let mut end = prefix.as_bytes().to_vec();
        if let Some(last) = end.last_mut() {
            *last = last.saturating_add(1);
        }
        let key = self
            .state
            .prepare_cached(
                "SELECT key FROM objects WHERE bucket = ?1 AND key >= ?2 AND key < ?3
                 ORDER BY key DESC LIMIT 1",
            )?
            .query_row(params![self.bucket, prefix.as_bytes(), end], |row| row.get(0))
            .optional()?;
        key.map(text).transpose()
    }
}

/// How a column compares with the start of a range, in SQL.
pub(super) fn comparison(from: Bound<&str>) -> (&'static str, &str) {
    match from {
        Bound::Included(key) => (">=", key),
        Bound::Excluded(key) => (">", key),
        Bound::Unbounded => (">=", ""),
    }
}

/// A key as it is stored.
pub(super) fn text(key: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(key).map_err(|error| damaged().with_source(error).into())
}

impl Stored {
    /// The columns `file` and `bytes`.
    pub(super) fn columns(self) -> (Option<String>, Value) {
        match self {
            Self::Bytes(bytes) => (None, Value::Blob(bytes.into())),
            Self::File(name) => (Some(name), Value::Null),
        }
    }

    /// From two columns of a row.
    pub(super) fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        Ok(match row.get(at)? {
            Some(name) => Self::File(name),
            None => Self::Bytes(row.get::<_, Vec<u8>>(at + 1)?.into()),
        })
    }
}

/// A size as SQLite has numbers.
pub(super) fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A size that was stored.
pub(super) fn unsigned(size: i64) -> u64 {
    u64::try_from(size).unwrap_or_default()
}

fn info(row: &Row<'_>) -> Result<ObjectInfo, Failure> {
    let attributes: String = row.get(5)?;
    let (size, uploaded) = (unsigned(row.get(1)?), time(row.get(4)?));
    let info = ObjectInfo::new(text(row.get(0)?)?, size, row.get(2)?, uploaded);
    Ok(Attributes::read(&attributes)?.describe(info.with_version(row.get(3)?)))
}

fn damaged() -> crate::error::Error {
    unusable("its database has a row that can't be read")
}
