//! What was there before, to be put back if a package can't be made.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// What making a package changes.
pub(super) struct Undo {
    /// The outermost folder that is new.
    made: Option<PathBuf>,
    /// The Cargo.toml of the workspace, in which cargo lists the package, and its text.
    manifest: Option<(PathBuf, String)>,
}

impl Undo {
    /// Remembers what is there.
    pub(super) fn of(folder: &Path, workspace: Option<&Path>) -> Result<Self> {
        let is_new = |folder: &&Path| folder.symlink_metadata().is_err();
        let made = folder.ancestors().take_while(is_new).last().map(Path::to_owned);
        let manifest = match workspace.map(|root| root.join("Cargo.toml")) {
            None => None,
            Some(path) => {
                let text = fs::read_to_string(&path)?;
                Some((path, text))
            }
        };
        Ok(Self { made, manifest })
    }

    /// Puts it back.
    pub(super) fn run(self) -> Result<()> {
        let Self { made, manifest } = self;
        if let Some(made) = made.filter(|made| made.is_dir()) {
            fs::remove_dir_all(made)?;
        }
        if let Some((path, text)) = manifest
            && fs::read_to_string(&path)? != text
        {
            fs::write(path, text)?;
        }
        Ok(())
    }
}
