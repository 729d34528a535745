//! wrangler's lists of labelled values: a line a value, a blank line between records.

/// The records after the line that says what is listed. Nothing if they have other labels than those, in
/// that order.
pub(super) fn records(printed: &str, labels: &[&str]) -> Option<Vec<Vec<String>>> {
    let records = printed.split("\n\n").map(str::trim).filter(|record| !record.is_empty());
    records.map(|record| values(record, labels)).collect()
}

fn values(record: &str, labels: &[&str]) -> Option<Vec<String>> {
    let mut lines = record.lines();
    let values = labels.iter().map(|label| {
        let value = lines.next()?.strip_prefix(label)?.strip_prefix(':')?;
        Some(value.trim().to_owned())
    });
    let values = values.collect::<Option<Vec<_>>>()?;
    lines.next().is_none().then_some(values)
}

/// What wrangler prints after the line that announces a list.
pub(super) fn after_heading<'a>(printed: &'a str, heading: &str) -> Option<&'a str> {
    let start = printed.find(heading)?;
    let (_, rest) = printed.get(start..)?.split_once('\n')?;
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: &[&str] = &["name", "prefix"];

    #[test]
    fn records_are_read_or_refused_whole() {
        let printed = "Listing..\nname:    a b\nprefix:  (all)\n\nname:    c\nprefix:  \n";
        let rest = after_heading(printed, "Listing").unwrap();
        let expected = [["a b", "(all)"], ["c", ""]].map(|record| record.map(str::to_owned));
        assert_eq!(records(rest, LABELS).unwrap(), expected);
        assert_eq!(records("\n", LABELS), Some(vec![]));
        let broken = [
            "name:  a",
            "prefix: b\nname: a",
            "name: a\nprefix: b\nmore: c",
            "name: a\nand\nprefix: b",
        ];
        for broken in broken {
            assert_eq!(records(broken, LABELS), None, "{broken}");
        }
        assert_eq!(after_heading(printed, "Showing"), None);
    }
}
