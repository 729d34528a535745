//! JSON with comments and trailing commas, read in the plainest way.

use super::Reading;

/// Takes the comments and the trailing commas out, and leaves the rest to `serde_json`.
pub(super) fn read(text: &str) -> Result<Reading, String> {
    let mut comments = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let len = match next {
            '"' => {
                let len = string(rest).ok_or("a string does not end")?;
                plain.push_str(&rest[..len]);
                len
            }
            '/' => {
                let len = comment(rest).ok_or("a `/`")?;
                comments.push(rest[..len].to_owned());
                plain.push(' ');
                len
            }
            ']' | '}' => {
                let before = plain.trim_end();
                if let Some(shorter) = before.strip_suffix(',') {
                    plain.truncate(shorter.len());
                }
                plain.push(next);
                1
            }
            _ => {
                plain.push(next);
                next.len_utf8()
            }
        };
        rest = &rest[len..];
    }
    let value = serde_json::from_str(&plain).map_err(|error| format!("{error} in {plain}"))?;
    Ok(Reading { value, comments })
}

/// How long the string is that the text starts with.
fn string(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    loop {
        match bytes.next()? {
            (_, b'\\') => drop(bytes.next()?),
            (at, b'"') => return Some(at + 1),
            _ => {}
        }
    }
}

/// How long the comment is that the text starts with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\r', '\n']).unwrap_or(text.len()));
    }
    text.strip_prefix("/*")?.find("*/").map(|end| end + 4)
}
