//! One wrangler file to bring up to date, and the `storage.lock` beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anstyle::AnsiColor;
use anyhow::{Result, anyhow, bail};
use storage_core::manifest::Manifest;

use super::target::{self, TargetArgs};
use super::{Outcome, note, warn};
use crate::dev_vars::DevVars;
use crate::storage_lock::Comparison;
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

/// A file that was compared with the declarations, before it is clear that nothing gets out of reach.
pub(super) struct Draft {
    job: Job,
    new_env: Option<String>,
}

impl Draft {
    /// Compares a file with what a manifest asks for.
    pub(super) fn new(
        target: &TargetArgs,
        config: PathBuf,
        look: &Look,
        manifest: &Manifest,
    ) -> Result<Self> {
        let name = target::short(&config);
        let held = file::lock(&config);
        let old = file::read(&config)?;
        let format = target::format(&config)?;
        let update = wrangler::update(&name, format, old.as_deref(), manifest, target.env());
        let mut update = update.map_err(|refusal| match old {
            Some(_) => anyhow!("{refusal}\n\n{name} was not changed"),
            None => anyhow!(
                "{refusal}\n\n{name} was not written\n\
                 help: first write it without the environment: cargo storage generate"
            ),
        })?;
        let storage_lock = StorageLock::new(&config, manifest)?;
        update.secrets.renamed = storage_lock.comparison.renamed_secrets();
        update.advice.extend(update.secrets.advice(target.env()));
        let dev_vars = if update.secrets.declared.is_empty() {
            DevVars::default()
        } else {
            DevVars::find(&config, target.env())?
        };
        let (env, manifest) = (target.env.clone(), manifest.clone());
        let job =
            Job { config, name, env, manifest, old, update, dev_vars, storage_lock, _lock: held };
        Ok(Self { job, new_env: target.new_env(look) })
    }

    fn losses(&self, command: &str) -> Vec<(&str, String)> {
        self.job.storage_lock.comparison.losses(command)
    }

    /// Says what is odd about it.
    fn accepted(self) -> Job {
        let Self { job, new_env } = self;
        let Update { warnings, secrets, .. } = &job.update;
        for warning in warnings.iter().chain(&job.dev_vars.held_back(secrets)) {
            warn(&format!("{}: {warning}", job.name));
        }
        for warning in job.dev_vars.broken(secrets) {
            warn(&format!("{}: {warning}", job.name));
        }
        if let Some(env) = new_env {
            note(&format!("new environment {env}"));
        }
        job
    }
}

/// Refuses what would get out of reach, of an app and of the storage Workers that it goes by, until somebody
/// acknowledged it: all of it at once, and with one command.
pub(super) fn accept(
    app: Draft,
    workers: Vec<Draft>,
    acknowledged: Acknowledged<'_>,
) -> Result<(Job, Vec<Job>)> {
    let Acknowledged { names, command } = acknowledged;
    let mut open: Vec<(String, Vec<&str>)> = Vec::new();
    let mut unknown: BTreeSet<_> = names.iter().map(String::as_str).collect();
    for draft in std::iter::once(&app).chain(&workers) {
        for (name, text) in draft.losses(command) {
            unknown.remove(name);
            if names.iter().any(|known| known == name) {
                continue;
            }
            let file = draft.job.storage_lock.name.as_str();
            match open.iter_mut().find(|(known, _)| *known == text) {
                Some((_, files)) => files.push(file),
                None => open.push((text, vec![file])),
            }
        }
    }
    if let Some(name) = unknown.first() {
        bail!(
            "there is nothing to acknowledge about `{name}`: it is declared as it was, or never was\n\n\
             nothing was written"
        );
    }
    if !open.is_empty() {
        let texts = open.iter().map(|(text, files)| format!("{}: {text}", files.join(" and ")));
        bail!("{}\n\nnothing was written", texts.collect::<Vec<_>>().join("\n\n"));
    }
    Ok((app.accepted(), workers.into_iter().map(Draft::accepted).collect()))
}

impl Job {
    /// A file of its own, of which nothing was acknowledged. `command` is the one that would.
    pub(super) fn new(
        target: &TargetArgs,
        config: PathBuf,
        look: &Look,
        manifest: &Manifest,
        command: &str,
    ) -> Result<Self> {
        let draft = Draft::new(target, config, look, manifest)?;
        Ok(accept(draft, Vec::new(), Acknowledged { names: &[], command })?.0)
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
                    "the access key of `wrangler dev`".to_owned()
                } else if let Some(old) = new.taken_over.get(name) {
                    format!("the keys of {old}")
                } else {
                    "a new key, for this machine alone".to_owned()
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
        let mut missing = self.dev_vars.missing_here(&self.update.secrets);
        let worker = self.worker();
        // A new key would open nothing of what is on this machine.
        missing.retain(|name| {
            let old = self.update.secrets.renamed.get(*name);
            let found = old.and_then(|old| Some((old, self.dev_vars.value(old)?.1)));
            if let Some((old, file)) = &found {
                warn(&format!(
                    "`wrangler dev` has no {name} for the Worker `{worker}`\n\
                     help: rename {old} in {file}, which has the keys of what is on this machine"
                ));
            }
            found.is_none()
        });
        if !missing.is_empty() {
            let names = missing.join(", ");
            warn(&format!(
                "`wrangler dev` has no {names} for the Worker `{worker}`\nhelp: {command}"
            ));
        }
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
    comparison: Comparison,
}

impl StorageLock {
    fn new(config: &Path, manifest: &Manifest) -> Result<Self> {
        let path = storage_lock::path(config);
        let name = target::short(&path);
        let old = file::read(&path)?.map(String::from_utf8).transpose();
        let old = old.map_err(|_| anyhow!("{name} is not UTF-8"))?;
        let comparison = Comparison::new(old.as_deref(), manifest);
        let comparison =
            comparison.map_err(|error| anyhow!("{name}: {error}\n\nnothing was written"))?;
        let new = comparison.text()?;
        Ok(Self { path, name, old, new, comparison })
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
