//! One open folder with its database: what all handles share.

use std::fs::{self, File};
use std::ops::Deref;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction};
use storage_core::checksum::Checksum;

use super::body::{Arrived, Incoming, Kept, Receiver, Stored};
use super::database::Database;
use super::error::{Failure, body_lost, not_opened};
use super::folder::{Folder, Opening, random_name};
use super::{entries, uploads};
use crate::backend;
use crate::error::Result;

/// Objects, uploads and entries on disk.
pub(super) struct Store {
    database: Database,
    folder: Folder,
}

impl Store {
    pub(super) fn open(root: &Path) -> Result<Self> {
        Self::open_in(root).map_err(|failure| not_opened(root, failure))
    }

    fn open_in(root: &Path) -> Result<Self, Failure> {
        let opening = Opening::begin(root)?;
        // A folder of bodies without a database is somebody's: all bodies would look forgotten.
        let database = Database::open(&opening.database(), !opening.has_bodies()?)?;
        let store = Self { database, folder: opening.finish()? };
        store.sweep()?;
        Ok(store)
    }

    /// Reads one state of the database.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.database.read(read)
    }

    /// Changes the database, and the folder of bodies with it: all of it or nothing, and nobody else
    /// writes meanwhile.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut writer = self.database.writer();
        let transaction = writer.begin()?;
        let folder = &self.folder;
        let mut begun = Change { transaction, folder, placed: Vec::new(), dropped: Vec::new() };
        let changed = change(&mut begun);
        let Change { transaction, placed, dropped, .. } = begun;
        if changed.is_err() {
            self.remove(placed);
            return changed; // dropping the transaction takes it back
        }
        // If this fails nobody knows whether it happened, so no body is touched. Whoever opens the
        // folder next finds out.
        transaction.commit()?;
        self.remove(dropped);
        changed
    }

    /// A file to write a body to.
    pub(super) fn receiver(&self, checksum: Option<&Checksum>) -> Result<Receiver, Failure> {
        Receiver::new(self.incoming()?, checksum)
    }

    /// A body of bytes, written.
    pub(super) fn keep(
        &self,
        bytes: &[u8],
        checksum: Option<&Checksum>,
    ) -> Result<Arrived, Failure> {
        let mut receiver = self.receiver(checksum)?;
        receiver.write(bytes)?;
        receiver.finish()
    }

    pub(super) fn incoming(&self) -> Result<Incoming, Failure> {
        let name = random_name()?;
        Ok(Incoming::new(self.folder.incoming(&name), name))
    }

    /// Opens a stored body. It stays readable while it is open, whatever happens to its object.
    pub(super) fn body(&self, name: &str, size: u64) -> Result<File, Failure> {
        let file = File::open(self.folder.body(name))?;
        if file.metadata()?.len() == size {
            Ok(file)
        } else {
            Err(body_lost(format!("`{name}` has not the {size} bytes it should have")).into())
        }
    }

    /// Removes bodies. What can't be removed now, whoever opens the folder next does.
    fn remove(&self, names: Vec<String>) {
        for name in names {
            let _ = fs::remove_file(self.folder.body(&name));
        }
    }

    /// Removes what has expired, and bodies that nothing refers to: those of writers that were killed.
    fn sweep(&self) -> Result<(), Failure> {
        self.change(|change| {
            entries::forget_expired(change)?;
            uploads::forget_abandoned(change)
        })?;
        let names = self.folder.bodies()?;
        let forgotten = self.read(|state| forgotten(state, names))?;
        if forgotten.is_empty() {
            return Ok(());
        }
        // A body is put in its place in the transaction that refers to it. So while nobody else writes,
        // what nothing refers to is forgotten.
        self.change(|change| {
            change.dropped = self::forgotten(change, forgotten)?;
            // And for good: a writer that was killed while it committed may have left a transaction in
            // the log that nobody sees, until the log is recovered. This one is written over it.
            change.execute("UPDATE sweeps SET number = number + 1", [])?;
            Ok(())
        })
    }
}

/// A transaction that writes, and the bodies it brings in and does away with.
pub(super) struct Change<'a> {
    transaction: Transaction<'a>,
    folder: &'a Folder,
    placed: Vec<String>,
    dropped: Vec<String>,
}

impl Change<'_> {
    /// Puts a body where it stays.
    pub(super) fn place(&mut self, kept: Kept) -> Result<Stored, Failure> {
        match kept {
            Kept::Bytes(bytes) => Ok(Stored::Bytes(bytes)),
            Kept::File(incoming) => {
                let name = incoming.name().to_owned();
                incoming.move_to(&self.folder.body(&name))?;
                self.placed.push(name.clone());
                self.folder.sync_bodies()?;
                Ok(Stored::File(name))
            }
        }
    }

    /// Does away with a body when all is done.
    pub(super) fn drop_body(&mut self, name: Option<String>) {
        self.dropped.extend(name);
    }
}

impl Deref for Change<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

/// The bodies that neither an object nor a part refers to.
fn forgotten(state: &Connection, mut names: Vec<String>) -> Result<Vec<String>, Failure> {
    let mut refers = state.prepare_cached(
        "SELECT 1 FROM objects WHERE file = ?1 UNION ALL SELECT 1 FROM parts WHERE file = ?1",
    )?;
    let mut forgotten = Vec::new();
    for name in names.drain(..) {
        if !refers.exists([&name])? {
            forgotten.push(name);
        }
    }
    Ok(forgotten)
}

/// The time as it is stored.
pub(super) fn now() -> i64 {
    millis(backend::now())
}

/// Milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The time of so many milliseconds since 1970.
pub(super) fn time(millis: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}
