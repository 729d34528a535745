//! Rules of R2 and KV that every native backend keeps, whatever it stores in.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use futures_util::TryStreamExt;
use storage_core::ErrorKind;

use super::{ListObjects, Payload, unsupported_option};
use crate::bucket::{CustomerKey, HttpMetadata, Include, ObjectInfo};
use crate::error::{Error, Result};
use crate::hex;
use crate::page::Page;

/// A cursor names the last key of the page before, behind a mark that tells it from anything else.
const CURSOR: &str = "after:";

pub(super) fn cursor(key: &str) -> String {
    format!("{CURSOR}{key}")
}

/// Where a page starts.
pub(super) fn start<'a>(cursor: Option<&'a str>, prefix: &'a str) -> Result<Bound<&'a str>> {
    let Some(cursor) = cursor else {
        return Ok(Bound::Included(prefix));
    };
    let after = cursor.strip_prefix(CURSOR).filter(|key| key.starts_with(prefix));
    after.map(Bound::Excluded).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOption, "the cursor is not one of this listing")
    })
}

/// Objects in the order of R2's listings: by the bytes of their keys.
pub(super) trait Ordered {
    /// Why one can't be read.
    type Error: From<Error>;

    /// The first object from there on.
    fn first(&self, from: Bound<&str>) -> Result<Option<ObjectInfo>, Self::Error>;

    /// The last key that starts with a text that is not empty.
    fn last(&self, prefix: &str) -> Result<Option<String>, Self::Error>;
}

/// A page of objects and folders.
pub(super) fn page<O: Ordered>(
    list: &ListObjects,
    objects: &O,
) -> Result<Page<ObjectInfo>, O::Error> {
    let prefix = list.prefix.as_deref().unwrap_or_default();
    let first = match (&list.cursor, &list.start_after) {
        (None, Some(key)) if key.as_str() >= prefix => Bound::Excluded(key.as_str()),
        (cursor, _) => start(cursor.as_deref(), prefix)?,
    };
    let next = |from: Bound<&str>| {
        let found = objects.first(from)?;
        Ok::<_, O::Error>(found.filter(|info| info.key().starts_with(prefix)))
    };
    let (mut items, mut prefixes) = (Vec::new(), Vec::new());
    let mut found = next(first)?;
    let mut end = None;
    while items.len() + prefixes.len() < list.limit as usize
        && let Some(info) = found
    {
        let key = info.key().to_owned();
        let behind = if let Some(folder) = folder(&key, prefix, list.delimiter.as_deref()) {
            // All keys of the folder are one prefix, and what comes next is behind the last of them.
            prefixes.push(folder.to_owned());
            objects.last(folder)?
        } else {
            items.push(included(info, list.include));
            None
        };
        let key = behind.unwrap_or(key);
        found = next(Bound::Excluded(&key))?;
        end = Some(key);
    }
    let cursor = end.filter(|_| found.is_some()).map(|key| cursor(&key));
    Ok(Page::new(items, cursor).with_prefixes(prefixes))
}

/// All of a body.
pub(super) async fn gather(payload: Payload) -> Result<Bytes> {
    match payload {
        Payload::Bytes(bytes) => Ok(bytes),
        other => {
            let pieces: Vec<Bytes> = other.into_stream().try_collect().await?;
            Ok(pieces.concat().into())
        }
    }
}

/// The etag of an object in parts, from the digest of the digests of its parts: as R2 makes it.
pub(super) fn etag_of_parts(md5_of_md5s: &[u8], parts: usize) -> String {
    format!("{}-{parts}", hex::encode(md5_of_md5s))
}

/// What no native backend does is to encrypt for a customer.
pub(super) fn refuse(customer_key: Option<&CustomerKey>) -> Result<()> {
    match customer_key {
        Some(_) => Err(unsupported_option("customer_key")),
        None => Ok(()),
    }
}

pub(super) fn not_uploaded() -> Error {
    Error::new(ErrorKind::InvalidPart, "a part was not uploaded")
}

/// What a key starts with, up to and with the delimiter behind the prefix, if that is there.
fn folder<'a>(key: &'a str, prefix: &str, delimiter: Option<&str>) -> Option<&'a str> {
    let delimiter = delimiter?;
    let behind = key.get(prefix.len()..)?;
    let at = behind.find(delimiter)?;
    key.get(..prefix.len() + at + delimiter.len())
}

fn included(info: ObjectInfo, include: Include) -> ObjectInfo {
    let info =
        if include.http_metadata { info } else { info.with_http_metadata(HttpMetadata::default()) };
    if include.metadata { info } else { info.with_metadata(BTreeMap::new()) }
}
