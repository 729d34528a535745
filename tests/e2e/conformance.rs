//! The conformance cases on real bindings: the Worker of `tests/conformance` runs them.

use anyhow::{Result, ensure};
use xtask::conformance::rows;

use crate::worker::Running;

const TABLE: &str = include_str!("../../docs/conformance.md");

/// The names of the cases, in the order of their numbers.
pub(crate) fn names(running: &Running) -> Result<Vec<String>> {
    let answer = running.client.get("/")?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    let names: Vec<_> = String::from_utf8(answer.body)?.lines().map(str::to_owned).collect();
    ensure!(!names.is_empty(), "the Worker has no cases");
    Ok(names)
}

/// Runs one case inside workerd, plain and encrypted, and holds what it finds against the committed
/// table.
pub(crate) fn run(running: &Running, number: usize, name: &str) -> Result<()> {
    finds(running, &format!("/{number}"), &format!("/sealed/{number}"), name)
}

/// Asks for a case at both paths, and holds what it finds against the committed table.
pub(crate) fn finds(running: &Running, plain: &str, sealed: &str, name: &str) -> Result<()> {
    let mut found = Vec::new();
    for path in [plain, sealed] {
        let answer = running.client.get(path)?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        found.push(String::from_utf8(answer.body)?);
    }
    ensure!(!found.iter().any(|found| found.starts_with("fails")), "{found:?}");
    let committed = rows(TABLE).into_iter().find(|row| row.case == name);
    ensure!(
        committed.as_ref().is_some_and(|row| row.workers() == found),
        "found {found:?}, the table says {committed:?}\nhelp: cargo xtask conformance"
    );
    Ok(())
}

pub(crate) fn a_missing_binding_is_named_in_the_log(running: &Running) -> Result<()> {
    is_named_in_the_log(running, "/missing", "NOT_CONFIGURED")
}

pub(crate) fn a_binding_of_another_kind_is_named_in_the_log(running: &Running) -> Result<()> {
    is_named_in_the_log(running, "/mistaken", "CONFORMANCE_OBJECTS")
}

/// A client learns nothing of the configuration; whoever reads the log does.
fn is_named_in_the_log(running: &Running, path: &str, binding: &str) -> Result<()> {
    let answer = running.client.get(path)?;
    answer.is_error(500, "storage_binding_missing")?;
    ensure!(!answer.describe().contains(binding), "answered {}", answer.describe());
    let logged =
        |output: &str| output.contains("storage_binding_missing") && output.contains(binding);
    ensure!(running.server.prints(logged), "the log does not name {binding}");
    Ok(())
}
