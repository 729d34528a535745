//! One wrangler file to bring up to date, and the `storage.lock` beside it.

use std::path::{Path, PathBuf};

use anstyle::AnsiColor;
use anyhow::{Result, anyhow, bail};
use storage_core::manifest::Manifest;

use super::target::{self, TargetArgs};
use super::{Outcome, note, warn};
use crate::dev_vars::DevVars;
use crate::wrangler::{self, Look, Resources, Secrets, Update, file};
use crate::{diff, storage_lock};

/// What may get out of reach.
#[derive(Clone, Copy)]
pub(super) struct Acknowledged<'a> {
    pub(super) names: &'a [String],
    /// The command with which somebody says so.
    pub(super) command: &'a str,
}

/// `wrangler dev` reads secrets when it starts.
const RESTART: &str =
    "restart `cargo storage dev` if it is running: it keeps the keys that it started with";

/// A file as it is and as it will be.
pub(super) struct Job {
    config: PathBuf,
    name: String,
    env: Option<String>,
    manifest: Manifest,
    old: Option<Vec<u8>>,
    update: Update,
    dev_vars: DevVars,
    storage_lock: StorageLock,
    /// Held until the file is written: others who write it in this way wait.
    _lock: Option<file::Lock>,
}

impl Job {
    /// Compares a file with what a manifest asks for, and says what is odd about it.
    pub(super) fn new(
        target: &TargetArgs,
        config: PathBuf,
        look: &Look,
        manifest: &Manifest,
        acknowledged: Acknowledged<'_>,
    ) -> Result<Self> {
        let name = target::short(&config);
        let held = file::lock(&config);
        let old = file::read(&config)?;
        let format = target::format(&config)?;
        let update = wrangler::update(&name, format, old.as_deref(), manifest, target.env());
        let update = update.map_err(|refusal| match old {
            Some(_) => anyhow!("{refusal}\n\n{name} was not changed"),
            None => anyhow!(
                "{refusal}\n\n{name} was not written\n\
                 help: first write it without the environment: cargo storage generate"
            ),
        })?;
        let storage_lock = StorageLock::new(&config, manifest, acknowledged)?;
        let dev_vars = if update.secrets.declared.is_empty() {
            DevVars::default()
        } else {
            DevVars::find(&config, target.env())?
        };
        for warning in update.warnings.iter().chain(&dev_vars.held_back(&update.secrets)) {
            warn(&format!("{name}: {warning}"));
        }
        for warning in dev_vars.broken(&update.secrets) {
            warn(&warning);
        }
        if let Some(env) = target.new_env(look) {
            note(&format!("new environment {env}"));
        }
        let (env, manifest) = (target.env.clone(), manifest.clone());
        Ok(Self { config, name, env, manifest, old, update, dev_vars, storage_lock, _lock: held })
    }

    /// The wrangler file, as messages call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What the code calls the Worker.
    pub(super) fn worker(&self) -> &str {
        self.manifest.app.as_str()
    }

    /// What the file means, once it is written.
    pub(super) fn resources(&self) -> Result<Resources<'_>> {
        let (format, text) = (target::format(&self.config)?, self.update.text.as_bytes());
        let resources =
            wrangler::resources(&self.name, format, text, &self.manifest, self.env.as_deref());
        Ok(resources?)
    }

    /// Writes the files if they lack anything, and says what they got. Whether the wrangler file did.
    pub(super) fn write(&self) -> Result<bool> {
        let written = self.write_config()?;
        self.storage_lock.write()?;
        Ok(written)
    }

    fn write_config(&self) -> Result<bool> {
        if self.is_up_to_date() {
            anstream::println!("{} is up to date", self.name);
            return Ok(false);
        }
        if file::read(&self.config)? != self.old {
            bail!(
                "{} was changed meanwhile, and is left as it is\nhelp: run this again",
                self.name
            );
        }
        file::write(&self.config, &self.update.text)?;
        let verb = if self.old.is_some() { "updated" } else { "wrote" };
        anstream::println!("{verb} {}", self.name);
        let green = AnsiColor::Green.on_default();
        for change in &self.update.changes {
            anstream::println!("  {green}{change}{green:#}");
        }
        Ok(true)
    }

    /// Writes the file, and a new key for each secret that a local Worker would not get. Whether it has any.
    pub(super) fn write_with_keys(&self) -> Result<bool> {
        // First, because it can be refused.
        let new = self.dev_vars.with_new_keys(&self.update.secrets)?;
        self.write()?;
        if self.update.secrets.declared.is_empty() {
            return Ok(false);
        }
        let name = target::short(&self.config.with_file_name(&new.name));
        if new.names.is_empty() {
            anstream::println!("{name} is up to date");
        } else {
            new.write()?;
            let verb = if new.is_new { "wrote" } else { "updated" };
            anstream::println!("{verb} {name}");
            let green = AnsiColor::Green.on_default();
            for name in &new.names {
                let what = if self.update.secrets.access.contains_key(*name) {
                    "the access key of `wrangler dev`"
                } else {
                    "a new key, for this machine alone"
                };
                anstream::println!("  {green}+ {name}  {what}{green:#}");
            }
            note(RESTART);
        }
        if let Some(warning) = new.exposed() {
            warn(&warning);
        }
        Ok(true)
    }

    /// Says which secrets a local Worker does not get. `command` is the one that makes keys.
    pub(super) fn warn_of_missing_keys(&self, command: &str) {
        let missing = self.dev_vars.missing_here(&self.update.secrets);
        if !missing.is_empty() {
            let names = missing.join(", ");
            let worker = self.worker();
            warn(&format!(
                "`wrangler dev` has no {names} for the Worker `{worker}`\nhelp: {command}"
            ));
        }
    }

    /// Whether the file lacks, or lacked, a secret.
    pub(super) fn has_new_secrets(&self) -> bool {
        !self.update.secrets.added.is_empty()
    }

    /// Shows what the files lack. `command` is the one that would write them.
    pub(super) fn check(&self, command: &str) -> Outcome {
        // It was read as UTF-8 just now.
        let old = self.old.as_deref().map(String::from_utf8_lossy);
        let has_other_grants = self.update.has_other_grants;
        if self.is_up_to_date() && has_other_grants {
            anstream::println!("{} has grants that no declaration asks for", self.name);
        } else if self.is_up_to_date() {
            anstream::println!("{} is up to date", self.name);
        } else {
            stale(&self.name, old.as_deref(), &self.update.text, command);
        }
        let lock = &self.storage_lock;
        if !lock.is_up_to_date() {
            stale(&lock.name, lock.old.as_deref(), &lock.new, command);
        }
        let is_right = self.is_up_to_date() && !has_other_grants && lock.is_up_to_date();
        if is_right { Outcome::Done } else { Outcome::Stale }
    }

    /// The wrangler file, if both are as they should be.
    pub(super) fn current(&self) -> Option<&[u8]> {
        let is_current = self.is_up_to_date() && self.storage_lock.is_up_to_date();
        self.old.as_deref().filter(|_| is_current)
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.update.secrets
    }

    /// Prints what a wrangler file can't say.
    pub(super) fn advise(&self) {
        for advice in &self.update.advice {
            note(advice);
        }
    }

    /// The same, of a Worker that is not the one the command is about.
    pub(super) fn advise_of(&self, worker: &str) {
        for advice in &self.update.advice {
            note(&format!("{worker}: {advice}"));
        }
    }

    fn is_up_to_date(&self) -> bool {
        self.old.as_deref() == Some(self.update.text.as_bytes())
    }
}

fn stale(name: &str, old: Option<&str>, new: &str, command: &str) {
    anstream::print!("{}", diff::unified(name, old, new));
    let is = if old.is_some() { "stale" } else { "not there" };
    note(&format!("{name} is {is}\nhelp: {command}"));
}

/// `storage.lock` as it is and as it will be.
struct StorageLock {
    path: PathBuf,
    name: String,
    old: Option<String>,
    new: String,
}

impl StorageLock {
    fn new(config: &Path, manifest: &Manifest, acknowledged: Acknowledged<'_>) -> Result<Self> {
        let path = storage_lock::path(config);
        let name = target::short(&path);
        let old = file::read(&path)?.map(String::from_utf8).transpose();
        let old = old.map_err(|_| anyhow!("{name} is not UTF-8"))?;
        let Acknowledged { names, command } = acknowledged;
        let new = storage_lock::update(old.as_deref(), manifest, names, command);
        let new = new.map_err(|error| anyhow!("{name}: {error}\n\nnothing was written"))?;
        Ok(Self { path, name, old, new })
    }

    fn is_up_to_date(&self) -> bool {
        self.old.as_deref() == Some(self.new.as_str())
    }

    fn write(&self) -> Result<()> {
        if self.is_up_to_date() {
            return Ok(());
        }
        file::write(&self.path, &self.new)?;
        let verb = if self.old.is_some() { "updated" } else { "wrote" };
        anstream::println!("{verb} {}", self.name);
        Ok(())
    }
}
