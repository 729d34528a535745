//! Entries in the database.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};
use storage_core::key::KvKey;

use super::super::rules::{cursor, start};
use super::super::{EntryMetadata, FoundEntry, ListEntries, ListedEntry, PutEntry};
use super::error::Failure;
use super::objects::{comparison, text};
use super::store::{Change, millis, now, time};
use crate::backend;
use crate::page::Page;

/// Holds of entries that have not expired, with the time as the last parameter.
const LIVE: &str = "(expires IS NULL OR expires > ?3)";

pub(super) fn put(change: &mut Change<'_>, namespace: &str, put: PutEntry) -> Result<(), Failure> {
    let PutEntry { key, value, metadata, expiry } = put;
    let expires = expiry.time(backend::now()).map(millis);
    forget_expired(change)?;
    change
        .prepare_cached(
            "INSERT OR REPLACE INTO entries (namespace, key, metadata, expires, value)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![namespace, bytes(&key), metadata, expires, value.as_ref()])?;
    Ok(())
}

pub(super) fn find(
    state: &Connection,
    namespace: &str,
    key: &KvKey,
) -> Result<Option<FoundEntry<Bytes>>, Failure> {
    let sql = format!(
        "SELECT metadata, expires, value FROM entries
         WHERE namespace = ?1 AND key = ?2 AND {LIVE}"
    );
    let found = state
        .prepare_cached(&sql)?
        .query_row(params![namespace, bytes(key), now()], |row| {
            Ok(FoundEntry::new(metadata(row, 0)?, Bytes::from(row.get::<_, Vec<u8>>(2)?)))
        })
        .optional()?;
    Ok(found)
}

pub(super) fn head(
    state: &Connection,
    namespace: &str,
    key: &KvKey,
) -> Result<Option<EntryMetadata>, Failure> {
    let sql = format!(
        "SELECT metadata, expires FROM entries WHERE namespace = ?1 AND key = ?2 AND {LIVE}"
    );
    let found = state
        .prepare_cached(&sql)?
        .query_row(params![namespace, bytes(key), now()], |row| metadata(row, 0))
        .optional()?;
    Ok(found)
}

pub(super) fn delete(change: &mut Change<'_>, namespace: &str, key: &KvKey) -> Result<(), Failure> {
    change
        .prepare_cached("DELETE FROM entries WHERE namespace = ?1 AND key = ?2")?
        .execute(params![namespace, bytes(key)])?;
    Ok(())
}

pub(super) fn page(
    state: &Connection,
    namespace: &str,
    list: &ListEntries,
) -> Result<Page<ListedEntry>, Failure> {
    let prefix = list.prefix.as_deref().unwrap_or_default();
    let (is, from) = comparison(start(list.cursor.as_deref(), prefix)?);
    let sql = format!(
        "SELECT key, metadata, expires FROM entries
         WHERE namespace = ?1 AND key {is} ?2 AND {LIVE} ORDER BY key"
    );
    let mut found = state.prepare_cached(&sql)?;
    let mut rows = found.query(params![namespace, from.as_bytes(), now()])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let key = text(row.get(0)?)?;
        if !key.starts_with(prefix) {
            break;
        }
        if items.len() == list.limit as usize {
            let cursor = items.last().map(|last: &ListedEntry| cursor(&last.key));
            return Ok(Page::new(items, cursor));
        }
        items.push(ListedEntry::new(key, metadata(row, 1)?));
    }
    Ok(Page::new(items, None))
}

/// Removes the entries that have expired, of all namespaces.
pub(super) fn forget_expired(change: &Change<'_>) -> Result<(), Failure> {
    change.prepare_cached("DELETE FROM entries WHERE expires <= ?1")?.execute([now()])?;
    Ok(())
}

/// From two columns of a row.
fn metadata(row: &Row<'_>, at: usize) -> rusqlite::Result<EntryMetadata> {
    let expires: Option<i64> = row.get(at + 1)?;
    Ok(EntryMetadata::new(row.get(at)?, expires.map(time)))
}

fn bytes(key: &KvKey) -> &[u8] {
    key.as_str().as_bytes()
}
