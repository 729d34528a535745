//! `cargo storage new worker`, in a workspace and without one.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Folder, Ran, WORKER, wasm};
use crate::workspace::{command, package, workspace};

/// What an app says that takes the library from a folder beside it.
const LIBRARY: &str =
    "[dependencies]\nstorage = { package = \"storage-runtime\", path = \"../lib\" }\n";

/// Runs it in a folder below that.
fn new_in(folder: &Folder, inside: &str, args: &[&str]) -> Ran {
    let mut command = command(folder, &[&["new", "worker"], args].concat());
    Ran::of(&command.current_dir(folder.path().join(inside)).output().unwrap())
}

/// All files, with what is in those called Cargo.toml.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.push((name, String::new()));
            found.extend(files(&path));
        } else {
            let text = if name.ends_with("Cargo.toml") {
                fs::read_to_string(&path).unwrap()
            } else {
                String::new()
            };
            found.push((name, text));
        }
    }
    found.sort();
    found
}

#[test]
fn a_new_worker_is_a_package_that_is_ready() {
    let folder = workspace();
    folder.write("Cargo.toml", "[workspace]\nmembers = [\"api\"]\nresolver = \"3\"\n");
    folder.write("api/Cargo.toml", folder.read("api/Cargo.toml") + LIBRARY);
    package(&folder, "lib", "storage-runtime", "");
    let artifact = folder.write("worker.wasm", wasm(WORKER));
    let new = |args: &[&str]| {
        let mut command = command(&folder, &[&["new", "worker"], args].concat());
        command.current_dir(folder.path()).env("ARTIFACT", &artifact);
        Ran::of(&command.output().unwrap())
    };
    let ran = new(&["media-storage"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stderr.contains("of the registry"), "{ran:?}");
    let start = "wrote media-storage/Cargo.toml\nwrote media-storage/src/lib.rs\nwrote media-storage/.gitignore\nwrote media-storage/wrangler.jsonc\n";
    assert!(ran.stdout.starts_with(start), "{ran:?}");
    assert!(
        ran.stderr.contains("has no `[profile.release]`: add\n[profile.release]\nopt-level"),
        "{ran:?}"
    );
    let manifest = folder.read("media-storage/Cargo.toml");
    let storage = "storage = { package = \"storage-runtime\", path = \"../lib\" }";
    assert!(manifest.contains("[lib]\ncrate-type = [\"cdylib\"] #"), "{manifest}");
    assert!(manifest.contains(storage) && !manifest.contains("[profile"), "{manifest}");
    let source = folder.read("media-storage/src/lib.rs");
    assert!(
        source.contains("#[storage::worker(name = \"media-storage\")]\npub struct MediaStorage {")
    );
    assert!(folder.read("Cargo.toml").contains("\"media-storage\""), "it is a member");
    assert!(folder.read("media-storage/wrangler.jsonc").contains("\"workers_dev\": false"));

    folder.write("media-storage/src/lib.rs", "mine");
    let ran = new(&["media-storage"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.stderr.contains("media-storage is there already, and nothing was written\nhelp: "),
        "{ran:?}"
    );
    assert_eq!(folder.read("media-storage/src/lib.rs"), "mine");

    for name in ["Media", "a_b", "", "-a", "../x", &"x".repeat(64)] {
        let ran = new(&["--", name]);
        assert_eq!(ran.code, Some(2), "{name}: {ran:?}");
        assert!(ran.stderr.contains("can't be the name of a Worker: a Worker name is"), "{ran:?}");
    }
}

#[test]
fn a_new_worker_alone_brings_its_profile() {
    let folder = workspace();
    let alone = tempfile::tempdir().unwrap();
    let mut command = command(&folder, &["new", "worker", "logs", "--no-generate"]);
    let ran = Ran::of(&command.current_dir(alone.path()).output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let manifest = fs::read_to_string(alone.path().join("logs/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("storage = { package = \"storage-runtime\", version = "),
        "{manifest}"
    );
    assert!(manifest.ends_with("[profile.release]\nopt-level = \"z\"\nlto = \"fat\"\ncodegen-units = 1\nstrip = true\npanic = \"abort\"\n"));
    assert!(!alone.path().join("logs/wrangler.jsonc").exists());
    assert!(ran.stderr.contains("no package around it uses the library"), "{ran:?}");
}

#[test]
fn from_within_a_member_it_is_made_beside_the_members() {
    let folder = workspace();
    folder.write("api/Cargo.toml", folder.read("api/Cargo.toml") + LIBRARY);
    package(&folder, "lib", "storage-runtime", "");
    let ran = new_in(&folder, "api/src", &["logs", "--no-generate"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("wrote ../../logs/Cargo.toml\n"), "{ran:?}");
    assert!(!folder.path().join("api/src/logs").exists());
    let members = folder.read("Cargo.toml");
    assert!(members.contains("members = [\"api\", \"logs\", \"store\"]"), "{members}");
    assert!(folder.read("logs/Cargo.toml").contains("path = \"../lib\""));
    let ran = new_in(&folder, "api", &["metrics", "--no-generate", "--path", "../api/../s2"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let members = folder.read("Cargo.toml");
    assert!(members.contains("\"s2\"") && !members.contains(".."), "{members}");
}

#[test]
fn what_can_not_be_made_leaves_nothing() {
    let folder = workspace();
    let before = files(folder.path());
    // cargo makes a package there that it can't read then: it is in the workspace, and no member.
    let ran = new_in(&folder, "api", &["logs", "--path", "deep/s2"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("nothing was left behind"), "{ran:?}");
    assert!(ran.stderr.contains("help: a folder beside the members of the workspace"), "{ran:?}");
    assert_eq!(files(folder.path()), before);
    // cargo takes no such name.
    let ran = new_in(&folder, "api", &["test"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("`cargo init` failed"), "{ran:?}");
    assert_eq!(files(folder.path()), before);
    // Something around it can't be read.
    folder.write("api/Cargo.toml", "[package]\n");
    let before = files(folder.path());
    let ran = new_in(&folder, "api", &["logs"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_workspace_says_where_the_library_is() {
    let folder = workspace();
    folder.write("api/Cargo.toml", folder.read("api/Cargo.toml") + LIBRARY);
    package(&folder, "lib", "storage-runtime", "");
    let with = |dependency: &str| {
        let members = "[workspace]\nmembers = [\"api\"]\nresolver = \"3\"\n";
        folder.write("Cargo.toml", format!("{members}\n[workspace.dependencies]\n{dependency}\n"));
    };
    with("storage = { package = \"storage-runtime\", path = \"lib\" }");
    let ran = new_in(&folder, "api", &["logs", "--no-generate"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let manifest = folder.read("logs/Cargo.toml");
    assert!(manifest.contains("[dependencies]\nstorage.workspace = true\n"), "{manifest}");
    // Under another name it is not what the code says.
    with("files = { package = \"storage-runtime\", path = \"lib\" }");
    let ran = new_in(&folder, "api", &["metrics", "--no-generate"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let manifest = folder.read("metrics/Cargo.toml");
    assert!(manifest.contains("path = \"../lib\""), "{manifest}");
}

/// One of them makes it, and the others leave alone what it made.
#[test]
fn of_several_at_once_one_makes_it() {
    let folder = workspace();
    folder.write("Cargo.toml", "[workspace]\nmembers = [\"api\"]\nresolver = \"3\"\n");
    folder.write("api/Cargo.toml", folder.read("api/Cargo.toml") + LIBRARY);
    package(&folder, "lib", "storage-runtime", "");
    let arguments = ["new", "worker", "logs", "--no-generate"];
    let mut runs: Vec<_> = (0..3).map(|_| command(&folder, &arguments)).collect();
    let runs: Vec<_> = runs
        .iter_mut()
        .map(|run| run.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()))
        .map(|run| run.spawn().unwrap())
        .collect();
    let ran: Vec<_> =
        runs.into_iter().map(|run| Ran::of(&run.wait_with_output().unwrap())).collect();
    let made = ran.iter().filter(|ran| ran.code == Some(0)).count();
    assert_eq!(made, 1, "{ran:?}");
    for ran in ran.iter().filter(|ran| ran.code != Some(0)) {
        assert!(ran.stderr.contains("logs is there already"), "{ran:?}");
    }
    assert!(folder.read("logs/src/lib.rs").contains("#[storage::worker(name = \"logs\")]"));
    assert!(folder.read("Cargo.toml").contains("members = [\"api\", \"logs\"]"));
}

/// cargo takes its time, and fails then, as on a full disk.
#[cfg(unix)]
#[test]
fn what_others_write_meanwhile_is_not_taken_back() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = workspace();
    folder.write("api/Cargo.toml", folder.read("api/Cargo.toml") + LIBRARY);
    package(&folder, "lib", "storage-runtime", "");
    let cargo = folder.write(
        "cargo.sh",
        "#!/bin/sh\n[ \"$1\" = init ] || exec \"$OTHER_CARGO\" \"$@\"\n\
         echo 'three days of work' > logs/notes.txt\n\
         printf '\\n[workspace.dependencies]\\nserde = \"1\"\\n' >> Cargo.toml\n\
         echo 'error: No space left on device' >&2\nexit 101\n",
    );
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let mut run = command(&folder, &["new", "worker", "logs", "--no-generate"]);
    let other = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run.current_dir(folder.path()).env("CARGO", &cargo).env("OTHER_CARGO", other);
    let ran = Ran::of(&run.output().unwrap());
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("No space left on device"), "{ran:?}");
    assert!(ran.stderr.contains("was changed by others as well"), "{ran:?}");
    assert_eq!(folder.read("logs/notes.txt"), "three days of work\n");
    assert!(folder.read("Cargo.toml").contains("serde = \"1\""));
}

#[test]
fn beside_a_single_package_it_takes_the_library_from_there() {
    let folder = workspace();
    let inside = tempfile::tempdir().unwrap();
    let app = inside.path().canonicalize().unwrap().join("app");
    fs::create_dir_all(app.join("src")).unwrap();
    fs::write(app.join("src/lib.rs"), "").unwrap();
    let manifest = "[package]\nname = \"app\"\nedition = \"2024\"\n";
    fs::write(app.join("Cargo.toml"), format!("{manifest}{LIBRARY}")).unwrap();
    let new = |args: &[&str]| {
        let mut command = command(&folder, &[&["new", "worker", "--no-generate"], args].concat());
        Ran::of(&command.current_dir(&app).output().unwrap())
    };
    let ran = new(&["logs"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let made = fs::read_to_string(app.join("logs/Cargo.toml")).unwrap();
    assert!(made.contains("path = \"../../lib\""), "{made}");
    assert!(made.contains("[profile.release]"), "{made}");
    assert!(ran.stderr.contains("is in no workspace"), "{ran:?}");
    assert!(ran.stderr.contains("[workspace]\nmembers = [\"logs\"]"), "{ran:?}");

    let ran = new(&["logs", "--path", "../logs"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let made = fs::read_to_string(app.join("../logs/Cargo.toml")).unwrap();
    assert!(made.contains("path = \"../lib\""), "{made}");
    assert!(ran.stderr.contains("members = [\"app\", \"logs\"]"), "{ran:?}");

    let git = "storage = { package = \"storage-runtime\", git = \"https://example.com/s\", branch = \"b\" }\n";
    fs::write(app.join("Cargo.toml"), format!("{manifest}[dependencies]\n{git}")).unwrap();
    let ran = new(&["audit"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let made = fs::read_to_string(app.join("audit/Cargo.toml")).unwrap();
    assert!(made.contains(git), "{made}");
}
