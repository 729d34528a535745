//! What must not stand in a file.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Longer files have more than one subject.
const LINES_MAX: usize = 500;

/// A text that belongs in one place only.
struct Rule {
    /// Where the rule applies.
    applies: fn(path: &str) -> bool,
    /// Whether a line of code breaks it.
    breaks: fn(line: &str) -> bool,
    /// Whether the tests of a file are held to it as well.
    in_tests: bool,
    says: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        applies: |path| {
            path.starts_with("storage-macros/src/")
                && !path.starts_with("storage-macros/src/expand/")
        },
        breaks: |line| has_word(line, "quote!") || has_word(line, "quote_spanned!"),
        in_tests: false,
        says: "tokens are written under expand/ only",
    },
    Rule {
        applies: |path| path.starts_with("storage-macros/src/"),
        breaks: |line| {
            ["std::env", "std::fs", "std::net", "std::process", "std::time", "cfg!("]
                .iter()
                .any(|name| has_word(line, name))
        },
        in_tests: false,
        says: "an expansion is a function of attribute and item: no files, environment or features",
    },
    Rule {
        applies: |path| {
            path.starts_with("storage-runtime/src/")
                && !path.starts_with("storage-runtime/src/backend/workers/")
        },
        breaks: |line| has_word(line, "worker::"),
        in_tests: true,
        says: "the `worker` crate is named under backend/workers/ only",
    },
    Rule {
        applies: |path| {
            path.starts_with("storage-")
                && path.contains("/src/")
                && path != "storage-runtime/src/backend/mod.rs"
                && !path.starts_with("storage-macros/src/expand/") // asks for it in user code
        },
        breaks: |line| line.contains("cfg") && line.contains("target_"),
        in_tests: true,
        says: "the target is asked for in backend/mod.rs of the runtime only",
    },
    Rule {
        applies: |path| path.starts_with("storage-core/src/"),
        breaks: |line| ["std::env", "std::fs", "std::net"].iter().any(|name| has_word(line, name)),
        in_tests: false,
        says: "the core does no I/O",
    },
    Rule {
        applies: |path| !path.starts_with("xtask/src/tidy/"),
        breaks: |line| {
            line.contains("#[ignore")
                || has_word(line, "todo!(")
                || has_word(line, "unimplemented!(")
        },
        in_tests: true,
        says: "no test is switched off and no code is unfinished",
    },
];

pub(super) fn check(root: &Path, files: &[String]) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for path in files {
        let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
        let is_npm_lock = path.ends_with("package-lock.json");
        if extension != Some("rs") && !is_npm_lock {
            continue;
        }
        let text = fs::read_to_string(root.join(path)).with_context(|| path.clone())?;
        if is_npm_lock {
            breaches.extend(npm_lock(path, &text));
        } else {
            breaches.extend(rust(path, &text));
        }
    }
    Ok(breaches)
}

fn rust(path: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if lines > LINES_MAX {
        breaches.push(format!("{path}: {lines} lines, at most {LINES_MAX}: split it by noun"));
    }
    let tests = path.contains("/tests/") || path.starts_with("tests/");
    for rule in RULES.iter().filter(|rule| (rule.applies)(path) && (rule.in_tests || !tests)) {
        // Tests stand last in a file.
        let end = if rule.in_tests { None } else { text.find("#[cfg(test)]\nmod ") };
        let code = end.and_then(|end| text.get(..end)).unwrap_or(text);
        for (number, line) in code.lines().enumerate() {
            if !line.trim_start().starts_with("//") && (rule.breaks)(line) {
                breaches.push(format!("{path}:{}: {}", number + 1, rule.says));
            }
        }
    }
    breaches
}

fn npm_lock(path: &str, text: &str) -> Option<String> {
    let resolved = text.lines().position(|line| line.trim_start().starts_with("\"resolved\""))?;
    let line = resolved + 1;
    Some(format!("{path}:{line}: names a registry: write the lock file with the .npmrc beside it"))
}

/// Whether a line has a name that is not the end of a longer path or word.
fn has_word(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let rooted = before.strip_suffix("::").is_some_and(|head| !ends_in_word(head));
        rooted || !(ends_in_word(before) || before.ends_with(':'))
    })
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | '>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_at_the_start_of_a_path_only() {
        assert!(has_word("use worker::Env;", "worker::"));
        assert!(has_word("fn open(env: &::worker::Env)", "worker::"));
        assert!(!has_word("limits::worker::NAME_MAX", "worker::"));
        assert!(!has_word("my_worker::Env", "worker::"));
        assert!(!has_word("parse_quote!(x)", "quote!"));
    }

    #[test]
    fn each_rule_finds_its_breach_and_spares_its_place() {
        let cases = [
            ("storage-macros/src/decl/kv.rs", "storage-macros/src/expand/kv.rs", "quote! {}"),
            ("storage-macros/src/lib.rs", "storage-cli/src/main.rs", "std::fs::read(path)"),
            (
                "storage-runtime/src/kv/mod.rs",
                "storage-runtime/src/backend/workers/kv.rs",
                "worker::Env",
            ),
            (
                "storage-runtime/src/lib.rs",
                "storage-runtime/src/backend/mod.rs",
                "#[cfg(target_arch = \"wasm32\")]",
            ),
            ("storage-core/src/lib.rs", "xtask/src/lib.rs", "use std::fs;"),
            ("tests/e2e/main.rs", "xtask/src/tidy/sources.rs", "todo!()"),
        ];
        assert_eq!(cases.len(), RULES.len(), "each rule has a case here");
        for (breach, place, line) in cases {
            assert_eq!(rust(breach, line).len(), 1, "{breach}");
            assert_eq!(rust(place, line), [""; 0], "{place}");
        }
    }

    #[test]
    fn comments_and_tests_are_not_code() {
        let text = "// quote! is not here\nfn f() {}\n\n#[cfg(test)]\nmod tests { quote! {} }\n";
        assert_eq!(rust("storage-macros/src/decl/kv.rs", text), [""; 0]);
    }

    #[test]
    fn long_files_and_registry_names_are_found() {
        assert_eq!(rust("xtask/src/lib.rs", &"\n".repeat(LINES_MAX)), [""; 0]);
        assert_eq!(rust("xtask/src/lib.rs", &"\n".repeat(LINES_MAX + 1)).len(), 1);
        assert!(npm_lock("package-lock.json", "{\n  \"resolved\": \"https://x\"\n}").is_some());
        assert!(npm_lock("package-lock.json", "{\n  \"integrity\": \"sha512\"\n}").is_none());
    }
}
