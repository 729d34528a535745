//! What the account lacks of what is declared, and how it gets there.
//!
//! Nothing is deleted but lifecycle rules of this tool's own that are no longer declared, and a CORS policy
//! is replaced by the declared one. What is declared
//! with `existing` is somebody else's, and not even looked at.

mod bucket;
mod cors;
mod kv;
mod lifecycle;
mod secret;
mod step;

use std::fmt;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use storage_core::manifest::Resource;

use crate::account::Account;
use crate::printable::printable;
use crate::wrangler::{Bound, Elsewhere, Resources, Secrets};

pub(crate) use step::Step;

/// What was found, a line a resource, and what is to be done.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) lines: Vec<Line>,
    pub(crate) steps: Vec<Step>,
}

/// What becomes of one resource.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) state: State,
    what: String,
    details: Vec<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    Change,
    Create,
    /// A secret that somebody has to set.
    Missing,
    /// A secret that comes with the first deployment.
    NotYet,
    /// It exists already, and is not managed here.
    NotOurs,
    /// Somebody has to decide something first.
    Refused,
    Unchanged,
}

impl Plan {
    /// Compares what is declared with what is in the account. Only reads.
    pub(crate) fn new(
        account: &Account,
        resources: &Resources<'_>,
        secrets: &Secrets,
        env: Option<&str>,
    ) -> Result<Self> {
        let mut plan = Self::default();
        let mut namespaces = kv::Namespaces::new(account);
        for bound in &resources.bound {
            match bound.resource {
                Resource::Bucket(record) if record.existing.is_none() => {
                    bucket::plan(account, record, bound, &mut plan)?;
                }
                Resource::Kv(record) if record.existing.is_none() => {
                    kv::plan(&mut namespaces, record, bound, &resources.worker, &mut plan)?;
                }
                _ => plan.lines.push(not_ours(bound)),
            }
        }
        plan.lines.extend(resources.elsewhere.iter().map(stored_elsewhere));
        secret::plan(account, secrets, &resources.worker, env, &mut plan)?;
        Ok(plan)
    }

    pub(crate) fn has(&self, state: State) -> bool {
        self.lines.iter().any(|line| line.state == state)
    }

    fn say(&mut self, state: State, what: String, details: Vec<String>) {
        self.lines.push(Line { state, what, details });
    }
}

fn not_ours(bound: &Bound<'_>) -> Line {
    let noun = noun(bound.resource);
    let identity = bound.identity.as_deref().unwrap_or_default();
    let what = format!("{noun} {identity}");
    Line { state: State::NotOurs, what, details: vec!["declared with `existing`".to_owned()] }
}

fn noun(resource: &Resource) -> &'static str {
    match resource {
        Resource::Bucket(_) => "bucket",
        _ => "KV namespace",
    }
}

fn stored_elsewhere(elsewhere: &Elsewhere<'_>) -> Line {
    let Elsewhere { resource, service, .. } = elsewhere;
    let noun = noun(resource);
    let what = format!("{noun} {}", resource.qualified_name());
    let details = vec![format!("the storage Worker {service} holds it")];
    Line { state: State::NotOurs, what, details }
}

impl State {
    fn words(self) -> (&'static str, Style) {
        let colour = |colour: AnsiColor| colour.on_default();
        match self {
            Self::Change => ("change", colour(AnsiColor::Yellow)),
            Self::Create => ("create", colour(AnsiColor::Green)),
            Self::Missing => ("missing", colour(AnsiColor::Red)),
            Self::NotYet => ("not yet", colour(AnsiColor::Cyan)),
            Self::NotOurs => ("not ours", Style::new().dimmed()),
            Self::Refused => ("refused", colour(AnsiColor::Red)),
            Self::Unchanged => ("unchanged", Style::new().dimmed()),
        }
    }
}

/// `  create     bucket user-assets: deletes objects after 30 days`
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, style) = self.state.words();
        // Names come from the account, where somebody else may have chosen them.
        write!(f, "  {style}{word:9}{style:#}  {}", printable(&self.what))?;
        if !self.details.is_empty() {
            write!(f, ": {}", printable(&self.details.join("; ")))?;
        }
        Ok(())
    }
}
