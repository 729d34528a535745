//! One wrangler file to bring up to date.

use std::path::PathBuf;

use anstyle::AnsiColor;
use anyhow::{Result, anyhow, bail};
use storage_core::manifest::Manifest;

use super::target::{self, TargetArgs};
use super::{Outcome, note, warn};
use crate::diff;
use crate::wrangler::{self, Look, Update, file};

/// A file as it is and as it will be.
pub(super) struct Job {
    config: PathBuf,
    name: String,
    old: Option<Vec<u8>>,
    update: Update,
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
        for warning in &update.warnings {
            warn(&format!("{name}: {warning}"));
        }
        if let Some(env) = target.new_env(look) {
            note(&format!("new environment {env}"));
        }
        Ok(Self { config, name, old, update, _lock: held })
    }

    /// Writes the file if it lacks anything, and says what it got. Whether it did.
    pub(super) fn write(&self) -> Result<bool> {
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

    /// Shows what the file lacks. `command` is the one that would write it.
    pub(super) fn check(&self, command: &str) -> Outcome {
        let name = &self.name;
        if self.is_up_to_date() {
            anstream::println!("{name} is up to date");
            return Outcome::Done;
        }
        // It was read as UTF-8 just now.
        let old = self.old.as_deref().map(String::from_utf8_lossy);
        anstream::print!("{}", diff::unified(name, old.as_deref(), &self.update.text));
        let is = if old.is_some() { "stale" } else { "not there" };
        note(&format!("{name} is {is}\nhelp: {command}"));
        Outcome::Stale
    }

    /// Prints what a wrangler file can't say.
    pub(super) fn advise(&self) {
        for advice in &self.update.advice {
            note(advice);
        }
    }

    fn is_up_to_date(&self) -> bool {
        self.old.as_deref() == Some(self.update.text.as_bytes())
    }
}
