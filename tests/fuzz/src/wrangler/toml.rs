//! TOML, read by another crate than the editor's; comments by hand.

use serde_json::Value;

use super::Reading;

pub(super) fn read(text: &str) -> Result<Reading, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let comments = comments(text).ok_or("a string does not end")?;
    Ok(Reading { value: value(toml::Value::Table(table)), comments })
}

/// Numbers and dates become texts that no text of a file is.
fn value(value_of_toml: toml::Value) -> Value {
    match value_of_toml {
        toml::Value::Array(elements) => elements.into_iter().map(value).collect(),
        toml::Value::String(text) => text.into(),
        toml::Value::Table(members) => {
            members.into_iter().map(|(key, member)| (key, value(member))).collect()
        }
        other => format!("\0{other:?}").into(),
    }
}

/// The comments of a document without mistakes.
fn comments(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let len = match next {
            '#' => {
                let line = rest.split('\n').next().unwrap_or_default();
                found.push(line.trim_end_matches('\r').to_owned());
                line.len()
            }
            '"' | '\'' => string(rest, next)?,
            _ => next.len_utf8(),
        };
        rest = &rest[len..];
    }
    Some(found)
}

/// How long the string is that the text starts with.
fn string(text: &str, quote: char) -> Option<usize> {
    let three = quote.to_string().repeat(3);
    let end = if text.starts_with(&three) { three.as_str() } else { &three[..1] };
    let mut at = end.len();
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(end) {
            // Up to two quotes more belong to the text of a string in three.
            let more = rest.strip_prefix(&three).map_or(0, |behind| {
                behind.chars().take(2).take_while(|next| *next == quote).count()
            });
            return Some(at + end.len() + if end.len() == 3 { more } else { 0 });
        }
        let escaped = quote == '"' && rest.starts_with('\\');
        let mut characters = rest.chars();
        at += characters.next()?.len_utf8();
        if escaped {
            at += characters.next()?.len_utf8();
        }
    }
}
