//! The package of a new storage Worker.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};
use cargo_metadata::{Metadata, MetadataCommand};
use storage_core::name;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::collect;

/// The package of the library.
const LIBRARY: &str = "storage-runtime";

/// How a Worker is best compiled: its start-up time is its size.
const PROFILE: &str = "\
[profile.release]
opt-level = \"z\"
lto = \"fat\"
codegen-units = 1
strip = true
panic = \"abort\"
";

/// What the tools leave in the folder, and keys.
const IGNORED: &str = "\
target/
build/
.wrangler/
.dev.vars*
*.key
*.keys
.storage-rotation-*
";

/// What to make.
pub(crate) struct NewWorker<'a> {
    /// What the Worker is called.
    pub(crate) name: &'a str,
    pub(crate) folder: &'a Path,
}

/// What was made.
pub(crate) struct Made {
    pub(crate) files: Vec<PathBuf>,
    /// What the Cargo.toml of the workspace lacks, in words.
    pub(crate) profile_for_root: Option<String>,
}

/// Makes the package, in a folder that is not there yet.
///
/// # Errors
///
/// When it is there, or cargo makes none of that name.
pub(crate) fn make(new: &NewWorker<'_>) -> Result<Made> {
    let NewWorker { name, folder } = *new;
    // cargo has the same rule; this says so before it, in fewer words.
    if folder.symlink_metadata().is_ok() {
        bail!(
            "{} is there already, and nothing was written\n\
             help: another folder: --path FOLDER",
            folder.display()
        );
    }
    let mut cargo = Command::new(collect::cargo());
    cargo.args(["new", "--quiet", "--lib", "--vcs", "none", "--name", name]).arg(folder);
    let output = cargo.stdin(Stdio::null()).output().context("can't start cargo")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`cargo new` failed\n{}", said.trim().trim_start_matches("error: "));
    }
    complete(new).map_err(|error| {
        anyhow!("{error:#}\n\n{} is not complete\nhelp: remove it, and try again", folder.display())
    })
}

fn complete(new: &NewWorker<'_>) -> Result<Made> {
    let folder = new.folder.canonicalize()?;
    let (manifest, source) = (folder.join("Cargo.toml"), folder.join("src/lib.rs"));
    let workspace = MetadataCommand::new().no_deps().manifest_path(&manifest).exec();
    let workspace = workspace.context("can't read the workspace of the new package")?;
    let root = workspace.workspace_root.as_std_path();
    let is_alone = root.canonicalize()? == folder;
    let text = fs::read_to_string(&manifest)?;
    let library = Library::of(&workspace, &folder);
    let mut text = manifest_text(&text, &library)?;
    if is_alone {
        text = format!("{text}\n{PROFILE}");
    }
    fs::write(&manifest, text)?;
    fs::write(&source, source_text(new.name))?;
    let ignored = folder.join(".gitignore");
    fs::write(&ignored, IGNORED)?;
    let profile_for_root = if is_alone { None } else { missing_profile(root)? };
    Ok(Made { files: vec![manifest, source, ignored], profile_for_root })
}

/// Where the library is taken from.
enum Library {
    Path(PathBuf),
    Version(String),
}

impl Library {
    /// As the other packages of the workspace take it.
    fn of(workspace: &Metadata, folder: &Path) -> Self {
        let packages = workspace.workspace_packages();
        let own = packages.iter().find(|package| *package.name == LIBRARY);
        if let Some(own) = own {
            return Self::Path(relative(folder, collect::folder(own)));
        }
        let used = packages.iter().flat_map(|package| &package.dependencies);
        match used
            .filter(|dependency| dependency.name == LIBRARY)
            .max_by_key(|it| it.path.is_some())
        {
            Some(dependency) => match &dependency.path {
                Some(path) => Self::Path(relative(folder, path.as_std_path())),
                None => Self::Version(dependency.req.to_string()),
            },
            None => Self::Version(format!("^{}", env!("CARGO_PKG_VERSION"))),
        }
    }

    fn dependency(&self) -> InlineTable {
        let mut table = InlineTable::new();
        match self {
            Self::Path(path) => {
                table.insert("package", LIBRARY.into());
                table.insert("path", path.to_string_lossy().replace('\\', "/").into());
            }
            Self::Version(version) => {
                table.insert("package", LIBRARY.into());
                let version = version.strip_prefix('^').unwrap_or(version);
                table.insert("version", version.into());
            }
        }
        table
    }
}

/// A path from one folder to another, both without links.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let to = to.canonicalize().unwrap_or_else(|_| to.to_owned());
    let common = from.components().zip(to.components()).take_while(|(one, other)| one == other);
    let common = common.count();
    if common <= 1 {
        return to;
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

/// cargo's own, with what makes it a Worker.
fn manifest_text(text: &str, library: &Library) -> Result<String> {
    let mut document: DocumentMut = text.parse().context("can't read what cargo wrote")?;
    let mut lib = Table::new();
    lib.insert("crate-type", value(Array::from_iter(["cdylib"])));
    // An rlib beside it would turn off link-time optimisation.
    if let Some(list) = lib.get_mut("crate-type").and_then(Item::as_value_mut) {
        list.decor_mut().set_suffix(
            " # and nothing else: an rlib beside it would turn off link-time optimisation",
        );
    }
    lib.set_position(Some(1));
    document.insert("lib", Item::Table(lib));
    let dependencies = document.entry("dependencies").or_insert(Item::Table(Table::new()));
    let dependencies = dependencies.as_table_mut().context("cargo wrote no dependencies")?;
    dependencies.insert("storage", Item::Value(Value::InlineTable(library.dependency())));
    Ok(document.to_string())
}

fn source_text(name: &str) -> String {
    let example = name.strip_suffix("-storage").unwrap_or(name);
    let bucket = format!("{example}-files");
    // R2's names are longer than that, and no longer than a Worker's.
    let bucket = if name::check_bucket(&bucket).is_ok() { bucket } else { "files".to_owned() };
    let worker = camel_case(name);
    let files = camel_case(&bucket);
    format!(
        "//! What other Workers store by: the bindings and the keys are here alone.\n\
         \n\
         use storage::Bucket;\n\
         \n\
         // An example. The apps that go by this Worker declare the same, so put the declarations into a crate that\n\
         // all of them depend on.\n\
         /// Files.\n\
         #[storage::bucket(name = \"{bucket}\")]\n\
         pub struct {files};\n\
         \n\
         /// What this Worker holds. In an app: `#[storage(via = \"{name}\")] files: Bucket<{files}>`.\n\
         #[storage::worker(name = \"{name}\")]\n\
         pub struct {worker} {{\n    \
             pub files: Bucket<{files}>,\n\
         }}\n"
    )
}

/// `MediaStorage` of `media-storage`.
fn camel_case(name: &str) -> String {
    let words = name.split('-').filter(|word| !word.is_empty());
    let words = words.map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    let name = words.collect::<String>();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("Worker{name}")
    } else {
        name
    }
}

/// What to add to the Cargo.toml of a workspace that says nothing of how a release is compiled: cargo takes
/// profiles from there alone.
fn missing_profile(root: &Path) -> Result<Option<String>> {
    let path = root.join("Cargo.toml");
    let text = fs::read_to_string(&path)?;
    let document: DocumentMut = text.parse().context("can't read the workspace's Cargo.toml")?;
    let has = document.get("profile").is_some_and(|profile| profile.get("release").is_some());
    Ok((!has).then(|| {
        format!(
            "cargo takes profiles from the workspace alone, and {} has no `[profile.release]`: add\n{}",
            path.display(),
            PROFILE.trim_end()
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_called_after_the_worker() {
        assert_eq!(camel_case("media-storage"), "MediaStorage");
        assert_eq!(camel_case("a--b"), "AB");
        assert_eq!(camel_case("2024-logs"), "Worker2024Logs");
    }

    #[test]
    fn paths_lead_from_one_folder_to_the_other() {
        let of = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(of("/w/media-storage", "/w/storage-rs/x"), Path::new("../storage-rs/x"));
        assert_eq!(of("/w/a/b", "/w/a"), Path::new(".."));
        assert_eq!(of("/w", "/elsewhere/x"), Path::new("/elsewhere/x"));
    }

    #[test]
    fn what_cargo_wrote_becomes_a_worker() {
        let cargos = "[package]\nname = \"w\"\nversion.workspace = true\nedition = \"2024\"\n\n[dependencies]\n\n\
                      [lints]\nworkspace = true\n";
        let text = manifest_text(cargos, &Library::Path("../storage".into())).unwrap();
        let expected = "[package]\nname = \"w\"\nversion.workspace = true\nedition = \"2024\"\n\n[lib]\n\
             crate-type = [\"cdylib\"] # and nothing else: an rlib beside it would turn off link-time \
             optimisation\n\n[dependencies]\n\
             storage = { package = \"storage-runtime\", path = \"../storage\" }\n\n\
             [lints]\nworkspace = true\n";
        assert_eq!(text, expected);
        let text = manifest_text("[package]\nname = \"w\"\n", &Library::Version("^0.1.0".into()));
        assert!(text.unwrap().ends_with("version = \"0.1.0\" }\n"));
    }
}
