//! KV namespaces of an account.

use anyhow::Result;
use serde::Deserialize;

use super::{Account, not_understood};

/// A namespace.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub(crate) struct Namespace {
    pub(crate) id: String,
    pub(crate) title: String,
}

impl Account {
    pub(crate) fn namespaces(&self) -> Result<Vec<Namespace>> {
        let args = ["kv", "namespace", "list"];
        let printed = self.must_run(&args)?;
        serde_json::from_str(&printed).map_err(|_| not_understood(&args, &printed))
    }

    /// Makes a namespace of exactly that title.
    pub(crate) fn create_namespace(&self, title: &str) -> Result<Namespace> {
        // wrangler puts the environment in front of the title; it is the file's that counts here.
        let prefix = self.env.as_deref().map(|env| format!("{env}-")).unwrap_or_default();
        let Some(bare) = title.strip_prefix(&prefix) else {
            return self.without_env().create_namespace(title);
        };
        self.must_run(&["kv", "namespace", "create", bare, "--no-update-config"])?;
        // wrangler prints the id as a piece of configuration, for people; the list is for programs.
        let found = self.namespaces()?.into_iter().find(|namespace| namespace.title == title);
        found.ok_or_else(|| {
            anyhow::anyhow!(
                "the KV namespace `{title}` was created, and the account does not list it yet\n\
                 help: run this again, which finds it"
            )
        })
    }

    fn without_env(&self) -> Self {
        Self {
            wrangler: self.wrangler.clone(),
            folder: self.folder.clone(),
            config: self.config.clone(),
            env: None,
        }
    }
}
