//! The table as a document, and back.

use std::fmt::Write as _;

use anyhow::Result;

use super::{COLUMNS, Row, Suite, joined};
use crate::repository::Repository;
use crate::tools::{locked_crate, locked_npm};

/// Of what the cases are run with.
#[derive(Debug)]
pub struct Versions {
    worker: String,
    wrangler: String,
    workerd: String,
}

impl Versions {
    /// Those of the lock files.
    ///
    /// # Errors
    ///
    /// If a lock file can't be read.
    pub fn locked(repository: &Repository) -> Result<Self> {
        Ok(Self {
            worker: locked_crate(repository, "worker")?,
            wrangler: locked_npm(repository, "wrangler")?,
            workerd: locked_npm(repository, "workerd")?,
        })
    }
}

/// The whole file; `workers` is what the cases found in workerd, in their order.
pub fn document(suite: &Suite, workers: &[Vec<String>], versions: &Versions) -> String {
    let rows = joined(suite, workers);
    let Versions { worker, wrangler, workerd } = versions;
    let mut text = format!(
        "# Conformance\n\n\
         Written by `cargo xtask conformance`, with wrangler {wrangler}, workerd {workerd} and \
         worker {worker}.\n\
         {INTRODUCTION}\n\
         | case | {} |\n\
         | --- |{}\n",
        COLUMNS.join(" | "),
        " --- |".repeat(COLUMNS.len())
    );
    for Row { case, found } in &rows {
        let _ = writeln!(text, "| {case} | {} |", found.join(" | "));
    }
    text += SIMULATOR;
    for difference in &suite.differences {
        let met = format!("differs: {}", difference.name);
        let case = rows.iter().find(|row| row.workers().contains(&met));
        let case = case.map_or("none: nothing that a case could see", |row| &row.case);
        let (name, documented) = (&difference.name, &difference.documented);
        let _ = writeln!(text, "| {name} | {documented} | {} | {case} |", difference.simulated);
    }
    text += KINDS;
    for kind in &suite.not_caused {
        let _ = writeln!(text, "| `{}` | {} |", kind.code, kind.why);
    }
    text + OTHERS
}

/// The rows of the table of cases in a document.
pub fn rows(document: &str) -> Vec<Row> {
    let cells = |line: &str| {
        let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let (case, found) = line.split_once(" | ")?;
        let found: Vec<_> = found.split(" | ").map(str::to_owned).collect();
        let whole = case.contains('/') && found.len() == COLUMNS.len();
        whole.then(|| Row { case: case.to_owned(), found })
    };
    let table = document.lines().skip_while(|line| !line.starts_with("| case |"));
    table.take_while(|line| !line.is_empty()).filter_map(cells).collect()
}

const INTRODUCTION: &str = "\
Every case is one rule that R2 or KV keeps, by Cloudflare's documentation, and runs on every backend:
in memory, on disk, and on R2 and KV of Cloudflare's local simulator in workerd. It runs again with
everything [encrypted](encryption.md).

* **passes**: the rule is kept.
* **refuses**: the backend can't do what the rule is about, and says so with `storage_unsupported`. Where
  it is encrypted, the rule is about what encryption changes, and is not asked for.
* **differs**: Cloudflare's local simulator is known to do something else, [below](#the-simulator).
  No other backend may.
* **fails**: something else. A table with one of these is not to be committed.

Tests hold what they find against this table: `tests/local/` in memory and on disk, `tests/e2e/` on
workerd.
";

const SIMULATOR: &str = "
## The simulator

R2 and KV of `wrangler dev` run in workerd, as the real ones do, but are programs of their own. Where
they are not as Cloudflare documents:

| name | documented | simulated | case |
| --- | --- | --- | --- |
";

const KINDS: &str = "
## Kinds of errors

Every [kind of error](../README.md#the-errors) is expected by a case, but for these:

| code | why no case causes it |
| --- | --- |
";

const OTHERS: &str = "
## Another backend

The cases are public: `storage::conformance`, with the feature `conformance`. A backend implements
`BucketBackend` and `KvBackend` of `storage::backend`, and `Stores::of` makes of it what cases run on.
The example of the module runs all of them, and so does yours with those stores: whatever is neither
`Outcome::Passed` nor `Outcome::Refused` is a mistake in the backend.

Cases need no async runtime, and may run at the same time and again on the same stores: each has keys
of its own, and clears them first. Some write to one key many times a second: the simulator takes
that, Cloudflare itself answers some of it with `storage_rate_limited`. A Worker runs them as
`tests/conformance` does, one case a request.
";

#[cfg(test)]
mod tests {
    use super::super::{Case, Difference, NotCaused};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let case = |name: &str, memory: &str| {
            let found = [memory, "passes", "passes", "passes"].map(str::to_owned).to_vec();
            Case { name: name.to_owned(), found }
        };
        let [name, documented, simulated] = ["keys", "kept", "ignored"].map(str::to_owned);
        let [code, why] = ["storage_internal", "nobody expects it"].map(str::to_owned);
        let suite = Suite {
            cases: vec![case("bucket/one", "passes"), case("kv/two", "refuses: keys")],
            differences: vec![Difference { name, documented, simulated }],
            not_caused: vec![NotCaused { code, why }],
        };
        let workers = ["passes", "differs: keys"].map(|found| vec![found.to_owned(); 2]);
        let version = || "1.2.3".to_owned();
        let versions = Versions { worker: version(), wrangler: version(), workerd: version() };
        let text = document(&suite, &workers, &versions);
        assert_eq!(rows(&text), joined(&suite, &workers));
        assert!(text.contains("| keys | kept | ignored | kv/two |"), "{text}");
    }
}
