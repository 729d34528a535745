//! The folder: where things are in it, and who writes there.
//!
//! ```text
//! .storage/
//!   storage.sqlite3    metadata of objects and uploads, entries, short bodies
//!   bodies/            a file a body, under a random name; none is ever changed
//!   incoming/          a folder for each that has opened this one, with the bodies it is writing
//!     6f1c.../lock     locked as long as it is open
//!   lock               locked while the folder is being opened
//! ```

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::Failure;
use crate::hex;

const BODIES: &str = "bodies";
const INCOMING: &str = "incoming";
const LOCK: &str = "lock";

/// An open folder. It leaves nothing behind that is not stored.
pub(super) struct Folder {
    root: PathBuf,
    /// Where this one, and nobody else, writes bodies.
    incoming: PathBuf,
    /// Says to others that it is in use.
    _in_use: File,
}

/// The right to open a folder, which one at a time has.
pub(super) struct Opening {
    root: PathBuf,
    _lock: File,
}

impl Opening {
    /// Makes the folder if it is not there, and waits until nobody else is opening it.
    pub(super) fn begin(root: &Path) -> Result<Self, Failure> {
        let root = std::path::absolute(root)?;
        fs::create_dir_all(&root)?;
        let lock = lock_file(&root.join(LOCK))?;
        lock.lock()?;
        Ok(Self { root, _lock: lock })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.root.join("storage.sqlite3")
    }

    /// Whether there is a body, or something else in its place.
    pub(super) fn has_bodies(&self) -> Result<bool, Failure> {
        match fs::read_dir(self.root.join(BODIES)) {
            Ok(mut bodies) => Ok(bodies.next().is_some()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a place to write, and removes those whose owners are gone.
    pub(super) fn finish(self) -> Result<Folder, Failure> {
        fs::create_dir_all(self.root.join(BODIES))?;
        let all = self.root.join(INCOMING);
        fs::create_dir_all(&all)?;
        remove_abandoned(&all)?;
        let incoming = all.join(random_name()?);
        fs::create_dir(&incoming)?;
        let in_use = lock_file(&incoming.join(LOCK))?;
        in_use.lock()?;
        Ok(Folder { root: self.root, incoming, _in_use: in_use })
    }
}

impl Folder {
    /// Where a body is that is being written.
    pub(super) fn incoming(&self, name: &str) -> PathBuf {
        self.incoming.join(name)
    }

    /// Where a body is that is stored.
    pub(super) fn body(&self, name: &str) -> PathBuf {
        self.root.join(BODIES).join(name)
    }

    /// The names of all bodies.
    pub(super) fn bodies(&self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        for body in fs::read_dir(self.root.join(BODIES))? {
            names.extend(body?.file_name().into_string().ok().filter(|name| is_name(name)));
        }
        Ok(names)
    }

    /// Makes what was renamed into the folder of bodies survive a loss of power.
    pub(super) fn sync_bodies(&self) -> io::Result<()> {
        // Elsewhere a folder can't be opened; NTFS keeps a journal of its own.
        if cfg!(unix) { File::open(self.root.join(BODIES))?.sync_all() } else { Ok(()) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // If it can't be removed now, whoever opens the folder next does.
        let _ = fs::remove_dir_all(&self.incoming);
    }
}

/// A name that nothing else has: 128 random bits.
pub(super) fn random_name() -> Result<String, Failure> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(io::Error::other)?;
    Ok(hex::encode(&bits))
}

/// Whether it is a name as made above: anything else in a folder is not ours to remove.
fn is_name(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Only called while no other is opening the folder, so a place without a lock has no owner.
fn remove_abandoned(incoming: &Path) -> Result<(), Failure> {
    for place in fs::read_dir(incoming)? {
        let place = place?;
        if !place.file_name().to_str().is_some_and(is_name) {
            continue;
        }
        match remove_if_abandoned(&place) {
            // Its owner, who is leaving, was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
    }
    Ok(())
}

fn remove_if_abandoned(place: &DirEntry) -> io::Result<()> {
    // A file or a link is nobody's place to write, and whatever it leads to is not ours.
    if !place.file_type()?.is_dir() {
        return Ok(());
    }
    let place = place.path();
    match lock_file(&place.join(LOCK))?.try_lock() {
        Ok(()) => fs::remove_dir_all(place),
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn lock_file(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}
