//! What is asked of a file.

use serde_json::{Value, json};
use storage_cli::wrangler::Format;
use storage_core::manifest::{Manifest, Resource, parse_section};

/// A format, an environment, and what an application declares.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) format: Format,
    pub(super) env: Option<String>,
    pub(super) manifest: Manifest,
}

impl Request {
    /// Reads words with tabs in between: `toml`, an environment or nothing, and declarations such
    /// as `bucket:USER_ASSETS:user-assets`, `kv:SESSIONS:sessions:<id>` and, encrypted,
    /// `bucket:USER_ASSETS:user-assets:=VAULT_KEYS`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('\t');
        let format = if words.next()? == "toml" { Format::Toml } else { Format::Jsonc };
        let env = words.next().filter(|env| !env.is_empty()).map(str::to_owned);
        let declarations = words.map(|word| word.split(':').collect::<Vec<_>>());
        Self::new(format, env, &declarations.collect::<Vec<_>>())
    }

    /// Each declaration is its kind, binding and name, and what exists already, if it does, or its
    /// secret after `=`.
    pub(super) fn new(
        format: Format,
        env: Option<String>,
        declarations: &[Vec<&str>],
    ) -> Option<Self> {
        let fields: Option<Vec<_>> = declarations.iter().map(|one| field(one)).collect();
        let line = json!({
            "schema": 1, "version": "0.1.0", "app": "media-api", "fields": fields?,
        });
        let manifest = parse_section(line.to_string().as_bytes()).ok()?.pop()?;
        Some(Self { format, env, manifest })
    }

    /// The secrets that are required.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.manifest.secrets().into_iter()
    }

    /// For each declaration: its section, its binding, and which resource it means.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, &str, Option<Meaning>)> {
        self.manifest.fields.iter().map(|field| match &field.resource {
            Resource::Bucket(record) => {
                let suffix = self.env.as_ref().map(|env| format!("-{env}")).unwrap_or_default();
                let value = record.bucket_name() + &suffix;
                let meaning = Meaning { key: "bucket_name", value };
                ("r2_buckets", record.binding.as_str(), Some(meaning))
            }
            Resource::Kv(record) => {
                let id = record.existing.as_ref();
                let meaning = id.map(|id| Meaning { key: "id", value: id.to_string() });
                ("kv_namespaces", record.binding.as_str(), meaning)
            }
            other => panic!("a kind without a section: {other:?}"),
        })
    }
}

/// Which resource a binding means: a key of its entry, and the value.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub(super) key: &'static str,
    pub(super) value: String,
}

fn field(declaration: &[&str]) -> Option<Value> {
    let [kind, binding, name, existing @ ..] = declaration else { return None };
    let mut field = json!({
        "field": "one", "kind": kind, "binding": binding, "name": name,
        "namespace": "default", "access": "private",
    });
    if let [existing, ..] = existing {
        match existing.strip_prefix('=') {
            Some(secret) => field["encryption"] = json!({ "secret": secret, "metadata": "plain" }),
            None => field["existing"] = (*existing).into(),
        }
    }
    Some(field)
}
