//! How far a run is, in a file, so that another can go on.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use storage_core::rotation::RotationPage;

use super::{Failure, Job, counted};
use crate::wrangler::file;

const VERSION: u8 = 1;

/// What the fingerprint of a key is derived for.
const FINGERPRINT: &str = "rotation-state";

pub(crate) struct State {
    path: PathBuf,
    saved: Saved,
    is_resumed: bool,
    is_of_another_key: bool,
    has_more: bool,
}

/// What the file says. Nothing in it is secret.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    version: u8,
    run: Run,
    /// Tells the first key from another one with the same id: what is under that one is not done.
    first_key: String,
    done: RotationPage,
}

/// What a run is about: another run has to begin anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    url: String,
    kind: String,
    name: String,
    /// The key that everything is to be under.
    primary: String,
    prefix: Option<String>,
    encrypt_plain: bool,
}

impl State {
    /// Where the run before was interrupted, or the beginning. That of a run to another key with the same id
    /// counts for nothing.
    ///
    /// # Errors
    ///
    /// When there is a file of another run.
    pub(crate) fn begin(path: PathBuf, job: &Job, restart: bool) -> Result<Self> {
        let run = Run {
            url: job.url.clone(),
            kind: job.kind().to_owned(),
            name: job.name.clone(),
            primary: job.primary().to_owned(),
            prefix: job.request.prefix.clone(),
            encrypt_plain: job.request.encrypt_plain,
        };
        let old = if restart { None } else { file::read(&path)? };
        let first_key = fingerprint(job);
        let Some(old) = old else {
            return Ok(Self::new(path, run, first_key));
        };
        let shown = path.display();
        let saved: Saved = serde_json::from_slice(&old).ok().with_context(|| {
            format!("{shown} does not say how far a rotation is\nhelp: --restart begins anew")
        })?;
        if saved.version != VERSION || saved.run != run {
            bail!(
                "{shown} is of another run: {}\n\
                 help: finish that one, or begin this one anew with --restart",
                saved.run.describe()
            );
        }
        if saved.first_key != first_key {
            return Ok(Self { is_of_another_key: true, ..Self::new(path, run, first_key) });
        }
        Ok(Self { path, saved, is_resumed: true, is_of_another_key: false, has_more: true })
    }

    fn new(path: PathBuf, run: Run, first_key: String) -> Self {
        let saved = Saved { version: VERSION, run, first_key, done: RotationPage::default() };
        Self { path, saved, is_resumed: false, is_of_another_key: false, has_more: true }
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// Whether a run was interrupted that was to another key with the same id, so that this one began anew.
    pub(crate) fn is_of_another_key(&self) -> bool {
        self.is_of_another_key
    }

    /// Whether there is a page to do.
    pub(crate) fn has_more(&self) -> bool {
        self.has_more
    }

    /// What came of all pages so far.
    pub(crate) fn done(&self) -> &RotationPage {
        &self.saved.done
    }

    /// Where the next page starts.
    pub(crate) fn cursor(&self) -> Option<String> {
        self.saved.done.cursor.clone()
    }

    /// Adds what came of a page, and saves that it is done.
    ///
    /// # Errors
    ///
    /// When the next page would be the same one, or it can't be saved.
    pub(crate) fn add(&mut self, page: RotationPage) -> Result<()> {
        if page.cursor.is_some() && page.cursor == self.saved.done.cursor {
            bail!(
                "{} answers that the next page begins where this one did: the rotation would never end\n\
                 help: the route has to give `rotate_by` the body as it came, and nobody may answer in its place",
                self.saved.run.url
            );
        }
        self.has_more = page.cursor.is_some();
        self.saved.done.append(page);
        if !self.has_more {
            return Ok(());
        }
        file::write(&self.path, &serde_json::to_string_pretty(&self.saved)?)
            .context("it can't be saved how far the rotation is")
    }

    /// The error of a page that failed, with how to go on.
    pub(crate) fn stopped(&self, failure: Failure) -> anyhow::Error {
        let Failure { error, is_refusal } = failure;
        let entries = self.saved.done.entries();
        match (is_refusal, entries) {
            // Nothing has begun, and the same command would be refused again.
            (true, 0) => error,
            (true, _) => error.context(format!("the rotation stopped behind {}", counted(entries))),
            (false, _) => error.context(format!(
                "the rotation stopped behind {}; the same command goes on from there",
                counted(entries)
            )),
        }
    }

    /// What came of all pages. The next run begins anew.
    pub(crate) fn end(self) -> Result<RotationPage> {
        match fs::remove_file(&self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("everything is done, but {} can't be removed", self.path.display())
                });
            }
        }
        Ok(self.saved.done)
    }
}

/// What a key can be told by, and nobody gets back to it from: half of one that is derived from it for this.
fn fingerprint(job: &Job) -> String {
    let derived = job.ring.primary().signing_key(FINGERPRINT);
    let half = derived.first_chunk().map(|half| u128::from_be_bytes(*half));
    format!("{:032x}", half.unwrap_or_default())
}

impl Run {
    fn describe(&self) -> String {
        let Self { url, kind, name, primary, prefix, encrypt_plain } = self;
        let mut text = format!("of {kind} {name} at {url}, to the key {primary}");
        if let Some(prefix) = prefix {
            text = format!("{text}, under {prefix:?}");
        }
        if *encrypt_plain {
            text.push_str(", with what is plain");
        }
        text
    }
}
