//! `cargo xtask env`: the installed tools, for a shell.

use anyhow::{Context as _, Result};

use crate::repository::Repository;
use crate::tools::Tools;

/// Prints lines for a POSIX shell, and nothing else.
///
/// # Errors
///
/// If a tool is not installed.
pub fn run(repository: &Repository) -> Result<()> {
    for (name, value) in Tools::find(repository)?.environment() {
        let value = value.to_str().with_context(|| format!("{name} is not UTF-8"))?;
        println!("export {name}={}", quoted(value));
    }
    Ok(())
}

/// One word to a shell, whatever is in it.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_stays_inside_its_word() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
