//! What others say, on a terminal.

/// What a server or an account says, without what moves the cursor of a terminal or hides text on it.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::new();
    for char in text.chars() {
        match char {
            '"' | '\'' | '\\' => shown.push(char),
            _ => shown.extend(char.escape_debug()),
        }
    }
    shown
}

/// The same of several lines, which stay lines.
pub(crate) fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(printable("it's \"plain\" \u{fc}\\"), "it's \"plain\" \u{fc}\\");
        assert_eq!(printable("\u{1b}[2J\r\n\u{9b}\u{202e}"), r"\u{1b}[2J\r\n\u{9b}\u{202e}");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(printable_lines("a\tb\r\n\n\u{1b}[1A"), "a\\tb\n\n\\u{1b}[1A");
    }
}
