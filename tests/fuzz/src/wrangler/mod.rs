//! The editor of wrangler files: any file in, and either a refusal in words or a file that has
//! what was asked for and everything that was in it.

mod additions;
mod document;
mod jsonc;
mod request;
mod toml;

use serde_json::Value;
use storage_cli::wrangler::{self, Format, Update, update};

use request::Request;

/// The file, as another reader than the editor's understands it.
struct Reading {
    value: Value,
    comments: Vec<String>,
}

/// More holes than any file has.
const NEVER: usize = usize::MAX / 2;

/// Larger files are not compared hole by hole.
const HOLES_MAX: usize = 1 << 18;

/// The input is a line that says what is asked for, and a file.
pub(crate) fn any_file(input: &[u8]) {
    let line = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (line, file) = input.split_at(line);
    let file = file.strip_prefix(b"\n").unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return };
    if let Some(request) = Request::parse(line) {
        check(&request, file);
    }
}

/// The input is what a document and a request are made from.
pub(crate) fn document(input: &[u8]) {
    let mut choices = arbitrary::Unstructured::new(input);
    if let Ok((request, file)) = document::make(&mut choices) {
        check(&request, file.as_bytes());
    }
}

fn check(request: &Request, file: &[u8]) {
    let Request { format, env, manifest } = request;
    let run = |file| update("file", *format, Some(file), manifest, env.as_deref());
    let shown = String::from_utf8_lossy(file);
    let looked = wrangler::look("file", *format, Some(file), env.as_deref());
    let Update { text: once, changes, .. } = match run(file) {
        Ok(update) => update,
        Err(refusal) => {
            let words = refusal.to_string();
            assert!(words.starts_with("file") && refusal.problems().count() > 0, "{words}");
            assert!(!words.contains("which is a bug"), "{words}\n--- {request:?}\n{shown}");
            return;
        }
    };
    let both = format!("{request:?}\n--- before\n{shown}\n--- after\n{once}");
    looked.unwrap_or_else(|refusal| panic!("{refusal}\n--- {both}"));

    let before = read(*format, &shown).unwrap_or_else(|error| panic!("before: {error}\n{both}"));
    let after = read(*format, &once).unwrap_or_else(|error| panic!("after: {error}\n{both}"));
    assert_eq!(before.comments, after.comments, "{both}");
    let added = additions::between(&before.value, &after.value, request)
        .unwrap_or_else(|what| panic!("{what}\n{both}"));
    assert_eq!(added, changes.len(), "{changes:#?}\n{both}");
    additions::complete(&after.value, request).unwrap_or_else(|what| panic!("{what}\n{both}"));

    let holes = holes(shown.as_bytes(), once.as_bytes());
    assert!(holes.is_none_or(|holes| holes <= changes.len() * 2), "{holes:?} holes\n{both}");
    same_line_ends(&shown, &once, &both);
    let again = run(once.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}\n{both}"));
    assert_eq!((again.text, again.changes), (once, vec![]), "{both}");
}

fn read(format: Format, text: &str) -> Result<Reading, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::Toml => toml::read(text),
        _ => jsonc::read(text),
    }
}

/// In how many places something was put in; `None` if the files are too large to say. It panics if
/// anything was taken out.
fn holes(before: &[u8], after: &[u8]) -> Option<usize> {
    if before.len().saturating_mul(after.len()) > HOLES_MAX {
        return None;
    }
    // The fewest holes so that the bytes of `before` up to one end in those of `after` so far, by
    // whether the last byte of `after` is in a hole.
    let mut kept = vec![NEVER; before.len() + 1];
    let mut in_hole = kept.clone();
    kept[0] = 0;
    for byte in after {
        for at in (0..=before.len()).rev() {
            in_hole[at] = in_hole[at].min(kept[at] + 1);
            let same = at > 0 && before[at - 1] == *byte;
            kept[at] = if same { kept[at - 1].min(in_hole[at - 1]) } else { NEVER };
        }
    }
    let fewest = kept.last().min(in_hole.last()).copied().unwrap_or(NEVER);
    assert!(fewest < NEVER, "something was taken out");
    Some(fewest)
}

/// A file with one kind of line end keeps to it.
fn same_line_ends(before: &str, after: &str, both: &str) {
    let lone = |text: &str| text.replace("\r\n", "").contains('\n');
    if before.contains("\r\n") && !lone(before) {
        assert!(!lone(after), "a line ends in another way\n{both}");
    }
    if !before.contains('\r') {
        assert!(!after.contains('\r'), "a line ends in another way\n{both}");
    }
}
