//! The text of such a file.

use regex_lite::Regex;
use storage_core::crypto::Zeroizing;

/// How dotenv, with which wrangler reads these files, finds a variable.
const VARIABLE: &str = concat!(
    r"(?m)^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)",
    r#"(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?"#,
    r"\s*(?:#.*)?$",
);

/// What a new file starts with.
const HEADING: &str =
    "# Keys for this machine alone. A deployed Worker has others: `cargo storage keygen`.";

/// A variable as the Worker sees it.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: Zeroizing<String>,
}

/// All variables, in order.
pub(super) fn variables(text: &str) -> Vec<Variable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
    let Ok(pattern) = Regex::new(VARIABLE) else { return Vec::new() };
    let found = pattern.captures_iter(&text).filter_map(|captures| {
        let name = captures.get(1)?.as_str().to_owned();
        let value = captures.get(2).map_or("", |value| value.as_str());
        Some(Variable { name, value: Zeroizing::new(unquoted(value.trim())) })
    });
    found.collect()
}

fn unquoted(value: &str) -> String {
    for quote in ['\'', '"', '`'] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return if quote == '"' { inner.replace("\\n", "\n") } else { inner.to_owned() };
        }
    }
    value.to_owned()
}

/// The text with more lines at its end, and everything in it as it was: a missing last line end stays
/// missing. Nothing if the lines would not be read as variables there.
pub(super) fn with_lines(
    old: Option<&str>,
    lines: &[Zeroizing<String>],
) -> Option<Zeroizing<String>> {
    let newline = if old.is_some_and(|old| old.contains("\r\n")) { "\r\n" } else { "\n" };
    let room = lines.iter().map(|line| line.len() + newline.len()).sum::<usize>();
    let capacity = old.map_or(HEADING.len() + 1, str::len) + newline.len() + room;
    // Big enough from the start: a text that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    match old {
        Some(old) => text.push_str(old),
        None => text.extend([HEADING, newline]),
    }
    let is_open = !text.is_empty() && !text.ends_with(['\n', '\r']);
    for line in lines {
        if is_open {
            text.extend([newline, line.as_str()]);
        } else {
            text.extend([line.as_str(), newline]);
        }
    }
    let before = old.map_or(0, |old| variables(old).len());
    let after = variables(&text);
    let added = after.get(before..)?.iter();
    let as_line = |variable: &Variable| {
        Zeroizing::new(format!("{}={}", variable.name, variable.value.as_str()))
    };
    added.map(as_line).eq(lines.iter().cloned()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let pair = |variable: Variable| (variable.name, variable.value.to_string());
        variables(text).into_iter().map(pair).collect()
    }

    #[test]
    fn variables_are_those_that_wrangler_reads() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<_> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        for (text, expected) in [
            ("", &[][..]),
            ("A=1\nB = 2 \r\nC=", &[("A", "1"), ("B", "2"), ("C", "")]),
            ("\u{feff}A=1\rB=2", &[("A", "1"), ("B", "2")]),
            ("export A='x # y' # z\n# B=2\nC: 3", &[("A", "x # y"), ("C", "3")]),
            ("A=\"one\nB=2\n\"\nC=`\nD=4`", &[("A", "one\nB=2\n"), ("C", "\nD=4")]),
            ("A=\"one\\ntwo\"\nB=x#y", &[("A", "one\ntwo"), ("B", "x")]),
            ("A=k:MDE+/z==,l:x\nno variable\na.b-c=1", &[("A", "k:MDE+/z==,l:x"), ("a.b-c", "1")]),
        ] {
            assert_eq!(read(text), pairs(expected), "{text:?}");
        }
    }

    fn added(old: Option<&str>) -> Option<String> {
        let lines = ["X=local:k=", "Y=local:l="].map(|line| Zeroizing::new(line.to_owned()));
        with_lines(old, &lines).map(|text| text.to_string())
    }

    #[test]
    fn lines_come_last_and_the_rest_stays() {
        let two = "X=local:k=\nY=local:l=\n";
        assert_eq!(added(None).unwrap(), format!("{HEADING}\n{two}"));
        assert_eq!(added(Some("")).unwrap(), two);
        assert_eq!(added(Some("A=1\n")).unwrap(), format!("A=1\n{two}"));
        assert_eq!(added(Some("A=")).unwrap(), format!("A=\n{}", two.trim_end()));
        assert_eq!(added(Some("A=1\r\n# b")).unwrap(), "A=1\r\n# b\r\nX=local:k=\r\nY=local:l=");
        assert_eq!(added(Some("A=\"open\n")).unwrap(), format!("A=\"open\n{two}"));
        assert_eq!(added(Some("A:\n")), None, "A would be what follows");
    }
}
