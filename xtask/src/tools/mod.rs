//! The tools that build and run a Worker, and where they are.
//!
//! They live in a cache outside the repository, each in a folder that names its version, so that
//! they are installed once per machine and a new version never disturbs an older checkout.

mod browser;
mod cache;
mod cargo;
mod npm;
mod python;
mod versions;

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

pub use browser::{browser, install_browser};
pub use cache::Cache;
pub use npm::Node;
pub use versions::{WORKER_BUILD, locked_crate, locked_npm};

use crate::repository::Repository;

/// One thing in the cache: its folder there, and the programs that show it is complete.
#[derive(Debug)]
pub struct Tool {
    /// The folder, with the version in its name.
    pub folder: String,
    /// The program, relative to the folder.
    pub program: PathBuf,
    /// Other programs that came with it and are run, relative to the folder.
    companions: Vec<PathBuf>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A crate from the registry.
    Cargo { package: &'static str, version: String },
    /// A committed `package.json` with its lock file.
    Npm { source: PathBuf },
    /// A committed list of Python packages.
    Python { requirements: PathBuf },
}

impl Tool {
    /// All programs that are run, relative to the folder.
    fn programs(&self) -> impl Iterator<Item = &Path> {
        [&self.program].into_iter().chain(&self.companions).map(PathBuf::as_path)
    }

    /// Installs into an empty folder, which the cache then moves into place.
    ///
    /// # Errors
    ///
    /// If the registry can't be reached, or the tool does not build.
    pub fn install(&self, cache: &Cache, into: &Path) -> Result<()> {
        match &self.kind {
            Kind::Cargo { package, version } => cargo::install(package, version, cache, into),
            Kind::Npm { source } => npm::install(source, into),
            Kind::Python { requirements } => python::install(requirements, into),
        }
    }
}

/// What this checkout needs, in the order of installation: quick things first.
///
/// # Errors
///
/// If a lock file of the repository can't be read.
pub fn needed(repository: &Repository, node: &Node) -> Result<Vec<Tool>> {
    let [packages, own_node, worker_build, wasm_bindgen] = all(repository)?;
    let mut tools = vec![packages];
    if node.is_too_old() {
        tools.push(own_node);
    }
    tools.extend([worker_build, wasm_bindgen]);
    Ok(tools)
}

fn all(repository: &Repository) -> Result<[Tool; 4]> {
    let tools = repository.root().join("tools");
    Ok([
        npm::tool("npm", "wrangler", &["workerd", "esbuild", "wasm-opt"], tools.clone())?,
        npm::tool("node", "node", &[], tools.join("node"))?,
        cargo::tool("worker-build", WORKER_BUILD.to_owned(), "worker-build"),
        cargo::tool("wasm-bindgen-cli", locked_crate(repository, "wasm-bindgen")?, "wasm-bindgen"),
    ])
}

/// A Python with the packages that do without this library what it does. No Worker needs it, so it
/// is installed when it is first asked for.
///
/// # Errors
///
/// If there is no Python, or the index of packages can't be reached.
pub fn python(repository: &Repository) -> Result<PathBuf> {
    on_demand(&python::tool(repository.root().join("tools/python/requirements.txt"))?)
}

/// A Python with the packages that read an OpenAPI document, and make requests of it. The same.
///
/// # Errors
///
/// Those of [`python`].
pub fn python_of_the_api(repository: &Repository) -> Result<PathBuf> {
    on_demand(&python::tool(repository.root().join("tools/python-api/requirements.txt"))?)
}

/// The AWS SDK for JavaScript: the folder that a program has to stand in to import it. Installed when
/// it is first asked for.
///
/// # Errors
///
/// If there is no npm, or its registry can't be reached.
pub fn aws_sdk(repository: &Repository) -> Result<PathBuf> {
    library(repository, "aws", "@aws-sdk/s3-request-presigner")
}

/// What drives a browser, and what finds barriers in a page. The same.
///
/// # Errors
///
/// Those of [`aws_sdk`].
pub fn browser_packages(repository: &Repository) -> Result<PathBuf> {
    library(repository, "browser", "playwright-core")
}

/// Hono, a framework for servers in TypeScript. The same.
///
/// # Errors
///
/// Those of [`aws_sdk`].
pub fn hono(repository: &Repository) -> Result<PathBuf> {
    library(repository, "hono", "hono")
}

/// The folder that a program has to stand in to import a package.
fn library(repository: &Repository, name: &str, package: &str) -> Result<PathBuf> {
    let source = repository.root().join("tools").join(name);
    let mut package = on_demand(&npm::library(name, package, source)?)?;
    while !package.ends_with("node_modules") && package.pop() {}
    package.pop();
    Ok(package)
}

/// Where a tool is, which is installed first if it is not there.
fn on_demand(tool: &Tool) -> Result<PathBuf> {
    let cache = Cache::locate()?;
    if !cache.has(tool) {
        let lock = cache.lock()?;
        // Somebody else may have installed it meanwhile.
        if !cache.has(tool) {
            cache.install(tool, &lock)?;
        }
    }
    Ok(cache.program(tool))
}

/// The installed tools, ready to be run.
#[derive(Debug)]
pub struct Tools {
    path: OsString,
    wasm_bindgen: PathBuf,
    wasm_opt: PathBuf,
    esbuild: PathBuf,
    wrangler: PathBuf,
}

impl Tools {
    /// Finds what `cargo xtask setup` has installed.
    ///
    /// # Errors
    ///
    /// If something is missing, with the command that installs it.
    pub fn find(repository: &Repository) -> Result<Self> {
        let cache = Cache::locate()?;
        let node = Node::find()?;
        for tool in needed(repository, &node)? {
            if !cache.has(&tool) {
                bail!(
                    "`{}` is not installed in {}\nhelp: run `cargo xtask setup`",
                    tool.folder,
                    cache.root().display()
                );
            }
        }
        let [packages, own_node, worker_build, wasm_bindgen] = all(repository)?;
        let packages = cache.folder_of_program(&packages);
        let mut path = vec![packages.clone(), cache.folder_of_program(&worker_build)];
        if node.is_too_old() {
            path.insert(0, cache.folder_of_program(&own_node));
        }
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        Ok(Self {
            path: env::join_paths(path)?,
            wasm_bindgen: cache.program(&wasm_bindgen),
            wasm_opt: packages.join("wasm-opt"),
            esbuild: packages.join("esbuild"),
            wrangler: packages.join("wrangler"),
        })
    }

    /// The variables with which `worker-build` and `wrangler` are found, and find what they run.
    pub fn environment(&self) -> [(&'static str, &OsStr); 7] {
        [
            ("PATH", &self.path),
            ("WASM_BINDGEN_BIN", self.wasm_bindgen.as_os_str()),
            ("WASM_OPT_BIN", self.wasm_opt.as_os_str()),
            ("ESBUILD_BIN", self.esbuild.as_os_str()),
            ("WRANGLER", self.wrangler.as_os_str()),
            ("WRANGLER_SEND_METRICS", OsStr::new("false")),
            // `request.cf` of a local run is made up.
            ("CLOUDFLARE_CF_FETCH_ENABLED", OsStr::new("false")),
        ]
    }

    /// A command in that environment.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.envs(self.environment());
        command
    }

    /// `wrangler`, quiet and without questions.
    pub fn wrangler(&self) -> Command {
        let mut command = self.command(&self.wrangler);
        command
            .env("CI", "true")
            .env("WRANGLER_HIDE_BANNER", "true")
            .env("WRANGLER_WRITE_LOGS", "false");
        command
    }

    /// `worker-build`
    pub fn worker_build(&self) -> Command {
        // Found through the path that the command gets, not through ours.
        self.command("worker-build")
    }
}
