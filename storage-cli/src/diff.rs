//! What would change, as a unified diff.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::printable::printable_lines;

/// A diff with colours; a stream that is not a terminal drops them.
pub(crate) fn unified(name: &str, old: Option<&str>, new: &str) -> String {
    let diff = TextDiff::from_lines(old.unwrap_or_default(), new);
    // As git has it, of files that are below.
    let path = |side: &str| {
        let is_below = !name.starts_with("..") && !Path::new(name).is_absolute();
        if is_below { format!("{side}/{name}") } else { name.to_owned() }
    };
    let before = if old.is_some() { path("a") } else { "/dev/null".to_owned() };
    let after = path("b");
    let bold = Style::new().bold();
    let mut out = format!("{bold}--- {before}{bold:#}\n{bold}+++ {after}{bold:#}\n");
    for hunk in diff.unified_diff().iter_hunks() {
        let cyan = AnsiColor::Cyan.on_default();
        let _ = writeln!(out, "{cyan}{}{cyan:#}", hunk.header());
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ("-", AnsiColor::Red.on_default()),
                ChangeTag::Equal => (" ", Style::new()),
                ChangeTag::Insert => ("+", AnsiColor::Green.on_default()),
            };
            let line = change.value();
            let bare = printable_lines(line);
            let _ = writeln!(out, "{style}{sign}{bare}{style:#}");
            if !line.ends_with('\n') {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}
