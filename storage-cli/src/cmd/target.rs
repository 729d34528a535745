//! Which Worker a command is about: its package, its features, its environment, its wrangler file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use cargo_metadata::Package;
use storage_core::manifest::Manifest;

use super::{note, warn};
use crate::collect::{self, FeatureArgs, PackageArgs};
use crate::worker_build;
use crate::wrangler::{self, Format, Look, file};

#[derive(Debug, Default, clap::Args)]
pub(super) struct TargetArgs {
    /// The named environment: wrangler inherits no bindings from the top level
    #[arg(short, long, value_name = "NAME")]
    pub(super) env: Option<String>,
    #[command(flatten)]
    pub(super) package: PackageArgs,
    #[command(flatten)]
    pub(super) features: FeatureArgs,
    /// The wrangler file [default: the one beside the package's Cargo.toml]
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// What a Worker declares, and the file that is to say so.
pub(super) struct Declared {
    pub(super) config: PathBuf,
    pub(super) look: Look,
    pub(super) manifest: Manifest,
    /// The package that was built, if it was.
    pub(super) package: Option<Package>,
}

impl TargetArgs {
    /// The file that was named, or the one that wrangler reads in a folder. Says so if there are several.
    pub(super) fn config(&self, folder: &Path) -> PathBuf {
        if let Some(named) = &self.config {
            return named.clone();
        }
        let found = file::find(folder);
        for ignored in &found.ignored {
            let (path, ignored) = (short(&found.path), short(ignored));
            note(&format!("{path} and {ignored} are both there; wrangler reads {path}"));
        }
        found.path
    }

    /// The wrangler file, what has to be known of it, and the declarations: those of an artifact, or of the
    /// package, which is built first.
    pub(super) fn declared(&self, wasm: Option<&Path>) -> Result<Declared> {
        if let Some(wasm) = wasm {
            let config = match &self.config {
                Some(named) => named.clone(),
                None => self.config(collect::folder(&collect::package(&self.package)?)),
            };
            let look = self.look(&config)?;
            let manifest = collect::from_file(wasm)?;
            return Ok(Declared { config, look, manifest, package: None });
        }
        self.declared_by(collect::package(&self.package)?)
    }

    /// The same, of a package.
    pub(super) fn declared_by(&self, package: Package) -> Result<Declared> {
        let config = self.config(collect::folder(&package));
        let look = self.look(&config)?;
        let features = self.features(&look);
        if let Some(disagreement) = disagreement(&features, &look) {
            warn(&disagreement);
        }
        let manifest = collect::from_package(&package, &features)?;
        Ok(Declared { config, look, manifest, package: Some(package) })
    }

    /// What has to be known of the wrangler file before the package is built.
    pub(super) fn look(&self, config: &Path) -> Result<Look> {
        if let Some(env) = &self.env {
            check_env(env)?;
        }
        let name = short(config);
        let look =
            wrangler::look(&name, format(config)?, file::read(config)?.as_deref(), self.env());
        look.map_err(|refusal| anyhow!("{refusal}\n\n{name} was not changed"))
    }

    pub(super) fn env(&self) -> Option<&str> {
        self.env.as_deref()
    }

    /// The environment if the file lacks it, and in parentheses those that it has.
    pub(super) fn new_env(&self, look: &Look) -> Option<String> {
        let env = self.env().filter(|env| !look.environments.iter().any(|known| known == env))?;
        Some(match look.environments.as_slice() {
            [] => format!("`{env}`"),
            some => format!("`{env}` (there is: {})", some.join(", ")),
        })
    }

    /// The features to read the declarations with: those that wrangler builds the Worker with, unless
    /// others were given.
    pub(super) fn features(&self, look: &Look) -> FeatureArgs {
        let given = &self.features;
        if given.flags().is_empty() { built(look) } else { given.clone() }
    }

    /// The command that writes the file.
    pub(super) fn generate(&self, wasm: Option<&Path>) -> String {
        let mut words: Vec<Cow<'_, str>> = ["cargo", "storage", "generate"].map(Cow::from).into();
        let mut option = |name: &'static str, value: Option<Cow<'_, str>>| {
            words.extend(
                value.map(|value| [name.into(), value.into_owned().into()]).into_iter().flatten(),
            );
        };
        let path =
            |path: Option<&Path>| path.map(|path| path.to_string_lossy().into_owned().into());
        option("--env", self.env().map(Cow::from));
        option("--package", self.package.package.as_deref().map(Cow::from));
        option("--manifest-path", path(self.package.manifest_path.as_deref()));
        option("--wasm", path(wasm));
        option("--config", path(self.config.as_deref()));
        words.extend(self.features.flags().into_iter().map(Cow::from));
        join(words.into_iter())
    }
}

/// What is wrong if wrangler builds the Worker with other features than those.
pub(super) fn disagreement(features: &FeatureArgs, look: &Look) -> Option<String> {
    if built(look).is_same(features) {
        return None;
    }
    let flags = join(features.flags().iter().map(|flag| flag.as_str().into()));
    let with = if flags.is_empty() { "the default features" } else { &flags };
    let has = match &look.build_command {
        Some(command) => format!("`{command}`"),
        None => "missing".to_owned(),
    };
    let line = look.with_build_command(format!("{} {flags}", wrangler::BUILD_COMMAND).trim_end());
    Some(format!(
        "wrangler builds the Worker with the file's `build.command`, which is {has}, and not with \
         {with}\nhelp: {line}"
    ))
}

/// The features that wrangler builds the Worker with, as far as the file says so.
fn built(look: &Look) -> FeatureArgs {
    let args = look.build_command.as_deref().and_then(worker_build::args_in);
    FeatureArgs::of(&args.unwrap_or_default())
}

/// Words as a shell reads them.
fn join<'a>(words: impl Iterator<Item = Cow<'a, str>>) -> String {
    let quoted = words.map(|word| match shlex::try_quote(&word) {
        Ok(quoted) => quoted.into_owned(),
        Err(_) => word.into_owned(), // it has a NUL in it, and no shell could have given it to us
    });
    quoted.collect::<Vec<_>>().join(" ")
}

pub(super) fn format(config: &Path) -> Result<Format> {
    Format::of(config).ok_or_else(|| {
        let name = short(config);
        anyhow!("{name} is not a .json, .jsonc or .toml file, and wrangler reads nothing else")
    })
}

fn check_env(env: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if env.is_empty() || !env.chars().all(plain) {
        bail!("`{env}` is not an environment: letters, digits, `-` and `_` only");
    }
    Ok(())
}

/// A path as the user would type it.
pub(super) fn short(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let mut up = PathBuf::new();
    // Beyond that, the whole of it is easier to read.
    for folder in here.ancestors().take(4).filter(|folder| folder.parent().is_some()) {
        if let Ok(rest) = path.strip_prefix(folder) {
            return up.join(rest).display().to_string();
        }
        up.push("..");
    }
    path.display().to_string()
}
