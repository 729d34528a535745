//! `cargo storage generate`

use std::path::{Path, PathBuf};

use anstyle::AnsiColor;
use anyhow::{Result, anyhow, bail};
use storage_core::manifest::Manifest;

use super::Outcome;
use crate::collect::{self, FeatureArgs, PackageArgs};
use crate::wrangler::{self, Format, file};
use crate::{diff, wrangler::Update};

/// Write what the declarations ask for into the wrangler file
///
/// The package is built for WebAssembly, and the declarations are read from the artifact. The file beside
/// its Cargo.toml (wrangler.json, wrangler.jsonc or wrangler.toml, in wrangler's order) gets the entries
/// of `r2_buckets` and `kv_namespaces` it lacks; everything else in it stays byte for byte. If there is no
/// file, a complete wrangler.jsonc is written. A file that contradicts the declarations is not touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage generate                  write the file of the package in this folder\n  \
    cargo storage generate --check          for CI: fail with a diff if the file is stale\n  \
    cargo storage generate --env staging    the bindings of `env.staging`, with buckets of their own\n  \
    cargo storage generate -p media-api     a package of this workspace\n\n\
    Exit codes: 0 up to date or written, 1 stale (--check), 2 error.")]
pub(super) struct Args {
    /// Write nothing; print a diff and exit with 1 if the file is stale
    #[arg(long)]
    check: bool,
    /// The named environment to write: wrangler inherits no bindings from the top level
    #[arg(short, long, value_name = "NAME")]
    env: Option<String>,
    #[command(flatten)]
    package: PackageArgs,
    #[command(flatten)]
    features: FeatureArgs,
    /// Read the declarations from this artifact instead of building the package
    #[arg(long, value_name = "FILE", conflicts_with_all = ["features", "all_features", "no_default_features"])]
    wasm: Option<PathBuf>,
    /// The wrangler file to write [default: the one beside the package's Cargo.toml]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let (manifest, config) = match (&self.wasm, self.config) {
            (Some(wasm), Some(config)) => (collect::from_file(wasm)?, config),
            (wasm, config) => {
                let package = collect::package(&self.package)?;
                let config = config.unwrap_or_else(|| config_of(collect::folder(&package)));
                let manifest = match wasm {
                    Some(wasm) => collect::from_file(wasm)?,
                    None => collect::from_package(&package, &self.features)?,
                };
                (manifest, config)
            }
        };
        let job = Job { manifest: &manifest, config: &config, env: self.env.as_deref() };
        if self.check {
            return job.check();
        }
        let update = job.write()?;
        if update.changes.is_empty() {
            anstream::println!("{} is up to date", job.name());
        }
        advise(&update);
        Ok(Outcome::Done)
    }
}

/// The file that wrangler reads in a folder. Says so if there are several.
pub(super) fn config_of(folder: &Path) -> PathBuf {
    let found = file::find(folder);
    for ignored in &found.ignored {
        let (path, ignored) = (short(&found.path), short(ignored));
        note(&format!("{path} and {ignored} are both there; wrangler reads {path}"));
    }
    found.path
}

/// One file to bring up to date.
pub(super) struct Job<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) config: &'a Path,
    pub(super) env: Option<&'a str>,
}

impl Job<'_> {
    /// Writes the file if it lacks anything, and says what it got.
    pub(super) fn write(&self) -> Result<Update> {
        let old = file::read(self.config)?;
        let update = self.update(old.as_deref())?;
        if old.as_deref() == Some(update.text.as_bytes()) {
            return Ok(update);
        }
        file::write(self.config, &update.text)?;
        let verb = if old.is_some() { "updated" } else { "wrote" };
        anstream::println!("{verb} {}", self.name());
        let green = AnsiColor::Green.on_default();
        for change in &update.changes {
            anstream::println!("  {green}{change}{green:#}");
        }
        Ok(update)
    }

    fn check(&self) -> Result<Outcome> {
        let old = file::read(self.config)?;
        let update = self.update(old.as_deref())?;
        if old.as_deref() == Some(update.text.as_bytes()) {
            anstream::println!("{} is up to date", self.name());
            return Ok(Outcome::Done);
        }
        // It was read as UTF-8 just now.
        let old = old.as_deref().map(String::from_utf8_lossy);
        anstream::print!("{}", diff::unified(&self.name(), old.as_deref(), &update.text));
        let env = self.env.map(|env| format!(" --env {env}")).unwrap_or_default();
        note(&format!("{} is stale\nhelp: cargo storage generate{env}", self.name()));
        Ok(Outcome::Stale)
    }

    fn update(&self, old: Option<&[u8]>) -> Result<Update> {
        let name = self.name();
        let Some(format) = Format::of(self.config) else {
            bail!("{name} is not a .json, .jsonc or .toml file, and wrangler reads nothing else")
        };
        if let Some(env) = self.env {
            check_env(env)?;
        }
        let update = wrangler::update(&name, format, old, self.manifest, self.env)
            .map_err(|refusal| anyhow!("{refusal}\n\n{name} was not changed"))?;
        let yellow = AnsiColor::Yellow.on_default().bold();
        for warning in &update.warnings {
            anstream::eprintln!("{yellow}warning{yellow:#}: {name}: {warning}");
        }
        Ok(update)
    }

    fn name(&self) -> String {
        short(self.config)
    }
}

/// Prints what a wrangler file can't say.
pub(super) fn advise(update: &Update) {
    for advice in &update.advice {
        note(advice);
    }
}

fn note(text: &str) {
    let cyan = AnsiColor::Cyan.on_default().bold();
    anstream::eprintln!("{cyan}note{cyan:#}: {text}");
}

fn check_env(env: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if env.is_empty() || !env.chars().all(plain) {
        bail!("`{env}` is not an environment: letters, digits, `-` and `_` only");
    }
    Ok(())
}

/// A path as the user would type it.
fn short(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}
