//! Secrets of a Worker.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;

use super::{Account, not_understood};

impl Account {
    /// The names of the secrets that the Worker has; nothing if there is no such Worker yet.
    pub(crate) fn secrets(&self) -> Result<Option<BTreeSet<String>>> {
        #[derive(Deserialize)]
        struct Secret {
            name: String,
        }
        let args = ["secret", "list", "--format", "json"];
        let printed = match self.run(&args)? {
            Ok(printed) => printed,
            // wrangler keeps the API's number for this to itself.
            Err(failure) if is_no_worker(&failure.reported) => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        let secrets: Vec<Secret> =
            serde_json::from_str(&printed).map_err(|_| not_understood(&args, &printed))?;
        Ok(Some(secrets.into_iter().map(|secret| secret.name).collect()))
    }
}

fn is_no_worker(reported: &str) -> bool {
    let first = reported.lines().next().unwrap_or_default();
    first.starts_with("Worker \"") && first.trim_end().ends_with(" not found.")
}
