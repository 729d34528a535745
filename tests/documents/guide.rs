//! The packages of the getting-started guide, built from the text of the guide.

use std::fs;
use std::process::Command;

use tempfile::TempDir;
use xtask::repository::Repository;

const GUIDE: &str = include_str!("../../docs/getting-started.md");

/// The folder of the clone, as the guide calls it.
const CLONE: &str = "../storage-rs";

#[test]
fn the_guide_gives_a_worker_that_builds_and_whose_test_passes() {
    let package = Package::of_the_first_steps();
    package.test_runs_once();
    package.cargo(&["build", "--lib", "--release", "--target", "wasm32-unknown-unknown"]);
}

#[test]
fn the_guide_gives_a_native_program_that_tests_nothing_twice() {
    let package = Package::of_the_first_steps();
    let [manifest] = blocks("A native program", "toml");
    let [main] = blocks("A native program", "rust");
    package.write("Cargo.toml", &format!("{}\n{manifest}", package.read("Cargo.toml")));
    package.write("src/main.rs", main);
    package.test_runs_once();
    package.cargo(&["build"]);
}

#[test]
fn the_code_of_the_guide_on_kv_and_listings_compiles() {
    let package = Package::of_the_first_steps();
    let (_, serde) = section("More than files").split_once('`').unwrap();
    let (serde, _) = serde.split_once('`').unwrap();
    let [more] = blocks("More than files", "rust");
    let dependencies = format!("[dependencies]\n{serde}");
    let manifest = package.read("Cargo.toml").replace("[dependencies]", &dependencies);
    package.write("Cargo.toml", &manifest);
    package.write("src/more.rs", more);
    package.write("src/lib.rs", &format!("pub mod more;\n{}", package.read("src/lib.rs")));
    package.cargo(&["check"]);
}

/// The blocks of code in a language, of the section with that heading.
fn blocks<const N: usize>(heading: &str, language: &str) -> [&'static str; N] {
    let start = format!("```{language}\n");
    let parts = section(heading).split(&*start).skip(1);
    let blocks: Vec<_> = parts.map(|part| part.split("```").next().unwrap()).collect();
    blocks.try_into().unwrap()
}

fn section(heading: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// The package of a reader.
struct Package {
    folder: TempDir,
    repository: Repository,
}

impl Package {
    fn of_the_first_steps() -> Self {
        let repository = Repository::open().unwrap();
        let package = Self { folder: tempfile::tempdir().unwrap(), repository };
        let [manifest] = blocks("1. A package", "toml");
        let [app, lib] = blocks("2. Declarations and handlers", "rust");
        fs::create_dir(package.folder.path().join("src")).unwrap();
        package.write("Cargo.toml", manifest);
        package.write("src/app.rs", app);
        package.write("src/lib.rs", lib);
        // The versions of the repository: nothing else is downloaded, and the cache is warm.
        let lock = package.repository.root().join("Cargo.lock");
        fs::copy(lock, package.folder.path().join("Cargo.lock")).unwrap();
        package
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }

    fn write(&self, file: &str, text: &str) {
        let text = text.replace(CLONE, self.repository.root().to_str().unwrap());
        fs::write(self.folder.path().join(file), text).unwrap();
    }

    fn test_runs_once(&self) {
        let output = self.cargo(&["test"]);
        let tests = output.lines().filter(|line| line.starts_with("test ")).count();
        let results = output.lines().filter(|line| line.starts_with("test result: ")).count();
        assert_eq!(tests - results, 1, "{output}");
    }

    /// What cargo says, which is neither an error nor a warning.
    fn cargo(&self, arguments: &[&str]) -> String {
        let mut cargo = Command::new("cargo");
        // worker-build's setting, so that what it has built is not built again.
        cargo.env("WASM_BINDGEN_USE_JS_SYS", "1");
        cargo.env("CARGO_TARGET_DIR", self.repository.target());
        let ran = cargo.args(arguments).current_dir(self.folder.path()).output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
        assert!(ran.status.success(), "cargo {}\n{said}", arguments.join(" "));
        assert!(!said.contains("warning: "), "cargo {}\n{said}", arguments.join(" "));
        said
    }
}
