//! A Worker of this workspace, built once and started as often as a case needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use jsonc_parser::ParseOptions;
use serde_json::Value;
use tempfile::TempDir;
use xtask::command;
use xtask::dev_server::DevServer;
use xtask::repository::Repository;
use xtask::tools::Tools;
use xtask::worker::{Built, build};

use crate::http::Client;

/// A Worker as worker-build made it.
pub(crate) struct Worker {
    tools: Tools,
    config: PathBuf,
    folder: Arc<TempDir>,
}

/// A Worker on workerd, until it is dropped.
pub(crate) struct Running {
    pub(crate) client: Client,
    pub(crate) server: DevServer,
    _folder: Arc<TempDir>, // removed after the server has stopped
}

impl Worker {
    /// Builds it, unless it is built already.
    pub(crate) fn build(package: &str) -> Result<Self> {
        let repository = Repository::open()?;
        let tools = Tools::find(&repository)?;
        let built = build(&repository, &tools, package)?;
        let folder = Arc::new(tempfile::tempdir()?);
        let config = folder.path().join("wrangler.json");
        fs::write(&config, served(&repository.folder(package)?, &built)?)?;
        Ok(Self { tools, config, folder })
    }

    /// Starts it on the data of that name: none, the first time.
    pub(crate) fn start(&self, data: &str) -> Result<Running> {
        let server = DevServer::start(&self.tools, &self.config, &self.data(data))?;
        let client = Client::new(server.url());
        Ok(Running { client, server, _folder: Arc::clone(&self.folder) })
    }

    /// What wrangler knows of the entries in a namespace.
    pub(crate) fn stored_entries(&self, data: &str, binding: &str) -> Result<Vec<Value>> {
        let text = command::read(
            self.tools
                .wrangler()
                .args(["kv", "key", "list", "--local", "--binding", binding, "--config"])
                .arg(&self.config)
                .arg("--persist-to")
                .arg(self.data(data)),
        )?;
        serde_json::from_str(&text).with_context(|| format!("wrangler printed {text:?}"))
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The committed wrangler file, for what is already built: without the command that builds it,
/// which would run on every start.
fn served(folder: &Path, built: &Built) -> Result<String> {
    let path = folder.join("wrangler.jsonc");
    let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let mut config: Value = jsonc_parser::parse_to_serde_value(&text, &ParseOptions::default())?;
    let file = config.as_object_mut().context("the wrangler file is not an object")?;
    ensure!(file.contains_key("build"), "the wrangler file does not say how to build");
    file.remove("build");
    let main = built.main.to_str().context("the path of the repository is not UTF-8")?;
    file.insert("main".into(), main.into());
    Ok(config.to_string())
}
