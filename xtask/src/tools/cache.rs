//! The folder of installed tools: everything in it is complete, or not there.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use super::Tool;

/// The folder of installed tools.
#[derive(Debug)]
pub struct Cache {
    root: PathBuf,
}

/// Held while something is installed; let go when dropped, also by a process that is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Cache {
    /// `$STORAGE_TOOLS_DIR`, or `storage-rs/tools` in the user's cache folder.
    ///
    /// # Errors
    ///
    /// If neither that variable nor the home folder is known.
    pub fn locate() -> Result<Self> {
        let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = folder("STORAGE_TOOLS_DIR")
            .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("storage-rs/tools")))
            .or_else(|| Some(env::home_dir()?.join(".cache/storage-rs/tools")))
            .ok_or_else(|| {
                anyhow!(
                    "no place for the tools: neither STORAGE_TOOLS_DIR nor HOME is set\n\
                     help: set STORAGE_TOOLS_DIR to a folder outside the repository"
                )
            })?;
        Ok(Self { root: std::path::absolute(root)? })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a tool is installed.
    pub fn has(&self, tool: &Tool) -> bool {
        self.program(tool).is_file()
    }

    /// Where the program of a tool is, once installed.
    pub fn program(&self, tool: &Tool) -> PathBuf {
        self.root.join(&tool.folder).join(&tool.program)
    }

    /// The folder that has the program of a tool, and those that came with it.
    pub fn folder_of_program(&self, tool: &Tool) -> PathBuf {
        let mut folder = self.program(tool);
        folder.pop();
        folder
    }

    /// Waits until nobody else installs, and keeps others from it.
    ///
    /// # Errors
    ///
    /// If the folder can't be written.
    pub fn lock(&self) -> Result<Lock> {
        fs::create_dir_all(&self.root)
            .with_context(|| format!("could not make {}", self.root.display()))?;
        let file = File::create(self.root.join(".lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                println!("  another set-up is running: waiting for it");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(Lock { _file: file })
    }

    /// Installs a tool in a folder of its own and moves it into place when it is complete.
    ///
    /// # Errors
    ///
    /// If the tool can't be installed.
    pub fn install(&self, tool: &Tool, _lock: &Lock) -> Result<()> {
        let staging = self.root.join(format!(".incomplete-{}", tool.folder));
        let place = self.root.join(&tool.folder);
        remove(&staging)?; // left by a run that was stopped
        fs::create_dir_all(&staging)?;
        tool.install(self, &staging)?;
        if !staging.join(&tool.program).is_file() {
            bail!("`{}` was installed, but has no {}", tool.folder, tool.program.display());
        }
        remove(&place)?; // something is there that is not complete, or it would not be installed
        fs::rename(&staging, &place).with_context(|| format!("could not make {}", place.display()))
    }

    /// Where crates are compiled: shared by all of them, and removed by [`Self::tidy_up`].
    pub fn build_folder(&self) -> PathBuf {
        self.root.join(".build")
    }

    /// Removes what only installing needed.
    ///
    /// # Errors
    ///
    /// If it can't be removed.
    pub fn tidy_up(&self, _lock: &Lock) -> Result<()> {
        remove(&self.build_folder())
    }
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("could not remove {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::cargo;
    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tools");
        (folder, Cache { root })
    }

    #[test]
    fn a_half_finished_install_is_not_taken_for_done() {
        let (_folder, cache) = cache();
        let tool = cargo::tool("thing", "1.0.0".to_owned(), "thing");
        fs::create_dir_all(cache.root.join(".incomplete-thing-1.0.0/bin")).unwrap();
        fs::write(cache.root.join(".incomplete-thing-1.0.0/bin/thing"), "").unwrap();
        fs::create_dir_all(cache.root.join("thing-1.0.0/bin")).unwrap();
        assert!(!cache.has(&tool));

        fs::write(cache.root.join("thing-1.0.0/bin/thing"), "").unwrap();
        assert!(cache.has(&tool));
    }

    #[test]
    fn the_lock_keeps_others_out_until_it_is_dropped() {
        let (_folder, cache) = cache();
        let held = cache.lock().unwrap();
        let other = File::open(cache.root.join(".lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        other.try_lock().unwrap();
    }
}
