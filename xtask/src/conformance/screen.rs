//! The table on a terminal.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};

use super::{COLUMNS, Row};

const GREEN: &str = "32";
const YELLOW: &str = "33";
const RED: &str = "31";

/// One line a case, under a heading for each kind of resource, and a sum for each backend.
pub(super) fn table(rows: &[Row]) -> String {
    layout(rows, stdout().is_terminal())
}

fn layout(rows: &[Row], colours: bool) -> String {
    let names = rows.iter().filter_map(|row| row.case.split_once('/'));
    let name_len = names.map(|(_, name)| name.chars().count()).max().unwrap_or_default();
    let mut lens = Vec::new();
    for (column, title) in COLUMNS.iter().enumerate() {
        lens.push(len(title, rows.iter().filter_map(|row| row.found.get(column))));
    }
    let mut text = String::new();
    let mut heading = "";
    for row in rows {
        let (kind, name) = row.case.split_once('/').unwrap_or(("", &row.case));
        if kind != heading {
            heading = kind;
            let titles = COLUMNS.iter().zip(&lens).map(|(title, len)| format!("{title:<len$}"));
            let titles: Vec<_> = titles.collect();
            let _ = writeln!(text, "\n{kind:<name_len$}   {}", titles.join("  ").trim_end());
        }
        let cell = |(found, len): (&String, &usize)| {
            coloured(&format!("{found:<len$}"), colour(found), colours)
        };
        let cells: Vec<_> = row.found.iter().zip(&lens).map(cell).collect();
        let _ = writeln!(text, " {name:<name_len$}  {}", cells.join("  ").trim_end());
    }
    text.push('\n');
    let title_len = COLUMNS.iter().map(|title| title.len()).max().unwrap_or_default();
    for (column, title) in COLUMNS.iter().enumerate() {
        let found: Vec<_> = rows.iter().filter_map(|row| row.found.get(column)).collect();
        let _ = writeln!(text, "{title:<title_len$}  {}", sums(&found));
    }
    text
}

/// How many cases found what.
fn sums(found: &[&String]) -> String {
    let count = |word| found.iter().filter(|found| found.starts_with(word)).count();
    let words =
        [("passes", "pass"), ("refuses", "refuse"), ("differs", "differ"), ("fails", "fail")];
    let sums = words.map(|(word, plural)| (count(word), plural)).into_iter();
    let sums = sums.filter(|(count, _)| *count > 0);
    sums.map(|(count, plural)| format!("{count} {plural}")).collect::<Vec<_>>().join(", ")
}

/// How wide a column is.
fn len<'a>(title: &str, found: impl Iterator<Item = &'a String>) -> usize {
    // What fails says so in words of any length, and they need no neighbour.
    let short = found.map(String::len).filter(|len| *len < 40);
    short.chain([title.len()]).max().unwrap_or_default()
}

fn colour(found: &str) -> &'static str {
    match found {
        "passes" => GREEN,
        _ if found.starts_with("fails") => RED,
        _ => YELLOW,
    }
}

fn coloured(text: &str, colour: &str, colours: bool) -> String {
    if colours { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_backends_are_summed_up() {
        let row = |case: &str, memory: &str, workers: &str| {
            let found =
                [memory, "passes", "passes", "passes", workers, "passes"].map(str::to_owned);
            Row { case: case.to_owned(), found: found.to_vec() }
        };
        let rows = [
            row("bucket/what is put is got", "passes", "passes"),
            row("bucket/keys", "refuses: keys", "differs: keys"),
        ];
        let expected = "\n\
            bucket               memory         disk    memory, encrypted  disk, encrypted  workerd        workerd, encrypted\n \
            what is put is got  passes         passes  passes             passes           passes         passes\n \
            keys                refuses: keys  passes  passes             passes           differs: keys  passes\n\
            \n\
            memory              1 pass, 1 refuse\n\
            disk                2 pass\n\
            memory, encrypted   2 pass\n\
            disk, encrypted     2 pass\n\
            workerd             1 pass, 1 differ\n\
            workerd, encrypted  2 pass\n";
        assert_eq!(layout(&rows, false), expected);
        assert!(layout(&rows, true).contains("\u{1b}[32mpasses\u{1b}[0m"));
    }
}
