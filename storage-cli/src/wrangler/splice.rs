//! Edits as pieces of text.
//!
//! The new file is the old one with text put in between, and where something is this tool's alone, with
//! text taken out. That is why comments, order, line endings and everything foreign survive.

use std::ops::Range;

/// Text to put in, by the bytes it takes the place of: mostly none.
#[derive(Debug, Default)]
pub(super) struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    pub(super) fn one(at: usize, text: String) -> Self {
        Self::replace(at..at, text)
    }

    pub(super) fn replace(range: Range<usize>, text: String) -> Self {
        Self(vec![(range, text)])
    }

    pub(super) fn push(&mut self, at: usize, text: String) {
        self.0.push((at..at, text));
    }

    pub(super) fn cut(&mut self, range: Range<usize>) {
        self.0.push((range, String::new()));
    }

    /// The text with everything put in. Two pieces at one byte keep their order.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(text.len() + 256);
        let mut done = 0;
        for (range, piece) in &self.0 {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            out.push_str(piece);
            done = done.max(range.end);
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

/// The line ending the file uses, judged by its first line.
pub(super) fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}

/// The white space in front of the byte, if nothing else is in front of it on its line.
pub(super) fn indentation(text: &str, at: usize) -> Option<&str> {
    let start = line_start(text, at);
    text.get(start..at).filter(|lead| lead.chars().all(|c| c == ' ' || c == '\t'))
}

/// The white space that the byte's line starts with.
pub(super) fn line_indentation(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// How a file writes comments.
#[derive(Clone, Copy, Debug)]
pub(super) enum Comments {
    /// `# to the end of the line`
    Hash,
    /// `// to the end of the line` and `/* enclosed */`
    Slashes,
}

/// The syntax around a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style<'a> {
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) unit: &'a str,
    pub(super) comments: Comments,
}

/// Something in brackets with commas in between: an array, an object, an inline table.
#[derive(Clone, Debug)]
pub(super) struct List {
    /// The brackets and everything between them.
    pub(super) span: Range<usize>,
    /// The last item, if there is one.
    pub(super) last: Option<Range<usize>>,
    /// Whether an empty list may be opened up to several lines.
    pub(super) may_break: bool,
}

/// Adds an item at the end of a list, in the way the list is written.
///
/// `item` renders it: on its own line with the given indentation, or within a line.
pub(super) fn append(
    text: &str,
    brackets: &List,
    style: Style<'_>,
    item: impl Fn(Option<&str>) -> String,
) -> Splices {
    match &brackets.last {
        Some(last) => append_after(text, brackets, last, style, item),
        None => append_first(text, brackets, style, item),
    }
}

fn append_first(
    text: &str,
    brackets: &List,
    style: Style<'_>,
    item: impl Fn(Option<&str>) -> String,
) -> Splices {
    let (open, close) = (brackets.span.start + 1, brackets.span.end - 1);
    let inner = text.get(open..close).unwrap_or_default();
    let content = inner.trim_end();
    let tail = inner.get(content.len()..).unwrap_or_default();
    // White space behind a comment is part of it, up to the end of its line.
    let at = open + content.len() + tail.find(['\r', '\n']).unwrap_or_default();
    if !brackets.may_break && content.is_empty() && !tail.contains('\n') {
        let gap = if tail.is_empty() { " " } else { "" };
        return Splices::one(at, format!(" {}{gap}", item(None)));
    }
    let base = line_indentation(text, brackets.span.start);
    let indent = format!("{base}{}", style.unit);
    let mut insertion = format!("{}{indent}{}", style.newline, item(Some(&indent)));
    if !tail.contains('\n') {
        insertion.push_str(style.newline);
        insertion.push_str(base);
    }
    Splices::one(at, insertion)
}

fn append_after(
    text: &str,
    brackets: &List,
    last: &Range<usize>,
    style: Style<'_>,
    item: impl Fn(Option<&str>) -> String,
) -> Splices {
    let close = brackets.span.end - 1;
    let next = skip_trivia(text, last.end..close, style.comments, Lines::All);
    let comma = (next < close && byte(text, next) == Some(b',')).then_some(next + 1);
    let Some(indent) = indentation(text, last.start) else {
        return match comma {
            Some(after) => Splices::one(after, format!(" {},", item(None))),
            None => Splices::one(last.end, format!(", {}", item(None))),
        };
    };
    // A comment at the end of the last item's line stays with that item.
    let after = comma.unwrap_or(last.end);
    let rest = skip_trivia(text, after..close, style.comments, Lines::One);
    let line_is_done = matches!(byte(text, rest), Some(b'\n' | b'\r'));
    let at = if line_is_done { rest } else { after };
    let line = format!("{}{indent}{}", style.newline, item(Some(indent)));
    let mut splices = Splices::default();
    if comma.is_some() {
        splices.push(at, line + ",");
    } else {
        splices.push(last.end, ",".to_owned());
        splices.push(at, line);
    }
    splices
}

/// Takes an item out of a list, with its comma, and with its lines if nothing else is on them. `before` is the
/// end of the item in front of it.
pub(super) fn remove(
    text: &str,
    brackets: &Range<usize>,
    item: &Range<usize>,
    before: Option<usize>,
    comments: Comments,
) -> Splices {
    let mut splices = Splices::default();
    let close = brackets.end.saturating_sub(1);
    let comma = skip_trivia(text, item.end..close, comments, Lines::All);
    if comma < close && byte(text, comma) == Some(b',') {
        if comma == item.end {
            splices.cut(with_its_line(text, item.start..comma + 1));
        } else {
            splices.cut(with_its_line(text, item.clone()));
            splices.cut(comma..comma + 1);
        }
        return splices;
    }
    let Some(before) = before else {
        splices.cut(with_its_line(text, item.clone()));
        return splices;
    };
    // The last one: without the comma in front of it, if nothing would need it.
    let comma = skip_trivia(text, before..item.start, comments, Lines::All);
    let between = text.get(comma + 1..item.start).unwrap_or_default();
    if between.chars().all(|c| c == ' ' || c == '\t') {
        splices.cut(comma..item.end);
    } else {
        splices.cut(comma..comma + 1);
        splices.cut(with_its_line(text, item.clone()));
    }
    splices
}

/// The lines from the first byte to the last.
pub(super) fn whole_lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = line_start(text, range.start);
    let rest = text.get(range.end..).unwrap_or_default();
    match rest.find('\n') {
        Some(end) => start..range.end + end + 1,
        // A file without a last line end stays one.
        None => {
            text.get(..start).unwrap_or_default().trim_end_matches(['\r', '\n']).len()..text.len()
        }
    }
}

/// The same, if nothing else is on them; else with the spaces behind it.
fn with_its_line(text: &str, range: Range<usize>) -> Range<usize> {
    let rest = text.get(range.end..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let is_at_start = indentation(text, range.start).is_some();
    let ends = rest.get(blank..).is_some_and(|rest| rest.starts_with(['\r', '\n']));
    if is_at_start && ends { whole_lines(text, &range) } else { range.start..range.end + blank }
}

#[derive(Clone, Copy, PartialEq)]
enum Lines {
    One,
    All,
}

/// The first byte in the range that is neither white space nor part of a comment; with `Lines::One`,
/// the end of the line if that comes first.
fn skip_trivia(text: &str, range: Range<usize>, comments: Comments, lines: Lines) -> usize {
    let mut at = range.start;
    while at < range.end {
        let rest = text.get(at..range.end).unwrap_or_default();
        let line_end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let step = match comments {
            _ if rest.starts_with([' ', '\t']) => 1,
            _ if rest.starts_with(['\r', '\n']) && lines == Lines::All => 1,
            Comments::Hash if rest.starts_with('#') => line_end,
            Comments::Slashes if rest.starts_with("//") => line_end,
            Comments::Slashes if rest.starts_with("/*") => {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            }
            _ => return at,
        };
        at += step;
    }
    at
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appended(text: &str) -> String {
        let open = text.find('[').unwrap();
        let close = text.rfind(']').unwrap();
        let last = text.find('1').map(|at| at..at + 1);
        let brackets = List { span: open..close + 1, last, may_break: true };
        let style = Style { newline: newline(text), unit: "  ", comments: Comments::Slashes };
        append(text, &brackets, style, |_| "2".to_owned()).apply(text)
    }

    fn removed(text: &str, item: &str) -> String {
        let open = text.find('[').unwrap();
        let close = text.rfind(']').unwrap();
        let at = text.find(item).unwrap();
        let before = text[..at].rfind(|c: char| c.is_ascii_digit()).map(|at| at + 1);
        let span = open..close + 1;
        remove(text, &span, &(at..at + 1), before, Comments::Slashes).apply(text)
    }

    #[test]
    fn lists_shrink_the_way_they_are_written() {
        assert_eq!(removed("[1]", "1"), "[]");
        assert_eq!(removed("[1, 2, 3]", "1"), "[2, 3]");
        assert_eq!(removed("[1, 2, 3]", "2"), "[1, 3]");
        assert_eq!(removed("[1, 2, 3]", "3"), "[1, 2]");
        assert_eq!(removed("[ 1, 2, ]", "2"), "[ 1, ]");
        assert_eq!(removed("[\n 1,\n 2\n]", "1"), "[\n 2\n]");
        assert_eq!(removed("[\r\n 1,\r\n 2\r\n]", "2"), "[\r\n 1\r\n]");
        assert_eq!(removed("[\n 1, // one\n 2 // two\n]", "1"), "[\n // one\n 2 // two\n]");
        assert_eq!(removed("[\n 1, // one\n 2 // two\n]", "2"), "[\n 1 // one\n // two\n]");
        assert_eq!(removed("[\n 1 /* a */ ,\n 2]", "1"), "[\n /* a */ \n 2]");
        assert_eq!(removed("[\n 1\n]", "1"), "[\n]");
    }

    #[test]
    fn lists_grow_the_way_they_are_written() {
        assert_eq!(appended("[1]"), "[1, 2]");
        assert_eq!(appended("[ 1, ]"), "[ 1, 2, ]");
        assert_eq!(appended("[]"), "[\n  2\n]");
        assert_eq!(appended("\t[\n\t]"), "\t[\n\t  2\n\t]");
        assert_eq!(appended("[ // none\n]"), "[ // none\n  2\n]");
        assert_eq!(appended("[ // none \n]"), "[ // none \n  2\n]");
        assert_eq!(appended("[ // none\u{a0}\t\r\n ]"), "[ // none\u{a0}\t\r\n  2\r\n ]");
        assert_eq!(appended("[ /* none */ ]"), "[ /* none */\n  2\n ]");
        assert_eq!(appended("[\n\t1\n]"), "[\n\t1,\n\t2\n]");
        assert_eq!(appended("[\r\n 1,\r\n]"), "[\r\n 1,\r\n 2,\r\n]");
        assert_eq!(appended("[\n 1 // one\n]"), "[\n 1, // one\n 2\n]");
        assert_eq!(
            appended("[\n 1, // one, and\n // more\n]"),
            "[\n 1, // one, and\n 2,\n // more\n]"
        );
        assert_eq!(appended("[\n 1 /* a */ , /* b\n */ ]"), "[\n 1 /* a */ ,\n 2, /* b\n */ ]");
        assert_eq!(appended("[\n 1]"), "[\n 1,\n 2]");
        assert_eq!(appended("[ 1 // one\n ]"), "[ 1, 2 // one\n ]");
    }
}
