//! `cargo storage inspect`

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use storage_core::manifest::{BucketRecord, Field, Manifest, Placement, Purpose, Resource};
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
    cargo storage inspect --json build/index_bg.wasm | jq '.[0].fields'\n  \
    cargo storage inspect --cors assets build/index_bg.wasm > cors.json    \
                          what `wrangler r2 bucket cors set` takes\n\n\
    Exit codes: 0 shown, 2 error.")]
pub(super) struct Args {
    /// The file to read
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
    /// Print the manifests as a JSON array
    #[arg(long)]
    json: bool,
    /// Print the CORS policy of the bucket in this field, as R2 takes it
    #[arg(long, value_name = "FIELD", conflicts_with = "json")]
    cors: Option<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let manifests = collect::all_from_file(&self.file)?;
        if manifests.is_empty() {
            bail!(
                "{} declares no application: it has no `#[storage::app]` and no \
                 `#[storage::worker]`",
                self.file.display()
            );
        }
        if self.json {
            anstream::println!("{}", serde_json::to_string_pretty(&manifests)?);
            return Ok(Outcome::Done);
        }
        if let Some(field) = &self.cors {
            anstream::println!("{:#}", policy(&manifests, field)?);
            return Ok(Outcome::Done);
        }
        let tables = manifests.iter().map(table).collect::<Result<Vec<_>>>()?;
        anstream::println!("{}", tables.join("\n\n"));
        Ok(Outcome::Done)
    }
}

fn policy(manifests: &[Manifest], name: &str) -> Result<Value> {
    let mut fields = manifests.iter().flat_map(|manifest| &manifest.fields);
    let Some(field) = fields.find(|field| field.field == name) else {
        bail!("no field is called `{name}`\nhelp: `cargo storage inspect FILE.wasm` shows them");
    };
    match &field.resource {
        Resource::Bucket(BucketRecord { cors: Some(cors), .. }) => Ok(cors.policy()),
        _ => bail!(
            "the field `{name}` has no CORS policy\n\
             help: declare one: `#[storage::bucket(..., cors(origins = [...], methods = [...]))]`"
        ),
    }
}

fn table(manifest: &Manifest) -> Result<String> {
    let mut rows = vec![["FIELD", "KIND", "BINDING", "NAME", "OPTIONS"].map(str::to_owned)];
    for field in &manifest.fields {
        rows.push(row(field)?);
    }
    let worker = if manifest.worker.is_some() { "storage Worker" } else { "Worker" };
    let mut lines = vec![format!("{worker} {} (storage {})", manifest.app, manifest.version)];
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
    if let Some(worker) = &manifest.worker {
        let placement = worker.placement.map(Placement::name);
        lines.extend(placement.map(|placement| format!("  placement: {placement}")));
        let host = worker.public_host.as_ref();
        lines.extend(host.map(|host| format!("  answers signed URLs at: {host}")));
    }
    let secrets: Vec<_> = manifest.secrets().into_iter().collect();
    if !secrets.is_empty() {
        lines.push(format!("  required secrets: {}", secrets.join(", ")));
    }
    let names = manifest.names().into_iter();
    let variables = names.filter(|(_, purpose)| *purpose == Purpose::AccountId);
    let variables: Vec<_> = variables.map(|(name, _)| name).collect();
    if !variables.is_empty() {
        lines.push(format!("  variables: {}", variables.join(", ")));
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
    let mut first = ["field", "kind", "binding", "name"].map(&mut take);
    if let (Some(via), [_, _, binding, _]) = (&field.via, &mut first) {
        // What it is bound to in the storage Worker is not known here.
        *binding = via.binding.to_string();
    }
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
        value => format!("{key} = {}", literal(value)),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(literal).collect();
            format!("[{}]", values.join(", "))
        }
        other => other.to_string(),
    }
}
