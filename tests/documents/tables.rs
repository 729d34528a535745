//! Tables that stand in the code as well.

use storage::ErrorKind;

const README: &str = include_str!("../../README.md");
const RUNTIME: &str = include_str!("../../storage-runtime/src/lib.rs");

#[test]
fn every_error_code_is_in_the_readme_as_it_is() {
    let rows: Vec<_> = README.lines().filter(|line| line.starts_with("| `storage_")).collect();
    let expected: Vec<_> = ErrorKind::ALL
        .iter()
        .map(|kind| {
            let retry = if kind.is_retryable() { "yes" } else { "no" };
            format!("| `{}` | {} | {retry} | ", kind.code(), kind.http_status())
        })
        .collect();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        assert!(row.starts_with(expected), "{row}\nshould start with\n{expected}");
    }
}

#[test]
fn the_options_are_documented_alike_in_both_places() {
    let in_readme: Vec<_> = README.lines().filter(is_option).collect();
    let in_docs: Vec<_> =
        RUNTIME.lines().filter_map(|line| line.strip_prefix("/// ")).filter(is_option).collect();
    let sorted = |mut rows: Vec<&'static str>| {
        rows.sort_unstable();
        rows
    };
    assert!(in_docs.len() >= 18, "the documentation is read wrongly: {in_docs:?}");
    assert_eq!(sorted(in_readme), sorted(in_docs));
}

/// Whether a line is a row of a table of options: five columns, the third `yes` or `no`.
fn is_option(line: &&str) -> bool {
    let columns: Vec<_> = line.split('|').map(str::trim).collect();
    matches!(columns.as_slice(), ["", _, _, "yes" | "no", _, _, ""])
}
