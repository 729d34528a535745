//! What writers say they do, and what has to be stored then.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// A line of a writer: before it writes, and after that was acknowledged.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) is_acknowledged: bool,
    pub(crate) target: Target,
    /// What is written there; nothing if it is deleted.
    pub(crate) value: Option<Value>,
}

/// An object or an entry. Each has one writer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Target {
    Entry(String),
    Object(String),
}

/// Bytes that can be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Value {
    pub(crate) size: usize,
    pub(crate) seed: u64,
}

impl Value {
    pub(crate) fn bytes(self) -> Vec<u8> {
        let mut bytes = vec![0; self.size];
        fastrand::Rng::with_seed(self.seed).fill(&mut bytes);
        bytes
    }
}

/// What is known of what is stored.
#[derive(Default)]
pub(crate) struct Model(BTreeMap<Target, Known>);

/// What was acknowledged last, and behind it what was begun since: each a value, or nothing.
struct Known(Vec<Option<Value>>);

impl Default for Known {
    fn default() -> Self {
        Self(vec![None])
    }
}

impl Model {
    pub(crate) fn take(&mut self, line: Line) {
        let Known(possible) = self.0.entry(line.target).or_default();
        if line.is_acknowledged {
            possible.clear();
        }
        possible.push(line.value);
    }

    pub(crate) fn targets(&self) -> Vec<Target> {
        self.0.keys().cloned().collect()
    }

    /// Checks that what was found is what was acknowledged, or what was begun: the one or the other
    /// as a whole. From now on it is what is known.
    pub(crate) fn settle(&mut self, target: &Target, found: Option<Value>) -> Result<()> {
        let Known(possible) = self.0.entry(target.clone()).or_default();
        ensure!(
            possible.contains(&found),
            "{target:?} is {found:?}, and should be one of {possible:?}"
        );
        *possible = vec![found];
        Ok(())
    }

    /// How many targets have a value, once all are settled.
    pub(crate) fn stored(&self) -> usize {
        self.0.values().filter(|Known(possible)| possible.iter().all(Option::is_some)).count()
    }
}
