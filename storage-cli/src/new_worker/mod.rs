//! The package of a new storage Worker.

mod library;
mod surroundings;
mod undo;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};
use cargo_metadata::MetadataCommand;
use storage_core::name;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

use self::library::Library;
use self::surroundings::{Surroundings, normal, relative};
use self::undo::Undo;
use crate::collect;

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
    /// The folder, if it was named.
    pub(crate) path: Option<&'a Path>,
}

/// What was made.
pub(crate) struct Made {
    pub(crate) folder: PathBuf,
    pub(crate) files: Vec<PathBuf>,
    /// What is left to do by hand, in words.
    pub(crate) notes: Vec<String>,
}

/// Makes the package, in a folder that is not there yet: that of its name, beside the members of the workspace.
///
/// # Errors
///
/// When it is there, or cargo makes none of that name, or none that it can read. Nothing is changed then.
pub(crate) fn make(new: &NewWorker<'_>) -> Result<Made> {
    let here = std::env::current_dir()?.canonicalize()?;
    let around_here = Surroundings::of(&here)?;
    let folder = if let Some(path) = new.path {
        normal(&here.join(path))?
    } else {
        let base = around_here.as_ref().and_then(Surroundings::base);
        base.unwrap_or(&here).join(new.name)
    };
    // cargo has the same rule; this says so before it, in fewer words.
    if folder.symlink_metadata().is_ok() {
        bail!(
            "{} is there already, and nothing was written\n\
             help: another folder: --path FOLDER",
            new.path.unwrap_or(&folder).display()
        );
    }
    let outside = folder.ancestors().skip(1).find(|folder| folder.is_dir());
    let around = Surroundings::of(outside.unwrap_or(&here))?;
    let workspace = around.as_ref().and_then(|around| around.workspace.as_deref());
    let mut undo = Undo::begin(&folder, workspace)?;
    let begun = begin(new.name, &folder);
    undo.note_manifest();
    let made = begun.and_then(|()| {
        let around = [around.as_ref(), around_here.as_ref()].into_iter().flatten();
        complete(new.name, &folder, &around.collect::<Vec<_>>())
    });
    made.map_err(|error| match undo.run() {
        Ok(()) => anyhow!("{error:#}\n\nnothing was left behind"),
        Err(left) => anyhow!(
            "{error:#}\n\n{} is not complete, and not all of it could be taken back:\n{left:#}",
            folder.display()
        ),
    })
}

/// What cargo makes.
fn begin(name: &str, folder: &Path) -> Result<()> {
    let mut cargo = Command::new(collect::cargo());
    // Not `new`, which wants to make the folder itself: so nobody else has it.
    cargo.args(["init", "--quiet", "--lib", "--vcs", "none", "--name", name]).arg(folder);
    let output = cargo.stdin(Stdio::null()).output().context("can't start cargo")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`cargo init` failed\n{}", said.trim().trim_start_matches("error: "));
    }
    Ok(())
}

/// What makes it a Worker. What is around it comes in the order in which it is asked where the library is.
fn complete(name: &str, folder: &Path, around: &[&Surroundings]) -> Result<Made> {
    let (manifest, source) = (folder.join("Cargo.toml"), folder.join("src/lib.rs"));
    let own =
        MetadataCommand::new().no_deps().manifest_path(&manifest).exec().map_err(|error| {
            anyhow!(
                "cargo can't read a package there: {error}\n\
             help: a folder beside the members of the workspace: --path FOLDER"
            )
        })?;
    let root = own.workspace_root.as_std_path().canonicalize()?;
    let is_alone = root == folder;
    let of_workspace = if is_alone {
        None
    } else {
        Library::of_workspace(&fs::read_to_string(root.join("Cargo.toml"))?)
    };
    let of_packages = || around.iter().find_map(|around| Library::of(&around.metadata, folder));
    let taken = of_workspace.or_else(of_packages);
    let is_found = taken.is_some();
    let mut text = fs::read_to_string(&manifest)?;
    text = manifest_text(&text, &taken.unwrap_or_else(Library::registry))?;
    if is_alone {
        text = format!("{text}\n{PROFILE}");
    }
    fs::write(&manifest, text)?;
    fs::write(&source, source_text(name))?;
    let ignored = folder.join(".gitignore");
    fs::write(&ignored, IGNORED)?;
    let mut notes = Vec::new();
    if !is_found {
        notes.push(format!(
            "no package around it uses the library, so it is version {} of the registry\n\
             help: another, in {}: storage = {{ package = \"storage-runtime\", .. }}",
            env!("CARGO_PKG_VERSION"),
            manifest.display()
        ));
    }
    if is_alone {
        notes.extend(
            around.iter().find_map(|around| around.alone()).map(|app| one_workspace(app, folder)),
        );
    } else {
        notes.extend(missing_profile(&root)?);
    }
    Ok(Made { folder: folder.to_owned(), files: vec![manifest, source, ignored], notes })
}

/// What to write so that an app and its storage Worker are in one workspace.
fn one_workspace(app: &Path, folder: &Path) -> String {
    let root = if folder.starts_with(app) {
        app
    } else {
        let mut above = app.ancestors().skip(1);
        above.find(|above| folder.starts_with(above)).unwrap_or(app)
    };
    let member = |folder: &Path| format!("\"{}\"", relative(root, folder).display());
    let members: Vec<_> =
        [app, folder].into_iter().filter(|folder| *folder != root).map(member).collect();
    format!(
        "{} is in no workspace: commands there find a storage Worker in the same workspace only\n\
         help: in {}, and cargo then takes `[profile.release]` from there alone, so move that of the new \
         package:\n[workspace]\nmembers = [{}]\nresolver = \"3\"",
        app.display(),
        root.join("Cargo.toml").display(),
        members.join(", ").replace('\\', "/")
    )
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
    fn an_app_and_its_worker_get_a_workspace() {
        let of = |app: &str, folder: &str| one_workspace(Path::new(app), Path::new(folder));
        let inside = of("/w/app", "/w/app/store");
        assert!(inside.contains("in /w/app/Cargo.toml, "), "{inside}");
        assert!(inside.contains("members = [\"store\"]"), "{inside}");
        let beside = of("/w/app", "/w/store");
        assert!(beside.contains("in /w/Cargo.toml, "), "{beside}");
        assert!(beside.contains("members = [\"app\", \"store\"]"), "{beside}");
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
