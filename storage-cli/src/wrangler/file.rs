//! The configuration file on disk: finding, reading, and replacing it whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The names wrangler looks for, in its order.
const NAMES: &[&str] = &["wrangler.json", "wrangler.jsonc", "wrangler.toml"];
/// The name of a new file.
const NEW: &str = "wrangler.jsonc";

/// Which file of a folder is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file that wrangler reads, or the one to write if there is none.
    pub path: PathBuf,
    /// Further configuration files in the folder, which wrangler ignores.
    pub ignored: Vec<PathBuf>,
}

/// Looks for a configuration file the way wrangler does.
pub fn find(folder: &Path) -> Found {
    let mut present = NAMES.iter().map(|name| folder.join(name)).filter(|path| path.is_file());
    match present.next() {
        Some(path) => Found { path, ignored: present.collect() },
        None => Found { path: folder.join(NEW), ignored: Vec::new() },
    }
}

/// The bytes of a file, or nothing if there is no such file.
///
/// # Errors
///
/// When it is there and can't be read, or is something else than a file, like a folder or a pipe.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match read_file(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("can't read {}", path.display())),
    }
}

/// Looks first: reading a pipe waits for whoever writes to it, which may be for ever.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_file() {
        return fs::read(path);
    }
    let message = "it is not a regular file; help: move it away, or name another with `--config`";
    Err(io::Error::other(message))
}

/// That nobody else who asks for it writes in the same folder.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it is the open file that holds the lock")] fs::File);

/// Waits until nobody else holds the lock of the folder of a file. `None` where folders can't be
/// locked: then there is no more to be done than to look again before writing.
pub fn lock(path: &Path) -> Option<Lock> {
    let folder = fs::File::open(folder_of(path)).ok()?;
    folder.lock().ok()?;
    Some(Lock(folder))
}

/// The folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Replaces a file, or makes it: at any moment it is either the old one or the new one.
///
/// A symbolic link stays one, and permissions are kept.
///
/// # Errors
///
/// When the folder or the file can't be written; the file is then as it was.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let new = New { prefix: ".wrangler-", mode: 0o666 };
    replace(path, text, &new).with_context(|| format!("can't write {}", path.display()))
}

/// The same for a file with secrets in it: a new one can be read by nobody else.
///
/// # Errors
///
/// As for [`write()`].
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let new = New { prefix: ".dev.vars-", mode: 0o600 };
    replace(path, text, &new).with_context(|| format!("can't write {}", path.display()))
}

/// What a file is made as.
struct New {
    /// Of its name until it is whole. What git ignores of the file, it should ignore of this.
    prefix: &'static str,
    #[cfg_attr(not(unix), expect(dead_code, reason = "files have no mode there"))]
    mode: u32,
}

fn replace(path: &Path, text: &str, new: &New) -> Result<()> {
    let existing = match fs::canonicalize(path) {
        Ok(target) => Some((fs::metadata(&target)?.permissions(), target)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if path.is_symlink() {
                bail!("it is a symbolic link to nothing");
            }
            None
        }
        Err(error) => return Err(error.into()),
    };
    let target = existing.as_ref().map_or(path, |(_, target)| target);
    let folder = folder_of(target);
    let mut new = new_file(folder, new)?;
    if let Some((permissions, _)) = &existing {
        if permissions.readonly() {
            bail!("it is marked read-only");
        }
        new.as_file().set_permissions(permissions.clone())?;
    }
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(target)?;
    // The rename itself is only safe once the folder is on disk, where folders can be synced.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn new_file(folder: &Path, new: &New) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(new.prefix).suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(new.mode));
    }
    builder.tempfile_in(folder)
}
