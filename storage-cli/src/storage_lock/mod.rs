//! `storage.lock`: what was declared when the configuration was last written.
//!
//! The platform finds what a Worker has stored by names. A declaration that disappears, or gets another
//! name, is data that the next deployed Worker does not reach, and nothing else would say so. So it is
//! refused until somebody says that it is meant.

mod entry;
mod loss;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use storage_core::manifest::Manifest;

use entry::Entry;

/// The name of the file beside one of wrangler's own names.
const NAME: &str = "storage.lock";
/// The version of the file's form.
const VERSION: u32 = 1;

const HEADING: &str = "\
# What the Worker stores in, as of the last `cargo storage generate`, which writes this file. Commit it:
# with it, a bucket or KV namespace that goes missing from the declarations, or gets another name, is
# noticed before its data is out of reach.
";

/// Where the file is for a wrangler file: beside it, and called after it if that has a name of its own.
pub(crate) fn path(config: &Path) -> PathBuf {
    let stem = config.file_stem().and_then(|stem| stem.to_str()).unwrap_or("wrangler");
    let name = if stem == "wrangler" { NAME.to_owned() } else { format!("{stem}.{NAME}") };
    config.with_file_name(name)
}

/// A file that is there, and what is declared now.
#[derive(Default)]
pub(crate) struct Comparison {
    before: Vec<Entry>,
    now: Vec<Entry>,
}

impl Comparison {
    /// # Errors
    ///
    /// When the file that is there can't be read.
    pub(crate) fn new(old: Option<&str>, manifest: &Manifest) -> Result<Self> {
        let before = old.map(parse).transpose()?.unwrap_or_default();
        Ok(Self { before, now: entry::of(manifest) })
    }

    /// The file as it will be.
    pub(crate) fn text(&self) -> Result<String> {
        let document = Document { version: VERSION, resources: self.now.clone() };
        Ok(format!("{HEADING}{}", toml_edit::ser::to_string_pretty(&document)?))
    }

    /// What would get out of reach: names, and what to say of each. `command` is how it would be acknowledged.
    pub(crate) fn losses(&self, command: &str) -> Vec<(&str, String)> {
        let losses = self.before.iter().filter_map(|entry| loss::of(entry, &self.now));
        let described =
            losses.map(|loss| (loss.name(), loss.describe(&self.before, &self.now, command)));
        described.collect()
    }

    /// The secrets whose text another one had, by that one's name.
    pub(crate) fn renamed_secrets(&self) -> BTreeMap<String, String> {
        let losses = self.before.iter().filter_map(|entry| loss::of(entry, &self.now));
        let renames = losses.filter_map(|loss| {
            loss.renamed_secret().map(|rename| (rename.is.to_owned(), rename.was.to_owned()))
        });
        renames.collect()
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    #[serde(default, rename = "resource", skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Entry>,
}

fn parse(text: &str) -> Result<Vec<Entry>> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    const HELP: &str = "help: take it from version control as it was";
    let refused = |error: toml_edit::de::Error| {
        let reason = error.message().trim_end().replace('\n', ", ");
        anyhow!("it can't be understood: {reason}\n{HELP}")
    };
    let Version { version } = toml_edit::de::from_str(text).map_err(refused)?;
    if version != VERSION {
        bail!(
            "it has version {version}, and this cargo-storage reads {VERSION}\n\
             help: use the version of cargo-storage that wrote it, or a later one"
        );
    }
    let document: Document = toml_edit::de::from_str(text).map_err(refused)?;
    Ok(document.resources)
}

#[cfg(test)]
mod tests;
