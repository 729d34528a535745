//! Uploads in parts.

use std::fs::File;
use std::io;
use std::io::Write as _;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};
use storage_core::checksum::Algorithm;
use storage_core::key::BucketKey;

use super::super::native::Digester;
use super::super::{CompleteUpload, rules};
use super::body::{Arrived, Kept, Stored, is_small};
use super::error::{Failure, body_lost};
use super::folder::random_name;
use super::objects::{self, Attributes, signed, unsigned};
use super::store::{Change, Store, now};
use crate::bucket::{ObjectInfo, Part};
use crate::{backend, hex, write};

/// Uploads that have not ended after 7 days are forgotten, as R2 does.
const KEPT_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Begins an upload.
pub(super) fn create(
    change: &mut Change<'_>,
    bucket: &str,
    key: &BucketKey,
    attributes: &Attributes,
) -> Result<String, Failure> {
    let id = random_name()?;
    change.execute(
        "INSERT INTO uploads (id, bucket, key, created, attributes) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, bucket, key.as_str().as_bytes(), now(), attributes.write()?],
    )?;
    Ok(id)
}

/// Keeps a part, in place of one of the same number.
pub(super) fn keep(
    change: &mut Change<'_>,
    upload: &str,
    number: u16,
    arrived: Arrived,
) -> Result<Part, Failure> {
    let Arrived { size, md5, kept } = arrived;
    let replaced = change
        .query_row(
            "SELECT file FROM parts WHERE upload = ?1 AND number = ?2",
            params![upload, number],
            |row| row.get(0),
        )
        .optional()?;
    change.drop_body(replaced.flatten());
    let (file, bytes) = change.place(kept)?.columns();
    change.execute(
        "INSERT OR REPLACE INTO parts (upload, number, size, md5, file, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![upload, number, signed(size), md5, file, bytes],
    )?;
    Ok(Part::new(number, hex::encode(&md5)))
}

/// Makes an object of the parts.
pub(super) fn complete(
    store: &Store,
    bucket: &str,
    complete: &CompleteUpload,
) -> Result<ObjectInfo, Failure> {
    let CompleteUpload { key, upload_id, parts } = complete;
    let mut missed = None;
    let (chosen, kept) = loop {
        let chosen = store.read(|state| {
            check(state, bucket, key, upload_id)?;
            choose(state, upload_id, parts)
        })?;
        write::check_part_sizes(chosen.iter().map(|part| part.size))?;
        match join(store, &chosen) {
            Ok(kept) => break (chosen, kept),
            // A part was replaced, or the upload ended, since it was looked up: look again.
            Err(failure) if failure.is_missing_file() && missed.as_ref() != Some(&chosen) => {
                missed = Some(chosen);
            }
            Err(Failure::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {
                return Err(body_lost(error).into());
            }
            Err(failure) => return Err(failure),
        }
    };
    let mut md5 = Digester::new(Algorithm::Md5)?;
    for part in &chosen {
        md5.update(&part.md5);
    }
    let etag = rules::etag_of_parts(&md5.finish(), chosen.len());
    store.change(|change| {
        // Of two completions at once, one finds the upload.
        let attributes = Attributes::read(&check(change, bucket, key, upload_id)?)?;
        forget(change, upload_id)?;
        let new = objects::New {
            key: key.as_str().to_owned(),
            size: chosen.iter().map(|part| part.size).sum(),
            etag,
            version: random_name()?,
            uploaded: backend::now(),
            attributes,
            kept,
        };
        objects::write(change, bucket, new)
    })
}

/// Forgets an upload, if there is such a one, and its parts.
pub(super) fn abort(
    change: &mut Change<'_>,
    bucket: &str,
    key: &BucketKey,
    upload: &str,
) -> Result<(), Failure> {
    match find(change, bucket, key, upload)? {
        Some(_) => forget(change, upload),
        None => Ok(()),
    }
}

/// Forgets the uploads that nobody has ended for long.
pub(super) fn forget_abandoned(change: &mut Change<'_>) -> Result<(), Failure> {
    let uploads: Vec<String> = change
        .prepare_cached("SELECT id FROM uploads WHERE created < ?1")?
        .query_map([now().saturating_sub(KEPT_MILLIS)], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    uploads.iter().try_for_each(|upload| forget(change, upload))
}

/// What the object of an upload is to be like; an error if there is no such upload.
pub(super) fn check(
    state: &Connection,
    bucket: &str,
    key: &BucketKey,
    upload: &str,
) -> Result<String, Failure> {
    Ok(find(state, bucket, key, upload)?.ok_or_else(write::upload_not_found)?)
}

fn find(
    state: &Connection,
    bucket: &str,
    key: &BucketKey,
    upload: &str,
) -> Result<Option<String>, Failure> {
    let found = state
        .prepare_cached(
            "SELECT attributes FROM uploads WHERE id = ?1 AND bucket = ?2 AND key = ?3",
        )?
        .query_row(params![upload, bucket, key.as_str().as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(found)
}

fn forget(change: &mut Change<'_>, upload: &str) -> Result<(), Failure> {
    let files: Vec<Option<String>> = change
        .prepare_cached("DELETE FROM parts WHERE upload = ?1 RETURNING file")?
        .query_map([upload], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for file in files {
        change.drop_body(file);
    }
    change.execute("DELETE FROM uploads WHERE id = ?1", [upload])?;
    Ok(())
}

/// A part of the object to be.
#[derive(PartialEq)]
struct Chosen {
    size: u64,
    md5: Vec<u8>,
    stored: Stored,
}

fn choose(state: &Connection, upload: &str, parts: &[Part]) -> Result<Vec<Chosen>, Failure> {
    let mut find = state.prepare_cached(
        "SELECT size, md5, file, bytes FROM parts WHERE upload = ?1 AND number = ?2",
    )?;
    let mut chosen = Vec::with_capacity(parts.len());
    for part in parts {
        let mut rows = find.query(params![upload, part.number()])?;
        let row = rows.next()?.ok_or_else(rules::not_uploaded)?;
        let md5: Vec<u8> = row.get(1)?;
        if hex::encode(&md5) != part.etag() {
            return Err(rules::not_uploaded().into());
        }
        chosen.push(Chosen { size: unsigned(row.get(0)?), md5, stored: Stored::read(row, 2)? });
    }
    Ok(chosen)
}

/// The parts as one body. No more than a piece of it is in memory at once.
fn join(store: &Store, parts: &[Chosen]) -> Result<Kept, Failure> {
    if let [Chosen { stored: Stored::Bytes(only), .. }] = parts {
        return Ok(Kept::Bytes(Bytes::clone(only)));
    }
    debug_assert!(!is_small(parts.iter().map(|part| part.size).sum()), "two parts are not small");
    let incoming = store.incoming()?;
    let mut whole = incoming.create()?;
    for part in parts {
        match &part.stored {
            Stored::Bytes(bytes) => whole.write_all(bytes)?,
            Stored::File(name) => copy(store.body(name, part.size)?, &mut whole)?,
        }
    }
    whole.sync_all()?;
    Ok(Kept::File(incoming))
}

fn copy(mut part: File, whole: &mut File) -> Result<(), Failure> {
    io::copy(&mut part, whole)?;
    Ok(())
}
