//! A Worker of this workspace, and a client that speaks to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::Value;
use xtask::command;
use xtask::dev_server::DevServer;
use xtask::repository::Repository;
use xtask::served::Served;

use crate::http::Client;

/// A Worker as worker-build made it.
pub(crate) struct Worker(Arc<Served>);

/// A Worker on workerd, until it is dropped.
pub(crate) struct Running {
    pub(crate) client: Client,
    pub(crate) server: DevServer,
    _worker: Arc<Served>, // its data is removed after the server has stopped
}

impl Worker {
    /// Builds it, unless it is built already.
    pub(crate) fn build(package: &str) -> Result<Self> {
        Ok(Self(Arc::new(Served::build(&Repository::open()?, package)?)))
    }

    /// The same with a secret.
    pub(crate) fn with_secret(self, name: &str, value: &str) -> Result<Self> {
        self.0.set_secrets(&[(name, value)])?;
        Ok(self)
    }

    /// Where its data of that name is.
    pub(crate) fn data(&self, name: &str) -> PathBuf {
        self.0.data(name)
    }

    /// Starts it behind another Worker, which gets the requests: that of a wrangler file, and a module
    /// in a file beside it.
    pub(crate) fn start_behind(&self, name: &str, config: &Value, module: &str) -> Result<Running> {
        let server = self.0.start_behind(name, config, module)?;
        let client = Client::new(server.url());
        Ok(Running { client, server, _worker: Arc::clone(&self.0) })
    }

    /// The same for Workers that reach each other.
    pub(crate) fn build_all(packages: &[&str]) -> Result<Self> {
        Ok(Self(Arc::new(Served::build_all(&Repository::open()?, packages)?)))
    }

    /// Starts it on the data of that name: none, the first time.
    pub(crate) fn start(&self, data: &str) -> Result<Running> {
        Ok(self.running(self.0.start(data)?))
    }

    /// The same with another one of the Workers in front.
    pub(crate) fn start_from(&self, first: usize, data: &str) -> Result<Running> {
        Ok(self.running(self.0.start_from(first, data)?))
    }

    /// Starts some of the Workers, by number, in a process of their own, which reach those that were started so
    /// with the same registry.
    pub(crate) fn start_apart(
        &self,
        some: &[usize],
        data: &str,
        registry: &str,
    ) -> Result<Running> {
        Ok(self.running(self.0.start_apart(some, data, registry)?))
    }

    fn running(&self, server: DevServer) -> Running {
        let client = Client::new(server.url());
        Running { client, server, _worker: Arc::clone(&self.0) }
    }

    /// Gives it secrets, from the next start on.
    pub(crate) fn set_secrets(&self, secrets: &[(&str, &str)]) -> Result<()> {
        self.0.set_secrets(secrets)
    }

    /// Writes an object while no server runs, as somebody else would.
    pub(crate) fn store_object(&self, data: &str, object: &str, body: &[u8]) -> Result<()> {
        let file = self.0.data(&format!("{data}.body"));
        fs::write(&file, body)?;
        command::run(&mut self.object("put", data, object, &file))
    }

    /// What an object is stored as, while no server runs.
    pub(crate) fn stored_object(&self, data: &str, object: &str) -> Result<Vec<u8>> {
        let file = self.0.data(&format!("{data}.stored"));
        command::run(&mut self.object("get", data, object, &file))?;
        Ok(fs::read(file)?)
    }

    fn object(&self, verb: &str, data: &str, object: &str, file: &Path) -> Command {
        let mut wrangler = self.0.tools().wrangler();
        wrangler.args(["r2", "object", verb, object, "--local", "--file"]).arg(file);
        wrangler.arg("--config").arg(self.0.config()).arg("--persist-to").arg(self.0.data(data));
        wrangler
    }

    /// What wrangler knows of the entries in a namespace.
    pub(crate) fn stored_entries(&self, data: &str, binding: &str) -> Result<Vec<Value>> {
        let text = command::read(
            self.0
                .tools()
                .wrangler()
                .args(["kv", "key", "list", "--local", "--binding", binding, "--config"])
                .arg(self.0.config())
                .arg("--persist-to")
                .arg(self.0.data(data)),
        )?;
        serde_json::from_str(&text).with_context(|| format!("wrangler printed {text:?}"))
    }
}
