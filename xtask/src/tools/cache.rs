//! The folder of installed tools: everything in it is complete, or not there.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use super::Tool;

/// How the folders begin in which something is being installed.
const STAGING: &str = ".incomplete-";

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

    /// Whether a tool is installed, with all that is run of it.
    pub fn has(&self, tool: &Tool) -> bool {
        missing(tool, &self.root.join(&tool.folder)).is_none()
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
    pub fn install(&self, tool: &Tool, lock: &Lock) -> Result<()> {
        self.install_with(tool, lock, |into| tool.install(self, into))
    }

    fn install_with(
        &self,
        tool: &Tool,
        _lock: &Lock,
        install: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        // Of this run alone: what a run that was killed has started may still be writing to its.
        let staging = tempfile::Builder::new()
            .prefix(STAGING)
            .tempdir_in(&self.root)
            .with_context(|| format!("could not make a folder in {}", self.root.display()))?;
        let new = staging.path().join("new");
        fs::create_dir(&new)?;
        install(&new)?;
        if let Some(program) = missing(tool, &new) {
            bail!("`{}` was installed, but has no {}", tool.folder, program.display());
        }
        let place = self.root.join(&tool.folder);
        if place.exists() {
            // Not complete, or it would not be installed.
            fs::rename(&place, staging.path().join("old"))?;
        }
        fs::rename(&new, &place).with_context(|| format!("could not make {}", place.display()))
    }

    /// Where crates are compiled: shared by all of them, and removed by [`Self::tidy_up`].
    pub fn build_folder(&self) -> PathBuf {
        self.root.join(".build")
    }

    /// Removes what only installing needed, by this run and by those that were killed.
    ///
    /// What can't be removed now, because it is still being written, stays for the next time.
    pub fn tidy_up(&self, _lock: &Lock) {
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        let stale =
            entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(STAGING));
        for folder in stale.map(|entry| entry.path()).chain([self.build_folder()]) {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// The first program of a tool that its folder does not have.
fn missing<'a>(tool: &'a Tool, folder: &Path) -> Option<&'a Path> {
    tool.programs().find(|program| !folder.join(program).is_file())
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

    fn write(folder: &Path, file: &str) -> Result<()> {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().unwrap())?;
        Ok(fs::write(file, "new")?)
    }

    fn names(cache: &Cache) -> Vec<String> {
        let entries = fs::read_dir(&cache.root).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries.map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
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
    fn a_tool_without_one_of_its_programs_is_installed_anew() {
        let (_folder, cache) = cache();
        let mut tool = cargo::tool("thing", "1.0.0".to_owned(), "thing");
        tool.companions.push("bin/helper".into());
        let place = cache.root.join("thing-1.0.0");
        fs::create_dir_all(place.join("bin")).unwrap();
        fs::write(place.join("bin/thing"), "old").unwrap();
        assert!(!cache.has(&tool));

        let lock = cache.lock().unwrap();
        let error = cache.install_with(&tool, &lock, |into| write(into, "bin/thing")).unwrap_err();
        assert!(error.to_string().ends_with("has no bin/helper"), "{error}");
        let both = |into: &Path| write(into, "bin/thing").and_then(|()| write(into, "bin/helper"));
        cache.install_with(&tool, &lock, both).unwrap();
        assert!(cache.has(&tool));
        assert_eq!(fs::read_to_string(place.join("bin/thing")).unwrap(), "new");
        assert_eq!(names(&cache), [".lock", "thing-1.0.0"]);
    }

    #[test]
    fn what_an_earlier_run_still_writes_does_not_get_in_the_way() {
        let (_folder, cache) = cache();
        let tool = cargo::tool("thing", "1.0.0".to_owned(), "thing");
        let lock = cache.lock().unwrap();
        let mut earlier = PathBuf::new();
        cache
            .install_with(&tool, &lock, |into| {
                into.clone_into(&mut earlier);
                bail!("killed")
            })
            .unwrap_err();
        cache
            .install_with(&tool, &lock, |into| {
                write(&earlier, "half")?;
                write(into, "bin/thing")
            })
            .unwrap();
        assert!(cache.has(&tool));
        assert!(!cache.root.join("thing-1.0.0/half").exists());
        assert!(earlier.join("half").exists());
        cache.tidy_up(&lock);
        assert_eq!(names(&cache), [".lock", "thing-1.0.0"]);
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
