//! What is around a package that is to be made.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use toml_edit::DocumentMut;

/// The package or the workspace that a folder is in.
pub(super) struct Surroundings {
    /// What cargo knows of it.
    pub(super) metadata: Metadata,
    /// The folder of the nearest package, if it is nearer than the workspace.
    package: Option<PathBuf>,
    /// The folder of the workspace, if there is one.
    pub(super) workspace: Option<PathBuf>,
}

impl Surroundings {
    /// Those of a folder, if there are any.
    pub(super) fn of(folder: &Path) -> Result<Option<Self>> {
        let manifests = folder.ancestors().map(|folder| folder.join("Cargo.toml"));
        let Some(nearest) = manifests.into_iter().find(|manifest| manifest.is_file()) else {
            return Ok(None);
        };
        let metadata = MetadataCommand::new().no_deps().manifest_path(&nearest).exec();
        let metadata = metadata.context(format!("can't read {}", nearest.display()))?;
        let has = |path: &Path, table: &str| -> Result<bool> {
            let document: DocumentMut = fs::read_to_string(path)?.parse()?;
            Ok(document.contains_key(table))
        };
        let root = metadata.workspace_root.as_std_path().canonicalize()?;
        let workspace = has(&root.join("Cargo.toml"), "workspace")?.then_some(root);
        let package = if has(&nearest, "package")? { nearest.parent() } else { None };
        let package = package.map(Path::canonicalize).transpose()?;
        Ok(Some(Self { metadata, package, workspace }))
    }

    /// Where a new package belongs: beside the members of the workspace, and not into one of them. `None` if the
    /// folder itself will do.
    pub(super) fn base(&self) -> Option<&Path> {
        let package = self.package.as_deref()?;
        Some(self.workspace.as_deref().unwrap_or(package))
    }

    /// The package, if it is in no workspace.
    pub(super) fn alone(&self) -> Option<&Path> {
        self.package.as_deref().filter(|_| self.workspace.is_none())
    }
}

/// The folder without `.` and `..`: cargo would write those into the list of members.
pub(super) fn normal(folder: &Path) -> Result<PathBuf> {
    let mut normal = PathBuf::new();
    for component in folder.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
        // A link leads elsewhere, and `..` behind it as well.
        if normal.exists() {
            normal = normal.canonicalize()?;
        }
    }
    Ok(normal)
}

/// A path from one folder to another, both without links.
pub(super) fn relative(from: &Path, to: &Path) -> PathBuf {
    let to = to.canonicalize().unwrap_or_else(|_| to.to_owned());
    let common = from.components().zip(to.components()).take_while(|(one, other)| one == other);
    let common = common.count();
    if common <= 1 {
        return to;
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_one_folder_to_the_other() {
        let of = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(of("/w/media-storage", "/w/storage-rs/x"), Path::new("../storage-rs/x"));
        assert_eq!(of("/w/a/b", "/w/a"), Path::new(".."));
        assert_eq!(of("/w", "/elsewhere/x"), Path::new("/elsewhere/x"));
    }

    #[test]
    fn folders_are_named_without_detours() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("api")).unwrap();
        assert_eq!(normal(&root.join("api/../s2")).unwrap(), root.join("s2"));
        assert_eq!(normal(&root.join("./x/./../y/z")).unwrap(), root.join("y/z"));
    }
}
