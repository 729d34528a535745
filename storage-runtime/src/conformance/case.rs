//! A case, and what it finds.

use std::fmt::{self, Debug, Display};

use futures_util::future::BoxFuture;

use super::{Difference, PLAIN_ONLY, Stores};
use crate::{Error, ErrorKind};

/// One rule that every backend keeps.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub(super) name: &'static str,
    pub(super) run: fn(Stores) -> BoxFuture<'static, Checked>,
}

impl Case {
    /// What the rule is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on these stores.
    pub async fn run(&self, stores: Stores) -> Outcome {
        let plain_only = PLAIN_ONLY.iter().find(|(name, _)| *name == self.name);
        if let Some((_, what)) = plain_only.filter(|_| stores.are_sealed()) {
            return Outcome::Refused(what);
        }
        match (self.run)(stores).await {
            Ok(()) => Outcome::Passed,
            Err(Failure::Differs(difference)) => Outcome::Differs(difference),
            Err(Failure::Failed(found)) => Outcome::Failed(found),
            Err(Failure::Refused(what)) => Outcome::Refused(what),
        }
    }
}

/// What a case found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// Not the rule, but what Cloudflare's local simulator is known to do in its place. It is no
    /// excuse for any other backend.
    Differs(&'static Difference),
    /// The rule was broken: what was expected, and what was found.
    Failed(String),
    /// The rule was kept.
    Passed,
    /// The backend can't do what the rule is about, and says so with
    /// [`ErrorKind::Unsupported`]: what it names.
    Refused(&'static str),
}

impl Display for Outcome {
    /// One line: a word, and behind a colon what else there is to say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs(difference) => write!(f, "differs: {}", difference.name()),
            Self::Failed(found) => write!(f, "fails: {}", found.replace('\n', " ")),
            Self::Passed => f.write_str("passes"),
            Self::Refused(what) => write!(f, "refuses: {what}"),
        }
    }
}

/// How a case goes on: to the next check, or no further.
pub(super) type Checked<T = ()> = Result<T, Failure>;

/// Why a case goes no further.
#[derive(Debug)]
pub(super) enum Failure {
    Differs(&'static Difference),
    Failed(String),
    Refused(&'static str),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(format!("unexpected error: {error:?}"))
    }
}

pub(super) fn failed(found: impl Into<String>) -> Failure {
    Failure::Failed(found.into())
}

#[expect(clippy::needless_pass_by_value, reason = "reads as a sentence where it is called")]
pub(super) fn equal<T: PartialEq<U> + Debug, U: Debug>(
    what: &str,
    found: T,
    expected: U,
) -> Checked {
    if found == expected {
        Ok(())
    } else {
        Err(failed(format!("{what}: found {found:?}, expected {expected:?}")))
    }
}

pub(super) fn refused<T: Debug>(what: &str, result: Result<T, Error>, kind: ErrorKind) -> Checked {
    match result {
        Err(error) if error.kind() == kind => Ok(()),
        other => Err(failed(format!("{what}: found {other:?}, expected {kind:?}"))),
    }
}

pub(super) fn there<T>(what: &str, found: Option<T>) -> Checked<T> {
    found.ok_or_else(|| failed(format!("{what}: not there")))
}

/// What a backend gives that can do it. One that can't has to say so, and the case ends there.
pub(super) fn unless_refused<T>(what: &'static str, result: Result<T, Error>) -> Checked<T> {
    match result {
        Err(error) if error.kind() == ErrorKind::Unsupported => Err(Failure::Refused(what)),
        other => Ok(other?),
    }
}

/// Ends the case if the simulator shows what it is known for.
pub(super) fn unless_simulated(shows: bool, difference: &'static Difference) -> Checked {
    if shows { Err(Failure::Differs(difference)) } else { Ok(()) }
}
