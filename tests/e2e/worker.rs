//! A Worker of this workspace, and a client that speaks to it.

use std::path::PathBuf;
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

    /// Starts it on the data of that name: none, the first time.
    pub(crate) fn start(&self, data: &str) -> Result<Running> {
        let server = self.0.start(data)?;
        let client = Client::new(server.url());
        Ok(Running { client, server, _worker: Arc::clone(&self.0) })
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
