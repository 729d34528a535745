//! `cargo storage inspect`

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use storage_core::manifest::{Field, Manifest};
use storage_core::name;

use super::Outcome;
use crate::collect;

/// Show what a built Worker declares
///
/// Any .wasm file will do: cargo's own artifact (`target/wasm32-unknown-unknown/release/NAME.wasm`, where
/// NAME is the package's with underscores for hyphens), worker-build's (`build/index_bg.wasm`), or one
/// downloaded from the account.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage inspect target/wasm32-unknown-unknown/release/my_worker.wasm\n  \
    cargo storage inspect --json build/index_bg.wasm | jq '.[0].fields'\n\n\
    Exit codes: 0 shown, 2 error.")]
pub(super) struct Args {
    /// The file to read
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
    /// Print the manifests as a JSON array
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let manifests = collect::all_from_file(&self.file)?;
        if manifests.is_empty() {
            bail!("{} declares no application: it has no `#[storage::app]`", self.file.display());
        }
        if self.json {
            anstream::println!("{}", serde_json::to_string_pretty(&manifests)?);
            return Ok(Outcome::Done);
        }
        let tables = manifests.iter().map(table).collect::<Result<Vec<_>>>()?;
        anstream::println!("{}", tables.join("\n\n"));
        Ok(Outcome::Done)
    }
}

fn table(manifest: &Manifest) -> Result<String> {
    let mut rows = vec![["FIELD", "KIND", "BINDING", "NAME", "OPTIONS"].map(str::to_owned)];
    for field in &manifest.fields {
        rows.push(row(field)?);
    }
    let mut lines = vec![format!("Worker {} (storage {})", manifest.app, manifest.version)];
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width =
                rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            let width = width.max().unwrap_or_default();
            let _ = write!(line, "{cell:width$}  ");
        }
        lines.push(format!("  {}", line.trim_end()));
    }
    let secrets: Vec<_> = manifest.secrets().into_iter().collect();
    if !secrets.is_empty() {
        lines.push(format!("  required secrets: {}", secrets.join(", ")));
    }
    Ok(lines.join("\n"))
}

/// What a declaration says that says nothing.
const DEFAULTS: &[(&str, &str)] = &[("access", "private"), ("namespace", name::DEFAULT_NAMESPACE)];

/// Every kind has the first four; what else a record says are its options.
fn row(field: &Field) -> Result<[String; 5]> {
    let value = serde_json::to_value(field).context("can't show the manifest")?;
    let Value::Object(mut record) = value else { bail!("can't show the manifest") };
    let mut take = |key: &str| match record.remove(key) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let first = ["field", "kind", "binding", "name"].map(&mut take);
    record.retain(|key, value| !DEFAULTS.contains(&(key.as_str(), value.as_str().unwrap_or(""))));
    let options: Vec<_> = record.iter().map(|(key, value)| option(key, value)).collect();
    let [name, kind, binding, resource] = first;
    Ok([name, kind, binding, resource, options.join(", ")])
}

/// As in a declaration: `ttl_seconds = 60`, `encryption(secret = "VAULT_KEYS", metadata = "plain")`.
fn option(key: &str, value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(key, value)| option(key, value)).collect();
            format!("{key}({})", members.join(", "))
        }
        value => format!("{key} = {value}"),
    }
}
