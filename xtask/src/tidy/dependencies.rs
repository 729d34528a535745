//! What a crate must not depend on, however indirectly.

use std::process::Command;

use anyhow::Result;

use crate::command::{self, CARGO};
use crate::repository::Repository;

/// A crate, on the machine that builds, and what its tree must not have.
struct Absence {
    package: &'static str,
    absent: &'static [&'static str],
    reason: &'static str,
}

const CRYPTO: &[&str] =
    &["aes", "aes-gcm", "hkdf", "hmac", "md-5", "ring", "sha1", "sha2", "subtle"];

const ABSENCES: &[Absence] = &[
    Absence {
        package: "storage-core",
        absent: &["syn", "tokio", "wasm-bindgen", "worker"],
        reason: "the core does no I/O and is part of every build",
    },
    Absence {
        package: "storage-macros",
        absent: CRYPTO,
        reason: "macros only describe: crypto would slow every build",
    },
    Absence {
        package: "storage-macros",
        absent: &["tokio", "wasm-bindgen", "worker"],
        reason: "macros run on the machine that builds",
    },
    Absence {
        package: "storage-runtime",
        absent: &["wasm-bindgen", "worker"],
        reason: "native builds link nothing of Workers",
    },
    Absence {
        package: "storage-cli",
        absent: &["storage-runtime", "wasm-bindgen", "worker"],
        reason: "the CLI reads artifacts, it is none",
    },
];

pub(super) fn check(repository: &Repository) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for rule in ABSENCES {
        let tree = command::read(
            Command::new(CARGO)
                .args(["tree", "--all-features", "--edges=normal,no-proc-macro", "--prefix=none"])
                .args(["--format={p}", "--package", rule.package])
                .current_dir(repository.root()),
        )?;
        breaches.extend(found(rule, &tree));
    }
    Ok(breaches)
}

fn found(rule: &Absence, tree: &str) -> Vec<String> {
    let mut names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| rule.absent.contains(name));
    let Absence { package, reason, .. } = rule;
    names.iter().map(|name| format!("{package} depends on `{name}`: {reason}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_crate_is_named_once_and_a_similar_one_is_not() {
        let tree =
            "storage-cli v0.1.0 (here)\nworker v0.8.7\nworker-sys v0.8.7\nworker v0.8.7 (*)\n";
        let rule = Absence { package: "storage-cli", absent: &["worker"], reason: "why" };
        assert_eq!(found(&rule, tree), ["storage-cli depends on `worker`: why"]);
    }
}
