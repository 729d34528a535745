//! A Worker of this workspace, built once and started as often as needed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jsonc_parser::ParseOptions;
use serde_json::Value;
use tempfile::TempDir;

use crate::dev_server::DevServer;
use crate::repository::Repository;
use crate::tools::Tools;
use crate::worker::{Built, build};

/// A Worker as worker-build made it, and the data of its servers, which goes with it.
#[derive(Debug)]
pub struct Served {
    tools: Tools,
    /// Its wrangler file, and those of the Workers that it calls.
    configs: Vec<PathBuf>,
    folder: TempDir,
}

impl Served {
    /// Builds a package, unless it is built already. `cargo xtask setup` has to have run.
    ///
    /// What has a file `wrangler.<name>.jsonc` beside its own is served with it, and reached by service
    /// bindings.
    ///
    /// # Errors
    ///
    /// If a tool is missing, it does not compile, or its wrangler file is not as expected.
    pub fn build(repository: &Repository, package: &str) -> Result<Self> {
        Self::build_all(repository, &[package])
    }

    /// The same for several packages that reach each other: the first gets the requests.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_all(repository: &Repository, packages: &[&str]) -> Result<Self> {
        let tools = Tools::find(repository)?;
        let folder = tempfile::tempdir()?;
        let mut configs = Vec::new();
        for package in packages {
            let built = build(repository, &tools, package)?;
            let source = repository.folder(package)?;
            for file in files(&source)? {
                let config = folder.path().join(format!("wrangler{}.json", configs.len()));
                fs::write(&config, served(&source, &file, &built)?)?;
                configs.push(config);
            }
        }
        Ok(Self { tools, configs, folder })
    }

    /// Starts it on the data of that name: none, the first time. The server must not outlive this.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub fn start(&self, data: &str) -> Result<DevServer> {
        DevServer::start_all(&self.tools, &self.configs, &self.data(data))
    }

    /// Starts it behind another Worker, which gets the requests: that of a wrangler file, whose `main` is
    /// `<name>.js`, and that module. The server must not outlive this.
    ///
    /// # Errors
    ///
    /// If the files can't be written, or it does not start.
    pub fn start_behind(&self, name: &str, config: &Value, module: &str) -> Result<DevServer> {
        let path = self.folder.path().join(format!("{name}.json"));
        fs::write(&path, config.to_string())?;
        fs::write(path.with_extension("js"), module)?;
        let configs: Vec<_> = std::iter::once(path).chain(self.configs.iter().cloned()).collect();
        DevServer::start_all(&self.tools, &configs, &self.data(name))
    }

    /// Starts it with another one of its Workers in front: what its public reaches.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub fn start_from(&self, first: usize, data: &str) -> Result<DevServer> {
        let mut configs: Vec<_> = self.configs.iter().collect();
        configs.rotate_left(first % self.configs.len().max(1));
        DevServer::start_all(&self.tools, &configs, &self.data(data))
    }

    /// Starts some of its Workers, by number, in a workerd of their own. They reach those that were started so
    /// with the same registry.
    ///
    /// # Errors
    ///
    /// If they do not start.
    pub fn start_apart(&self, some: &[usize], data: &str, registry: &str) -> Result<DevServer> {
        let configs: Vec<_> = some.iter().filter_map(|one| self.configs.get(*one)).collect();
        let (state, registry) = (self.data(data), self.data(registry));
        DevServer::start_apart(&self.tools, &configs, &state, &registry)
    }

    /// Gives it secrets, from the next start on: by name.
    ///
    /// # Errors
    ///
    /// If they can't be written.
    pub fn set_secrets(&self, secrets: &[(&str, &str)]) -> Result<()> {
        let line = |(name, value): &(&str, &str)| format!("{name}={value}\n");
        let file = self.folder.path().join(".dev.vars");
        Ok(fs::write(file, secrets.iter().map(line).collect::<String>())?)
    }

    /// The same for a Worker that makes signed URLs and has secrets, which have to be declared.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub fn start_signing(&self, data: &str, secrets: &[(&str, &str)]) -> Result<DevServer> {
        self.set_secrets(secrets)?;
        DevServer::start_signing(&self.tools, self.config(), &self.data(data))
    }

    /// The tools it was built with.
    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    /// The wrangler file it is served with.
    pub fn config(&self) -> &Path {
        self.configs.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The folder of the data of that name.
    pub fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The wrangler files of a package: its own, and those of other Workers.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut others = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_jsonc = path.extension().is_some_and(|extension| extension == "jsonc");
        if name.starts_with("wrangler.") && is_jsonc && name != "wrangler.jsonc" {
            others.push(path);
        }
    }
    others.sort();
    others.insert(0, folder.join("wrangler.jsonc"));
    Ok(others)
}

/// A committed wrangler file, for what is already built: without the command that builds it,
/// which would run on every start.
fn served(folder: &Path, path: &Path, built: &Built) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let mut config: Value = jsonc_parser::parse_to_serde_value(&text, &ParseOptions::default())?;
    let file = config.as_object_mut().context("the wrangler file is not an object")?;
    let main = if file.remove("build").is_some() {
        built.main.clone()
    } else {
        // A script that is served as it is.
        let script = file.get("main").and_then(Value::as_str);
        folder.join(script.context("the wrangler file does not say what to serve")?)
    };
    let main = main.to_str().context("the path of the repository is not UTF-8")?;
    file.insert("main".into(), main.into());
    Ok(config.to_string())
}
