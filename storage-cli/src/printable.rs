//! What others say, on a terminal.

/// What a file, a server or an account says, without what moves the cursor of a terminal or hides text on it.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(escaped).collect()
}

/// The same of several lines, which stay lines, with their tabs.
pub(crate) fn printable_lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(printable).collect::<Vec<_>>().join("\t");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn escaped(char: char) -> String {
    match char {
        '"' | '\'' | '\\' => char.to_string(),
        // Behind another one: an accent by itself would be escaped.
        _ => format!(".{char}").escape_debug().skip(1).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(printable("it's \"plain\" \u{fc}\\"), "it's \"plain\" \u{fc}\\");
        assert_eq!(printable("e\u{301}"), "e\u{301}");
        assert_eq!(printable("\u{1b}[2J\r\n\u{9b}\u{202e}"), r"\u{1b}[2J\r\n\u{9b}\u{202e}");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(printable_lines("a\tb\r\n\n\u{1b}[1A"), "a\tb\n\n\\u{1b}[1A");
    }
}
