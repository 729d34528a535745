//! A manifest and a configuration file in, a configuration file out.
//!
//! Every folder in `golden/` is a case: `before.*` (missing: no file yet), `env` (missing: the top
//! level, and a manifest without `existing`), `after.*`, `warnings` (missing: there are none). A case with `secrets` in its name is for
//! the manifest with encryption, one with `signed` for that with signed URLs, one with `via` for that of an
//! app that goes by storage Workers, and one with `worker` for that of a storage Worker. In a case with
//! `narrowed` in its name, grants are taken back. With `UPDATE_GOLDEN=1` the outcomes are written instead of
//! compared.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support;
use storage_cli::wrangler::{Format, Update, update};

struct Case {
    name: String,
    folder: PathBuf,
    extension: String,
    before: Option<String>,
    env: Option<String>,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = folders.filter(|path| path.is_dir()).map(case).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() > 10, "the cases are gone");
    cases
}

fn case(folder: PathBuf) -> Case {
    let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let extension = ["jsonc", "json", "toml"]
        .into_iter()
        .find(|extension| name.split('-').any(|word| word == *extension))
        .unwrap()
        .to_owned();
    let before = fs::read_to_string(folder.join(format!("before.{extension}"))).ok();
    let env = fs::read_to_string(folder.join("env")).ok().map(|env| env.trim().to_owned());
    Case { name, folder, extension, before, env }
}

impl Case {
    fn format(&self) -> Format {
        Format::of(Path::new(&format!("wrangler.{}", self.extension))).unwrap()
    }

    fn has_word(&self, word: &str) -> bool {
        self.name.split('-').any(|other| other == word)
    }

    fn update(&self, before: Option<&str>) -> Update {
        let manifest = match self.env {
            _ if self.has_word("secrets") => support::manifest(support::SEALED),
            _ if self.has_word("signed") => support::manifest(support::SIGNED),
            _ if self.has_word("via") => support::manifest(support::VIA),
            _ if self.has_word("worker") => support::manifest(support::WORKER),
            None => support::manifest(support::FOUR),
            Some(_) => support::own(),
        };
        let bytes = before.map(str::as_bytes);
        update("wrangler", self.format(), bytes, &manifest, self.env.as_deref())
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", self.name))
    }
}

#[test]
fn outcomes_are_the_golden_ones() {
    for case in cases() {
        let update = case.update(case.before.as_deref());
        let lines = update.warnings.iter().flat_map(|text| [text.as_str(), "\n"]);
        let warnings: String = lines.collect();
        for (name, text) in
            [(format!("after.{}", case.extension), update.text), ("warnings".into(), warnings)]
        {
            let golden = case.folder.join(&name);
            let is_there = golden.exists() || !text.is_empty();
            if std::env::var_os("UPDATE_GOLDEN").is_some() && is_there {
                fs::write(&golden, &text).unwrap();
            }
            let expected = fs::read_to_string(&golden).unwrap_or_default();
            assert_eq!(text, expected, "{}: {name}", case.name);
        }
    }
}

#[test]
fn a_second_run_changes_nothing() {
    for case in cases() {
        let once = case.update(case.before.as_deref());
        let twice = case.update(Some(&once.text));
        assert_eq!(twice.text, once.text, "{}", case.name);
        assert!(twice.changes.is_empty(), "{}: {:?}", case.name, twice.changes);
    }
}

#[test]
fn line_ends_of_windows_survive_and_are_used() {
    for case in cases() {
        let Some(before) = &case.before else { continue };
        if !before.contains('\n') {
            continue;
        }
        let after = case.update(Some(before)).text;
        let on_windows = case.update(Some(&before.replace('\n', "\r\n"))).text;
        assert_eq!(on_windows, after.replace('\n', "\r\n"), "{}", case.name);
    }
}

#[test]
fn a_byte_order_mark_survives() {
    for case in cases() {
        let Some(before) = &case.before else { continue };
        let after = case.update(Some(before)).text;
        let marked = case.update(Some(&format!("\u{feff}{before}"))).text;
        assert_eq!(marked, format!("\u{feff}{after}"), "{}", case.name);
    }
}

#[test]
fn a_missing_final_line_end_stays_missing() {
    for case in cases() {
        let Some(before) = &case.before else { continue };
        let cut = before.trim_end();
        let after = case.update(Some(cut)).text;
        assert!(!after.ends_with('\n'), "{}", case.name);
        assert!(case.update(Some(&after)).changes.is_empty(), "{}", case.name);
    }
}

#[test]
fn every_line_of_the_old_file_is_in_the_new_one_in_order() {
    for case in cases() {
        let Some(before) = &case.before else { continue };
        if case.has_word("narrowed") {
            continue;
        }
        let after = case.update(Some(before)).text;
        let mut rest = after.chars();
        for c in before.chars() {
            assert!(rest.any(|next| next == c), "{}: lost {c:?}", case.name);
        }
    }
}

/// Where grants are taken back, that is all that is: what stays of the lines, stays as it was.
#[test]
fn nothing_but_grants_is_ever_taken_out() {
    let mut narrowed = 0;
    for case in cases().into_iter().filter(|case| case.has_word("narrowed")) {
        let before = case.before.as_deref().unwrap();
        let after = case.update(Some(before)).text;
        let mut lines = after.lines();
        for line in before.lines().filter(|line| !is_about_grants(line)) {
            assert!(lines.any(|other| other == line), "{}: lost {line:?}", case.name);
        }
        narrowed += 1;
    }
    assert!(narrowed > 3, "the cases are gone");
}

/// Whether a line of these cases is, or follows on, one of `props.storage`.
fn is_about_grants(line: &str) -> bool {
    const WORDS: [&str; 9] = [
        "audit-log",
        "finance-reports",
        "kind",
        "old-files",
        "prefix",
        "read",
        "user-assets",
        "verbs",
        "write",
    ];
    WORDS.iter().any(|word| line.contains(word))
        || matches!(line.trim(), "]" | "}" | "}," | "")
        || line.contains("\"props\": { \"storage\"")
        || line.contains("props = { team")
}
