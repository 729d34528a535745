//! What a run makes, to be taken back if a package can't be made, and nothing else.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml_edit::{DocumentMut, Item, Value};

use super::surroundings::normal;

/// What is ever made in the folder, by cargo and here.
const FILES: [&str; 3] = ["src/lib.rs", "Cargo.toml", ".gitignore"];

/// What making a package changes.
pub(super) struct Undo {
    folder: PathBuf,
    /// The folders that were made, the outermost first: others may make theirs at the same time.
    made: Vec<PathBuf>,
    /// The Cargo.toml of the workspace, in which cargo lists the package.
    manifest: Option<Listed>,
}

struct Listed {
    path: PathBuf,
    before: String,
    /// Its text once cargo has listed the package in it.
    written: Option<String>,
}

impl Undo {
    /// Makes the folder, and what is missing above it.
    ///
    /// # Errors
    ///
    /// When it is there, or can't be made. Nothing is left behind then.
    pub(super) fn begin(folder: &Path, workspace: Option<&Path>) -> Result<Self> {
        let manifest = match workspace.map(|root| root.join("Cargo.toml")) {
            None => None,
            Some(path) => {
                let before = fs::read_to_string(&path)?;
                Some(Listed { path, before, written: None })
            }
        };
        let mut undo = Self { folder: folder.to_owned(), made: Vec::new(), manifest };
        if let Err(error) = undo.make_folders() {
            undo.run()?;
            return Err(error);
        }
        Ok(undo)
    }

    fn make_folders(&mut self) -> Result<()> {
        let is_new = |folder: &&Path| folder.symlink_metadata().is_err();
        let mut missing: Vec<_> = self.folder.ancestors().skip(1).take_while(is_new).collect();
        missing.reverse();
        for folder in missing {
            match fs::create_dir(folder) {
                Ok(()) => self.made.push(folder.to_owned()),
                // Somebody else did, just now.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{} can't be made", folder.display()));
                }
            }
        }
        let shown = self.folder.display();
        match fs::create_dir(&self.folder) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{shown} is there already\nhelp: another folder: --path FOLDER")
            }
            Err(error) => return Err(error).with_context(|| format!("{shown} can't be made")),
        }
        self.made.push(self.folder.clone());
        Ok(())
    }

    /// Notes what cargo wrote into the workspace's manifest, if that is all that has changed there.
    pub(super) fn note_manifest(&mut self) {
        if let Some(Listed { path, before, written }) = &mut self.manifest {
            let now = fs::read_to_string(&path).ok();
            let root = path.parent().unwrap_or(path);
            *written = now.filter(|now| is_listed_only(before, now, root, &self.folder));
        }
    }

    /// Takes it back.
    ///
    /// # Errors
    ///
    /// When something can't be, or others have something to do with it: that stays as it is, and is named.
    pub(super) fn run(self) -> Result<()> {
        let Self { folder, made, manifest } = self;
        let mut left = Vec::new();
        if made.contains(&folder) {
            for file in FILES {
                left.extend(unless_gone(fs::remove_file(folder.join(file)), &folder.join(file)));
            }
            left.extend(unless_gone(fs::remove_dir(folder.join("src")), &folder.join("src")));
        }
        for folder in made.iter().rev() {
            left.extend(unless_gone(fs::remove_dir(folder), folder));
        }
        if let Some(Listed { path, before, written }) = manifest {
            let now = fs::read_to_string(&path)?;
            if written.as_ref() == Some(&now) {
                fs::write(path, before)?;
            } else if now != before {
                left.push(format!(
                    "{} was changed by others as well: see whether it lists {}",
                    path.display(),
                    folder.display()
                ));
            }
        }
        if left.is_empty() { Ok(()) } else { bail!(left.join("\n")) }
    }
}

/// Why something is not gone.
fn unless_gone(removed: io::Result<()>, path: &Path) -> Option<String> {
    let error = removed.err().filter(|error| error.kind() != ErrorKind::NotFound)?;
    Some(format!("{}: {error}", path.display()))
}

/// Whether the one thing that is new in a manifest is that it lists the folder.
fn is_listed_only(before: &str, now: &str, root: &Path, folder: &Path) -> bool {
    let read = |text: &str| -> Option<(Vec<String>, String)> {
        let mut document: DocumentMut = text.parse().ok()?;
        let workspace = document.get_mut("workspace")?.as_table_like_mut()?;
        let members = workspace.remove("members");
        let members = members.as_ref().and_then(Item::as_array).into_iter().flatten();
        let members = members.filter_map(Value::as_str).map(str::to_owned).collect();
        Some((members, document.to_string()))
    };
    let Some(((old, rest), (mut new, same))) = read(before).zip(read(now)) else { return false };
    let is_it = |member: &String| normal(&root.join(member)).is_ok_and(|path| path == folder);
    let Some(index) = new.iter().position(is_it) else { return false };
    new.remove(index);
    let sorted = |mut members: Vec<String>| {
        members.sort();
        members
    };
    rest == same && sorted(old) == sorted(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "[workspace]\nmembers = [\"api\"] # ours\nresolver = \"3\"\n";

    /// A workspace, and the text of its manifest.
    fn workspace() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let manifest = root.path().join("Cargo.toml");
        fs::write(&manifest, BEFORE).unwrap();
        (root, manifest)
    }

    fn with_member(text: &str) -> String {
        text.replace("\"api\"", "\"api\", \"x/logs\"")
    }

    #[test]
    fn what_was_made_is_taken_back() {
        let (root, manifest) = workspace();
        let folder = root.path().join("x/logs");
        let mut undo = Undo::begin(&folder, Some(root.path())).unwrap();
        fs::create_dir(folder.join("src")).unwrap();
        for file in FILES {
            fs::write(folder.join(file), "").unwrap();
        }
        fs::write(&manifest, with_member(BEFORE)).unwrap();
        undo.note_manifest();
        undo.run().unwrap();
        assert!(!root.path().join("x").exists());
        assert_eq!(fs::read_to_string(manifest).unwrap(), BEFORE);
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let (root, manifest) = workspace();
        let folder = root.path().join("x/logs");
        let first = Undo::begin(&folder, Some(root.path())).unwrap();
        fs::write(folder.join("Cargo.toml"), "of the first").unwrap();
        fs::write(&manifest, with_member(BEFORE)).unwrap();
        let error = Undo::begin(&folder, Some(root.path())).err().unwrap().to_string();
        assert!(error.contains("is there already\nhelp: "), "{error}");
        assert_eq!(fs::read_to_string(folder.join("Cargo.toml")).unwrap(), "of the first");
        assert_eq!(fs::read_to_string(&manifest).unwrap(), with_member(BEFORE));
        // Nor is what somebody puts into the folder that was made, or writes into the manifest.
        fs::write(folder.join("notes.txt"), "three days of work").unwrap();
        let error = first.run().unwrap_err().to_string();
        assert!(error.contains("logs: ") && error.contains("changed by others"), "{error}");
        assert!(folder.join("notes.txt").exists());
        assert_eq!(fs::read_to_string(&manifest).unwrap(), with_member(BEFORE));
    }

    #[test]
    fn a_manifest_that_others_write_too_is_left_as_it_is() {
        let (root, manifest) = workspace();
        let others = [
            BEFORE.replace("resolver = \"3\"", "resolver = \"2\""),
            with_member(BEFORE) + "\n[workspace.dependencies]\nserde = \"1\"\n",
            with_member(BEFORE).replace("\"api\"", "\"api\", \"web\""),
        ];
        for other in others {
            fs::write(&manifest, BEFORE).unwrap();
            let mut undo = Undo::begin(&root.path().join("x/logs"), Some(root.path())).unwrap();
            fs::write(&manifest, &other).unwrap();
            undo.note_manifest();
            assert!(undo.run().is_err(), "{other}");
            assert_eq!(fs::read_to_string(&manifest).unwrap(), other);
            assert!(!root.path().join("x").exists());
        }
        // After cargo is done.
        fs::write(&manifest, BEFORE).unwrap();
        let mut undo = Undo::begin(&root.path().join("x/logs"), Some(root.path())).unwrap();
        fs::write(&manifest, with_member(BEFORE)).unwrap();
        undo.note_manifest();
        let other = with_member(BEFORE) + "# mine\n";
        fs::write(&manifest, &other).unwrap();
        assert!(undo.run().is_err());
        assert_eq!(fs::read_to_string(&manifest).unwrap(), other);
    }
}
