//! The wrangler configuration that a manifest asks for.
//!
//! A file is read into a tree (`tree`), a plan says what it lacks (`plan`), and a syntax (`toml`, `jsonc`)
//! turns each edit into pieces of text (`splice`). Nothing is ever removed or rewritten but grants
//! (`service`), so what this tool doesn't own survives byte for byte.

mod bucket;
mod build;
mod claims;
mod edit;
mod entry;
mod error;
pub mod file;
mod hosts;
mod jsonc;
mod kind;
mod kv;
mod look;
mod moved;
mod plan;
mod resources;
mod s3;
mod secret;
mod service;
mod splice;
mod toml;
mod tree;
mod worker;

use std::path::Path;

use storage_core::manifest::Manifest;

pub(crate) use kind::own_fields;

pub use error::{Problem, ProblemKind, Refusal};
pub use look::{Look, look};
pub use resources::{Bound, Elsewhere, Resources, resources, with_namespace_id};
pub use s3::{LOCAL_ACCESS_KEY_ID, LOCAL_SECRET_ACCESS_KEY};
pub use secret::Secrets;

/// The entry point that `worker-build` writes.
pub const MAIN: &str = "build/index.js";
/// The compatibility date of a new file.
pub const COMPATIBILITY_DATE: &str = "2026-11-01";
/// How wrangler builds the Worker.
pub const BUILD_COMMAND: &str = "worker-build --release";

/// How a configuration file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `wrangler.json`
    Json,
    /// `wrangler.jsonc`
    Jsonc,
    /// `wrangler.toml`
    Toml,
}

impl Format {
    /// The format that wrangler takes a file for, by the end of its name.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "json" => Some(Self::Json),
            "jsonc" => Some(Self::Jsonc),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }

    fn syntax(self) -> &'static dyn Syntax {
        match self {
            Self::Json | Self::Jsonc => &jsonc::Jsonc,
            Self::Toml => &toml::Toml,
        }
    }

    /// A file that says nothing about bindings yet.
    fn blank(self, manifest: &Manifest) -> String {
        let app = manifest.app.as_str();
        let heading = |comment| {
            let goes_by_others = manifest.fields.iter().any(|field| field.via.is_some());
            let lines = if goes_by_others { HEADING_WITH_SERVICES } else { HEADING };
            lines.iter().flat_map(|line| [comment, " ", line, "\n"]).collect::<String>()
        };
        match self {
            Self::Json => format!("{{\n{}\n}}\n", json_settings(app)),
            Self::Jsonc => format!("{}{{\n{}\n}}\n", heading("//"), json_settings(app)),
            Self::Toml => format!(
                "{}\nname = \"{app}\"\nmain = \"{MAIN}\"\n\
                 compatibility_date = \"{COMPATIBILITY_DATE}\"\nbuild.command = \"{BUILD_COMMAND}\"\n",
                heading("#")
            ),
        }
    }
}

const HEADING: &[&str] = &[
    "`cargo storage generate` adds what the declarations in the Rust code ask for: entries of",
    "`r2_buckets` and `kv_namespaces`, and names in `secrets.required`. The rest is yours, and so",
    "are further keys of those entries.",
];
const HEADING_WITH_SERVICES: &[&str] = &[
    "`cargo storage generate` adds what the declarations in the Rust code ask for: entries of",
    "`r2_buckets`, `kv_namespaces` and `services`, and names in `secrets.required`. The rest is",
    "yours, and so are further keys of those entries, but for `props.storage`: what is granted there",
    "follows the code.",
];

fn json_settings(app: &str) -> String {
    format!(
        "  \"name\": \"{app}\",\n  \"main\": \"{MAIN}\",\n  \
         \"compatibility_date\": \"{COMPATIBILITY_DATE}\",\n  \
         \"build\": {{ \"command\": \"{BUILD_COMMAND}\" }}"
    )
}

/// A configuration file with everything in it that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Update {
    /// The whole file.
    pub text: String,
    /// What was added, a line each. Empty if the file was right already.
    pub changes: Vec<String>,
    /// What is right for the file but worth a look.
    pub warnings: Vec<String>,
    /// Whether it grants something by a storage Worker that no declaration asks for.
    pub has_other_grants: bool,
    /// What a configuration file can't say, as commands to run; but for what is to become of secrets.
    pub advice: Vec<String>,
    /// The secrets of the Worker.
    pub secrets: Secrets,
}

/// Adds what `manifest` asks for to a configuration file, or makes a new one.
///
/// `name` is what messages call the file. With `env`, the entries go to that environment: wrangler
/// inherits no bindings.
///
/// # Errors
///
/// Everything in the file that contradicts the manifest, or can't be read. There is no half an update.
pub fn update(
    name: &str,
    format: Format,
    existing: Option<&[u8]>,
    manifest: &Manifest,
    env: Option<&str>,
) -> Result<Update, Refusal> {
    let Some(bytes) = existing else {
        let blank = format.blank(manifest);
        let mut new = extend(name, format, &blank, manifest, None)?;
        if env.is_some() {
            let more = extend(name, format, &new.text, manifest, env)?;
            new.text = more.text;
            new.changes.extend(more.changes);
            // What is said of the secrets at the end is about the environment.
            new.advice.extend(new.secrets.advice(None));
            new.advice.extend(more.advice);
            new.secrets = more.secrets;
        }
        return Ok(new);
    };
    let (mark, text) = text_of(name, bytes)?;
    let update = extend(name, format, text, manifest, env)?;
    Ok(Update { text: format!("{mark}{}", update.text), ..update })
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The byte order mark, if there is one, and the text.
fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<(&'static str, &'a str), Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        let message = "the file is not UTF-8, and wrangler reads nothing else";
        Refusal::new(name, "", vec![Problem::malformed(None, message)])
    })?;
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (BYTE_ORDER_MARK, rest),
        None => ("", text),
    })
}

fn extend(
    name: &str,
    format: Format,
    original: &str,
    manifest: &Manifest,
    env: Option<&str>,
) -> Result<Update, Refusal> {
    let syntax = format.syntax();
    let refuse = |problems: Vec<Problem>| Refusal::new(name, original, problems);
    let tree = syntax.tree(original).map_err(|problem| refuse(vec![problem]))?;
    let plan::Plan { edits, warnings, has_other_grants, advice: missing } =
        plan::plan(&tree, manifest, env, syntax).map_err(refuse)?;
    let mut text = original.to_owned();
    for edit in &edits {
        let splices = syntax.splices(&text, edit).map_err(|problem| refuse(vec![problem]))?;
        text = splices.apply(&text);
    }
    // The result is read back: if anything is missing or broken now, nothing is written.
    let done = syntax.tree(&text).ok().filter(|tree| {
        plan::plan(tree, manifest, env, syntax).is_ok_and(|further| further.edits.is_empty())
    });
    let Some(done) = done else {
        return Err(refuse(vec![Problem::unsupported(
            None,
            format!(
                "the file is written in a way that this tool fails to extend, which is a bug; please \
                 report it\nhelp: add by hand:\n{}",
                edits.iter().map(|edit| syntax.by_hand(edit)).collect::<Vec<_>>().join("\n")
            ),
        )]));
    };
    let kinds = own_fields(manifest).filter_map(|field| kind::kind(&field.resource));
    let scope = |tree| plan::scope(tree, env, syntax).map_err(|problem| refuse(vec![problem]));
    let (before, after) = (scope(&tree)?, scope(&done)?);
    let secrets = Secrets::of(&before, &after, manifest, &edits);
    let advice = kinds
        .filter_map(|kind| Some(kind.advice(plan::entry_in(&after, kind)?, env)))
        .flatten()
        .chain(missing)
        .collect();
    let changes = edits.iter().map(ToString::to_string).collect();
    Ok(Update { text, changes, warnings, has_other_grants, advice, secrets })
}

/// A way of writing configuration.
trait Syntax {
    /// Reads a file.
    fn tree(&self, text: &str) -> Result<tree::Node, Problem>;

    /// Where an edit goes.
    fn splices(&self, text: &str, edit: &edit::Edit) -> Result<splice::Splices, Problem>;

    /// What somebody would write who makes the edit by hand.
    fn by_hand(&self, edit: &edit::Edit) -> String;
}
