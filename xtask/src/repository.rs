//! Where things are in this repository, and which packages it has.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};

/// The checkout that this program was built from.
#[derive(Debug)]
pub struct Repository {
    metadata: Metadata,
}

impl Repository {
    /// Reads the workspace.
    ///
    /// # Errors
    ///
    /// If `cargo metadata` fails: a manifest is broken.
    pub fn open() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let metadata = MetadataCommand::new()
            .manifest_path(&here)
            .no_deps()
            .exec()
            .context("could not read the workspace: is a Cargo.toml broken?")?;
        Ok(Self { metadata })
    }

    /// The top folder.
    pub fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// Every package, in the order of the workspace.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.metadata.workspace_packages().into_iter()
    }

    /// The packages that are published.
    pub fn published(&self) -> impl Iterator<Item = &Package> {
        self.packages().filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()))
    }

    /// The packages that become a Worker: those whose library is a `cdylib`.
    pub fn workers(&self) -> impl Iterator<Item = &Package> {
        self.packages().filter(|package| is_worker(package))
    }

    /// The folder of a package.
    ///
    /// # Errors
    ///
    /// If the workspace has no package of that name.
    pub fn folder(&self, package: &str) -> Result<PathBuf> {
        let found = self.packages().find(|candidate| *candidate.name == package);
        found
            .and_then(|package| package.manifest_path.parent())
            .map(|folder| folder.as_std_path().to_path_buf())
            .ok_or_else(|| anyhow!("the workspace has no package `{package}`"))
    }
}

fn is_worker(package: &Package) -> bool {
    // Not its crate types: an example may have that one too.
    package.targets.iter().any(|target| target.kind.contains(&TargetKind::CDyLib))
}

/// The names of a package's integration tests.
pub fn integration_tests(package: &Package) -> impl Iterator<Item = &str> {
    let tests = package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Test));
    tests.map(|target| target.name.as_str())
}
