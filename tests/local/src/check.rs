//! Whether a folder holds what it should.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use futures_util::{TryStreamExt, pin_mut};
use rusqlite::Connection;
use storage::conformance::Stores;

use crate::model::{Model, Target, Value};

/// Checks everything: opens the folder as whoever comes next does.
pub(crate) async fn all(folder: &Path, model: &mut Model) -> Result<()> {
    let stores = Stores::local(folder)?;
    for target in model.targets() {
        let found = read(&stores, &target).await?;
        model.settle(&target, found)?;
    }
    let mut listed = 0;
    let pages = stores.bucket.list().pages();
    pin_mut!(pages);
    while let Some(page) = pages.try_next().await? {
        listed += page.items.len();
    }
    let pages = stores.kv.list().pages();
    pin_mut!(pages);
    while let Some(page) = pages.try_next().await? {
        listed += page.items.len();
    }
    ensure!(listed == model.stored(), "{listed} are listed, {} are stored", model.stored());
    nothing_is_left_over(folder)
}

/// Reads an object or an entry, and checks that it is one: not the bytes of one write with the
/// metadata of another, and not a part of it.
pub(crate) async fn read(stores: &Stores, target: &Target) -> Result<Option<Value>> {
    let (seed, bytes) = match target {
        Target::Entry(key) => {
            let Some(entry) = stores.kv.get(key).await? else { return Ok(None) };
            (entry.metadata().get("seed").cloned(), entry.bytes().await?)
        }
        Target::Object(key) => {
            let Some(object) = stores.bucket.get(key).await? else { return Ok(None) };
            ensure!(object.range() == (0..object.size()), "{key}: a part of it");
            (object.metadata().get("seed").cloned(), object.bytes().await?)
        }
    };
    let seed = seed.with_context(|| format!("{target:?} has lost its metadata"))?;
    let value = Value { size: bytes.len(), seed: seed.parse()? };
    ensure!(value.bytes() == bytes, "{target:?} is torn: {value:?}");
    Ok(Some(value))
}

/// Looks behind the scenes: no body that nothing refers to, and no other writer's folder.
fn nothing_is_left_over(folder: &Path) -> Result<()> {
    let database = Connection::open(folder.join("storage.sqlite3"))?;
    let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(sound == "ok", "the database is damaged: {sound}");
    let mut bodies = database.prepare(
        "SELECT file FROM objects WHERE file IS NOT NULL
         UNION ALL SELECT file FROM parts WHERE file IS NOT NULL",
    )?;
    let referred: BTreeSet<String> =
        bodies.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let stored = names(&folder.join("bodies"))?;
    ensure!(referred == stored, "bodies: {stored:?} are there, {referred:?} are referred to");
    let incoming = names(&folder.join("incoming"))?;
    ensure!(incoming.len() == 1, "{incoming:?} are writing, beside this one");
    Ok(())
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let names = fs::read_dir(folder)?;
    names.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}
