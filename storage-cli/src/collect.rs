//! How the manifest of an application is found: the only part that knows.
//!
//! The artifact describes itself. The crate is built as `worker-build` builds it, and the section that
//! `#[storage::app]` or `#[storage::worker]` put into the `.wasm` file is read.

use std::collections::BTreeSet;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use cargo_metadata::semver::Version;
use cargo_metadata::{CrateType, Message, Metadata, MetadataCommand, Package, Target};
use storage_core::manifest::{self, Manifest};
use wasmparser::{Parser, Payload};

const TARGET: &str = "wasm32-unknown-unknown";

/// Which package is meant, in cargo's own words.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PackageArgs {
    /// The package that becomes the Worker [default: the one in the current folder]
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,
    /// Path to the package's Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
}

/// With which features the package is built, in cargo's own words.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct FeatureArgs {
    /// Features to build with, separated by spaces or commas
    #[arg(short = 'F', long, value_name = "FEATURES")]
    pub features: Vec<String>,
    /// Build with all features
    #[arg(long)]
    pub all_features: bool,
    /// Build without the default features
    #[arg(long)]
    pub no_default_features: bool,
}

impl FeatureArgs {
    /// The features that worker-build is told in its arguments.
    pub fn of(args: &[String]) -> Self {
        let mut found = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "-F" | "--features" => found.features.extend(args.next().cloned()),
                "--all-features" => found.all_features = true,
                "--no-default-features" => found.no_default_features = true,
                arg => {
                    let list = arg.strip_prefix("--features=").or_else(|| arg.strip_prefix("-F"));
                    found.features.extend(list.map(str::to_owned));
                }
            }
        }
        found
    }

    /// Whether they mean the same, however they are written.
    pub fn is_same(&self, other: &Self) -> bool {
        let all = |args: &Self| -> BTreeSet<String> {
            let lists = args.features.iter();
            let names = lists.flat_map(|list| list.split([' ', ',']));
            names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        (self.all_features, self.no_default_features)
            == (other.all_features, other.no_default_features)
            && all(self) == all(other)
    }

    /// The same flags for cargo, which `worker-build` hands on.
    pub fn flags(&self) -> Vec<String> {
        let mut flags: Vec<_> =
            self.features.iter().flat_map(|list| ["--features".to_owned(), list.clone()]).collect();
        flags.extend(self.all_features.then(|| "--all-features".to_owned()));
        flags.extend(self.no_default_features.then(|| "--no-default-features".to_owned()));
        flags
    }
}

/// Finds the package.
///
/// # Errors
///
/// When there is none, or more than one and none was named.
pub fn package(args: &PackageArgs) -> Result<Package> {
    let mut command = MetadataCommand::new();
    command.no_deps();
    if let Some(path) = &args.manifest_path {
        command.manifest_path(path);
    }
    let metadata = command.exec().context("can't read the package")?;
    let package = match &args.package {
        Some(name) => {
            let all = metadata.workspace_packages();
            all.into_iter().find(|package| *package.name == *name)
        }
        None => here(&metadata, args.manifest_path.as_deref())?,
    };
    package.cloned().ok_or_else(|| no_package(args, &metadata))
}

/// The package that a Cargo.toml belongs to, else the innermost one around the current folder.
fn here<'a>(metadata: &'a Metadata, manifest: Option<&Path>) -> Result<Option<&'a Package>> {
    let named = manifest.map(Path::canonicalize).transpose()?;
    let here = std::env::current_dir()?.canonicalize()?;
    let around = |package: &Package| {
        let manifest = package.manifest_path.as_std_path();
        match &named {
            Some(named) => manifest == named,
            None => manifest.parent().is_some_and(|folder| here.starts_with(folder)),
        }
    };
    let all = metadata.workspace_packages().into_iter();
    Ok(all
        .filter(|package| around(package))
        .max_by_key(|package| package.manifest_path.components().count()))
}

/// The other packages of a package's workspace that become Workers.
///
/// # Errors
///
/// When the workspace can't be read.
pub fn workers_beside(package: &Package) -> Result<Vec<Package>> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .manifest_path(&package.manifest_path)
        .exec()
        .context("can't read the workspace")?;
    let all = metadata.workspace_packages().into_iter();
    let others = all.filter(|other| other.id != package.id && worker_target(other).is_some());
    Ok(others.cloned().collect())
}

fn no_package(args: &PackageArgs, metadata: &Metadata) -> anyhow::Error {
    let packages = metadata.workspace_packages();
    let workers: Vec<_> = packages
        .iter()
        .filter(|package| worker_target(package).is_some())
        .map(|package| format!("`-p {}`", package.name))
        .collect();
    let what = match &args.package {
        Some(name) => format!("the workspace has no package `{name}`"),
        None => "the current folder is a workspace, not a package".to_owned(),
    };
    match workers.as_slice() {
        [] => anyhow!("{what}, and no package in it has the crate type `cdylib`"),
        workers => anyhow!("{what}\nhelp: {}", workers.join(" or ")),
    }
}

/// The folder of a package.
pub fn folder(package: &Package) -> &Path {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest)
}

/// Builds a package as `worker-build` does and reads the manifest from the artifact.
///
/// # Errors
///
/// When it can't be built, or the artifact holds no manifest.
pub fn from_package(package: &Package, features: &FeatureArgs) -> Result<Manifest> {
    let artifact = build(package, features)?;
    from_file(&artifact)
}

/// Reads the one manifest of a `.wasm` file.
///
/// # Errors
///
/// When the file is not a WebAssembly module, or holds no manifest or several.
pub fn from_file(path: &Path) -> Result<Manifest> {
    let mut manifests = all_from_file(path)?;
    match (manifests.pop(), manifests.as_slice()) {
        (None, _) => bail!(
            "{} declares no application\n\
             help: `#[storage::app(name = \"...\")]` or `#[storage::worker(name = \"...\")]` has to be in the \
             crate that becomes the Worker (the one with `crate-type = [\"cdylib\"]`)",
            path.display()
        ),
        (Some(manifest), []) => Ok(manifest),
        (Some(last), others) => {
            let names: Vec<_> = others
                .iter()
                .chain([&last])
                .map(|manifest| format!("`{}`", manifest.app))
                .collect();
            bail!(
                "{} declares {} applications, {}: a Worker is one application\n\
                 help: keep one `#[storage::app]` or `#[storage::worker]`, or put each into a crate of its own",
                path.display(),
                names.len(),
                names.join(" and ")
            )
        }
    }
}

/// Reads all manifests of a `.wasm` file.
///
/// # Errors
///
/// When the file is not a WebAssembly module, or its manifest can't be read.
pub fn all_from_file(path: &Path) -> Result<Vec<Manifest>> {
    let file = path.display();
    let wasm = fs::read(path).with_context(|| format!("can't read {file}"))?;
    // The parser's own words for it take ten lines.
    if !wasm.starts_with(MAGIC) {
        bail!("{file} is not a WebAssembly module");
    }
    let section = section(&wasm).with_context(|| format!("{file} is damaged"))?;
    manifest::parse_section(&section).map_err(|error| {
        let context = match error.written_by().and_then(other_version) {
            Some(other) => format!("can't understand what {file} declares: {other}"),
            None => format!("can't understand what {file} declares"),
        };
        anyhow!(error).context(context)
    })
}

/// How each WebAssembly module starts.
const MAGIC: &[u8] = b"\0asm";

/// What to do about a manifest of another version than ours.
fn other_version(theirs: &str) -> Option<String> {
    let ours = env!("CARGO_PKG_VERSION");
    let newer = Version::parse(theirs).ok()? > Version::parse(ours).ok()?;
    let help = if newer {
        format!("update it to {theirs}")
    } else {
        format!("update the library to {ours}, or use cargo-storage {theirs}")
    };
    (theirs != ours).then(|| {
        format!("it was written by storage {theirs}, and this is cargo-storage {ours}: {help}")
    })
}

/// The bytes of all sections of our name.
fn section(wasm: &[u8]) -> Result<Vec<u8>, wasmparser::BinaryReaderError> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload?
            && section.name() == manifest::SECTION
        {
            found.extend_from_slice(section.data());
        }
    }
    Ok(found)
}

fn build(package: &Package, features: &FeatureArgs) -> Result<PathBuf> {
    let Some(target) = worker_target(package) else {
        bail!(
            "the package `{}` is not built as a Worker\n\
             help: add to {}:\n[lib]\ncrate-type = [\"cdylib\"]",
            package.name,
            package.manifest_path
        )
    };
    let mut command = Command::new(cargo());
    command
        .current_dir(folder(package))
        .args(["build", "--lib", "--release", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .args(features.flags())
        // As worker-build 0.8 does, so that both share one artifact.
        .env("WASM_BINDGEN_USE_JS_SYS", "1")
        .stdout(Stdio::piped());
    let mut child = command.spawn().context("can't start cargo")?;
    let output = child.stdout.take().context("can't read what cargo says")?;
    let mut artifact = None;
    for message in Message::parse_stream(BufReader::new(output)) {
        if let Message::CompilerArtifact(built) = message.context("can't read what cargo says")?
            && built.package_id == package.id
            && built.target.name == target.name
        {
            let wasm = built.filenames.into_iter().find(|name| name.extension() == Some("wasm"));
            artifact = wasm.or(artifact);
        }
    }
    if !child.wait().context("can't wait for cargo")?.success() {
        let help = if has_wasm_target(folder(package)) {
            String::new()
        } else {
            format!("\nhelp: rustup target add {TARGET}")
        };
        bail!("the package `{}` doesn't build for {TARGET}{help}", package.name);
    }
    let artifact = artifact
        .with_context(|| format!("cargo built no .wasm file for the package `{}`", package.name))?;
    Ok(artifact.into_std_path_buf())
}

fn worker_target(package: &Package) -> Option<&Target> {
    package.targets.iter().find(|target| target.crate_types.contains(&CrateType::CDyLib))
}

/// The cargo that started us, so that `cargo +nightly storage` stays on nightly.
pub(crate) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Asked only when a build failed. In doubt the compiler's own message has to do.
fn has_wasm_target(folder: &Path) -> bool {
    let output = Command::new("rustc")
        .current_dir(folder)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    output.map_or(true, |output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_the_same_however_they_are_written() {
        let of =
            |args: &str| FeatureArgs::of(&args.split('_').map(str::to_owned).collect::<Vec<_>>());
        let written =
            ["--features=a,b", "-F_b_--release_-Fa", "--features_b a", "-F_a,b,b", "-F_a_-F_b"];
        for other in written {
            assert!(of("--features_a b").is_same(&of(other)), "{other}");
        }
        let others = ["", "-F_a", "-F_a,b_--all-features", "-F_a,b_--no-default-features"];
        for other in others {
            assert!(!of("--features_a b").is_same(&of(other)), "{other}");
        }
    }

    #[test]
    fn of_two_versions_the_older_is_the_one_to_update() {
        let ours = env!("CARGO_PKG_VERSION");
        assert_eq!(other_version(ours), None);
        assert_eq!(other_version("nonsense"), None);
        let newer = other_version("99.0.0").unwrap();
        assert!(newer.ends_with(&format!("this is cargo-storage {ours}: update it to 99.0.0")));
        let older = other_version("0.0.1").unwrap();
        assert!(older.contains(&format!("update the library to {ours}")), "{older}");
    }
}
