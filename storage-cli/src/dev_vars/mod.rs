//! Where `wrangler dev` takes secrets from: `.dev.vars`, or `.env`.

mod git;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use storage_core::crypto::{KeyId, KeyRing, Zeroizing};

use crate::key;
use crate::wrangler::{Secrets, file};

/// What a key is called that is for this machine alone.
const LOCAL: &str = "local";

/// The files beside a wrangler file that `wrangler dev` reads.
#[derive(Default)]
pub(crate) struct DevVars {
    folder: PathBuf,
    /// Those that are there: one `.dev.vars`, or any number of `.env`.
    read: Vec<Vars>,
    /// The one to write.
    name: String,
}

struct Vars {
    name: String,
    /// A `.dev.vars`, and not a `.env`.
    is_ours: bool,
    text: Zeroizing<String>,
}

impl DevVars {
    /// Looks for them the way wrangler does: an environment's own file takes the place of the common one,
    /// and any `.dev.vars` that of every `.env`.
    ///
    /// # Errors
    ///
    /// When there is a `.dev.vars` that can't be read.
    pub(crate) fn find(config: &Path, env: Option<&str>) -> Result<Self> {
        let folder = file::folder_of(config).to_owned();
        let of_env = |name: &str| env.map(|env| format!("{name}.{env}"));
        let common = ".dev.vars".to_owned();
        let name = of_env(&common).unwrap_or_else(|| common.clone());
        for name in [name.clone(), common] {
            if let Some(bytes) = file::read(&folder.join(&name))? {
                let text = String::from_utf8(bytes).ok().with_context(|| {
                    format!("{name} is not UTF-8, and wrangler reads nothing else")
                })?;
                let read =
                    vec![Vars { name: name.clone(), is_ours: true, text: Zeroizing::new(text) }];
                return Ok(Self { folder, read, name });
            }
        }
        let names = [Some(".env".to_owned()), Some(".env.local".to_owned())];
        let own = [of_env(".env"), of_env(".env").map(|name| format!("{name}.local"))];
        let read = names.into_iter().chain(own).flatten().filter_map(|name| {
            // Other tools put folders there.
            let bytes = file::read(&folder.join(&name)).ok()??;
            let text = Zeroizing::new(String::from_utf8(bytes).ok()?);
            Some(Vars { name, is_ours: false, text })
        });
        Ok(Self { read: read.collect(), folder, name })
    }

    /// The value of a variable as a local Worker gets it, and the file that has it.
    pub(crate) fn value(&self, name: &str) -> Option<(Zeroizing<String>, String)> {
        // The last one counts, in a file and among files.
        self.read.iter().rev().find_map(|vars| {
            let variables = text::variables(&vars.text);
            let found = variables.into_iter().rev().find(|variable| variable.name == name)?;
            Some((found.value, vars.name.clone()))
        })
    }

    /// The files that are there.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(|vars| vars.name.as_str())
    }

    /// The variables that have keys.
    pub(crate) fn key_rings(&self) -> Vec<String> {
        let names: BTreeSet<_> = self.names().map(|(_, name)| name).collect();
        names.into_iter().filter(|name| self.key_ring(name).is_some()).collect()
    }

    /// What is worth a warning: names that wrangler holds back from the Worker.
    pub(crate) fn held_back(&self, secrets: &Secrets) -> Option<String> {
        if !secrets.has_list {
            return None;
        }
        let not = if secrets.is_new_list { "no longer" } else { "not" };
        // `.env` has what is for others too, like wrangler's own token.
        let is_for_worker = |file: &str| secrets.is_new_list || file.starts_with(".dev.vars");
        let names: BTreeSet<_> = self
            .names()
            .filter(|(file, name)| is_for_worker(file) && !secrets.let_through.contains(name))
            .collect();
        let files: BTreeSet<_> = names.iter().map(|(file, _)| *file).collect();
        let files = files.into_iter().collect::<Vec<_>>().join(", ");
        let names: BTreeSet<_> = names.into_iter().map(|(_, name)| name).collect();
        let quoted: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
        (!names.is_empty()).then(|| {
            format!(
                "with `secrets.required`, `wrangler dev` gives the Worker no other secrets than those in \
                 it: {not} {} of {files}\n\
                 help: if the Worker reads them, add to `secrets.required`: {}\n\
                 (`wrangler deploy` then refuses to deploy without them, as well)",
                names.into_iter().collect::<Vec<_>>().join(", "),
                quoted.join(", ")
            )
        })
    }

    /// The declared secrets that a local Worker would not get.
    pub(crate) fn missing<'a>(&self, secrets: &'a Secrets) -> Vec<&'a str> {
        let present: BTreeSet<_> = self.names().map(|(_, name)| name).collect();
        let missing = secrets.declared.iter().filter(|name| !present.contains(*name));
        missing.map(String::as_str).collect()
    }

    /// Those of them that are no variables of this process either, which wrangler goes by where there is no
    /// `.dev.vars`.
    pub(crate) fn missing_here<'a>(&self, secrets: &'a Secrets) -> Vec<&'a str> {
        let mut missing = self.missing(secrets);
        let is_dev_vars = self.read.iter().any(|vars| vars.is_ours);
        missing.retain(|name| is_dev_vars || std::env::var_os(name).is_none());
        missing
    }

    /// What is wrong with the rings of keys that are there.
    pub(crate) fn broken(&self, secrets: &Secrets) -> Vec<String> {
        let values = self.read.iter().flat_map(|vars| {
            text::variables(&vars.text).into_iter().map(move |variable| (vars, variable))
        });
        let of_ours = values.filter(|(_, variable)| secrets.key_rings.contains(&variable.name));
        let broken = of_ours.filter_map(|(vars, variable)| {
            let error = KeyRing::parse(&variable.value).err()?;
            Some(format!("{} of {}: {error}", variable.name, vars.name))
        });
        broken.collect()
    }

    /// The file with a value for each secret that it lacks: a new key, the keys that the secret had under another
    /// name, or the access key that is known to `wrangler dev`. Nothing is written yet.
    ///
    /// # Errors
    ///
    /// When the file would take the place of others that have something the Worker needs, or is written in
    /// a way that does not let anything be added.
    pub(crate) fn with_new_keys<'a>(&self, secrets: &'a Secrets) -> Result<NewKeys<'a>> {
        let names = self.missing(secrets);
        let old = self.read.iter().find(|vars| vars.is_ours).map(|vars| vars.text.as_str());
        if names.is_empty() {
            let name = self.read.first().map_or(&self.name, |vars| &vars.name).clone();
            let path = self.folder.join(&name);
            let taken_over = BTreeMap::new();
            return Ok(NewKeys { name, path, is_new: false, names, taken_over, text: None });
        }
        if old.is_none() {
            self.check_nothing_is_hidden(secrets, &names)?;
        }
        let mut lines = Vec::new();
        let mut taken_over = BTreeMap::new();
        let id = KeyId::new(LOCAL)?;
        for name in &names {
            let old = secrets.renamed.get(*name).and_then(|old| Some((old, self.key_ring(old)?)));
            lines.push(match (secrets.access.get(*name), old) {
                (Some(local), _) => Zeroizing::new(format!("{name}={local}")),
                (None, Some((old, keys))) => {
                    taken_over.insert(*name, old.as_str());
                    Zeroizing::new(format!("{name}={}", keys.as_str()))
                }
                (None, None) => Zeroizing::new(format!("{name}={}", key::new_entry(&id)?.as_str())),
            });
        }
        let Some(text) = text::with_lines(old, &lines) else {
            bail!(
                "{} is written in a way that lets nothing be added\n\
                 help: look at its last line, and for a quotation mark that is not closed",
                self.name
            );
        };
        let (name, path) = (self.name.clone(), self.folder.join(&self.name));
        Ok(NewKeys { name, path, is_new: old.is_none(), names, taken_over, text: Some(text) })
    }

    /// The keys of a variable, if that is what it has.
    fn key_ring(&self, name: &str) -> Option<Zeroizing<String>> {
        self.value(name).map(|(value, _)| value).filter(|value| KeyRing::parse(value).is_ok())
    }

    fn check_nothing_is_hidden(&self, secrets: &Secrets, missing: &[&str]) -> Result<()> {
        let hidden = self.names().find(|(_, name)| secrets.let_through.contains(name));
        let Some((file, hidden)) = hidden else { return Ok(()) };
        let value = |name: &str| secrets.access.get(name).map_or("<key>", String::as_str);
        let lines: Vec<_> =
            missing.iter().map(|name| format!("\n  {name}={}", value(name))).collect();
        bail!(
            "the Worker gets {hidden} of {file}, and wrangler reads no {file} where there is a {}\n\
             help: rename {file} to {}, and run this again; or add to {file}, with keys from `cargo storage \
             keygen`:{}",
            self.name,
            self.name,
            lines.concat()
        )
    }

    /// All names, with the file that each is in. wrangler keeps its own settings in `.env`.
    fn names(&self) -> impl Iterator<Item = (&str, String)> {
        let is_for_wrangler =
            |name: &str| name.starts_with("CLOUDFLARE_") || name.starts_with("WRANGLER_");
        self.read.iter().flat_map(move |vars| {
            let variables = text::variables(&vars.text).into_iter().map(|variable| variable.name);
            let own = variables.filter(move |name| vars.is_ours || !is_for_wrangler(name));
            own.map(|name| (vars.name.as_str(), name))
        })
    }
}

/// A file with new keys in it.
pub(crate) struct NewKeys<'a> {
    /// What the file is called.
    pub(crate) name: String,
    path: PathBuf,
    /// Whether it was not there.
    pub(crate) is_new: bool,
    /// The secrets that get a value.
    pub(crate) names: Vec<&'a str>,
    /// Those that get what another variable has, and that one's name.
    pub(crate) taken_over: BTreeMap<&'a str, &'a str>,
    text: Option<Zeroizing<String>>,
}

impl NewKeys<'_> {
    /// Writes it, readable by nobody else if it is new.
    pub(crate) fn write(&self) -> Result<()> {
        match &self.text {
            Some(text) => file::write_private(&self.path, text),
            None => Ok(()),
        }
    }

    /// What is worth a warning: that git would take the file.
    pub(crate) fn exposed(&self) -> Option<String> {
        let name = &self.name;
        (!git::is_ignored(&self.path)).then(|| {
            format!(
                "git does not ignore {name}, which holds keys\n\
                 help: add this line to .gitignore, and if the file is committed already, `git rm --cached \
                 {name}`:\n{}*",
                if name.starts_with(".env") { ".env" } else { ".dev.vars" }
            )
        })
    }
}
