//! Where a new package takes the library from.

use std::path::{Path, PathBuf};

use cargo_metadata::{Dependency, Metadata};
use toml_edit::{DocumentMut, InlineTable};

use super::surroundings::relative;
use crate::collect;

/// The package of the library.
const PACKAGE: &str = "storage-runtime";

/// Where the library is taken from.
pub(super) enum Library {
    Git {
        url: String,
        wanted: Vec<(String, String)>,
    },
    Path(PathBuf),
    Version(String),
    /// Where the workspace says: `[workspace.dependencies]` has it.
    Workspace,
}

impl Library {
    /// As the packages there take it, if one of them does.
    pub(super) fn of(around: &Metadata, folder: &Path) -> Option<Self> {
        let packages = around.workspace_packages();
        if let Some(own) = packages.iter().find(|package| *package.name == PACKAGE) {
            return Some(Self::Path(relative(folder, collect::folder(own))));
        }
        let used = packages.iter().flat_map(|package| &package.dependencies);
        let used = used.filter(|dependency| dependency.name == PACKAGE);
        let dependency = used.max_by_key(|dependency| dependency.path.is_some())?;
        Some(match &dependency.path {
            Some(path) => Self::Path(relative(folder, path.as_std_path())),
            None => {
                Self::git(dependency).unwrap_or_else(|| Self::Version(dependency.req.to_string()))
            }
        })
    }

    /// As the workspace says it for its members, if it does, under the name that the code has for it.
    pub(super) fn of_workspace(manifest: &str) -> Option<Self> {
        let document: DocumentMut = manifest.parse().ok()?;
        let dependencies = document.get("workspace")?.get("dependencies")?;
        let package = dependencies.get("storage")?.get("package")?.as_str()?;
        (package == PACKAGE).then_some(Self::Workspace)
    }

    /// This version, of the registry.
    pub(super) fn registry() -> Self {
        Self::Version(format!("^{}", env!("CARGO_PKG_VERSION")))
    }

    /// `git+https://example.com/storage-rs?branch=main`, as cargo has it.
    fn git(dependency: &Dependency) -> Option<Self> {
        let source = dependency.source.as_ref()?.to_string();
        let source = source.strip_prefix("git+")?;
        let (url, wanted) = source.split_once('?').unwrap_or((source, ""));
        let wanted = wanted.split('&').filter_map(|one| one.split_once('='));
        let wanted = wanted.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Some(Self::Git { url: url.to_owned(), wanted })
    }

    pub(super) fn dependency(&self) -> InlineTable {
        let mut table = InlineTable::new();
        if matches!(self, Self::Workspace) {
            table.insert("workspace", true.into());
            table.set_dotted(true);
            return table;
        }
        table.insert("package", PACKAGE.into());
        match self {
            Self::Git { url, wanted } => {
                table.insert("git", url.as_str().into());
                for (key, value) in wanted {
                    table.insert(key, value.as_str().into());
                }
            }
            Self::Path(path) => {
                table.insert("path", path.to_string_lossy().replace('\\', "/").into());
            }
            Self::Version(version) => {
                let version = version.strip_prefix('^').unwrap_or(version);
                table.insert("version", version.into());
            }
            Self::Workspace => {}
        }
        table
    }
}
