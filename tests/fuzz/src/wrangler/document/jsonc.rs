//! `wrangler.jsonc`.

use arbitrary::{Result, Unstructured};

use super::{BINDINGS, ENVIRONMENTS, IDS, NAMES, SECRETS, more, space, word};

pub(super) fn make(choices: &mut Unstructured<'_>) -> Result<String> {
    let lines = choices.ratio(3, 4)?;
    let mut out = gap(choices, lines)?;
    let writer = Writer { lines, depth: 3 };
    out.push_str(&object(choices, writer, |choices, inner| {
        Ok(match choices.int_in_range(0..=9)? {
            0 => ("name".into(), "\"media-api\"".into()),
            1 => ("main".into(), "\"src/index.js\"".into()),
            2 => ("build".into(), value(choices, inner)?),
            3 | 4 => section(choices, inner)?,
            5 | 6 => ("env".into(), environments(choices, inner)?),
            7 => ("vars".into(), value(choices, inner)?),
            _ => foreign(choices, inner)?,
        })
    })?);
    out.push_str(&gap(choices, lines)?);
    Ok(out)
}

/// How a value is written.
#[derive(Clone, Copy)]
struct Writer {
    /// Whether it may have lines.
    lines: bool,
    /// How deep it may go.
    depth: u8,
}

fn environments(choices: &mut Unstructured<'_>, writer: Writer) -> Result<String> {
    if choices.ratio(1, 16)? {
        return value(choices, writer);
    }
    object(choices, writer, |choices, writer| {
        let name = format!("{:?}", choices.choose(ENVIRONMENTS)?);
        let env = object(choices, writer, |choices, writer| {
            let section: fn(_: &mut _, _) -> _ =
                if choices.arbitrary()? { section } else { foreign };
            section(choices, writer)
        })?;
        Ok((name[1..name.len() - 1].to_owned(), env))
    })
}

fn section(choices: &mut Unstructured<'_>, writer: Writer) -> Result<(String, String)> {
    if choices.ratio(1, 3)? {
        return Ok(("secrets".to_owned(), secrets(choices, writer)?));
    }
    let name = (*choices.choose(&["r2_buckets", "kv_namespaces"])?).to_owned();
    if choices.ratio(1, 16)? {
        return Ok((name, value(choices, writer)?));
    }
    let entries = list(choices, writer, ['[', ']'], |choices, writer| {
        let writer = Writer { lines: writer.lines && choices.arbitrary()?, ..writer };
        let mut left = vec!["binding", "bucket_name", "id", "x"];
        object(choices, writer, |choices, writer| {
            if left.is_empty() {
                return foreign(choices, writer);
            }
            let key = left.remove(0);
            let value = match key {
                "binding" => format!("{:?}", choices.choose(BINDINGS)?),
                "bucket_name" => format!("{:?}", choices.choose(NAMES)?),
                "id" => format!("{:?}", choices.choose(IDS)?),
                _ => value(choices, writer)?,
            };
            Ok((key.to_owned(), value))
        })
    })?;
    Ok((name, entries))
}

fn secrets(choices: &mut Unstructured<'_>, writer: Writer) -> Result<String> {
    if choices.ratio(1, 16)? {
        return value(choices, writer);
    }
    object(choices, writer, |choices, writer| {
        if choices.ratio(1, 16)? {
            return foreign(choices, writer);
        }
        let names = list(choices, writer, ['[', ']'], |choices, _| {
            Ok(format!("{:?}", choices.choose(SECRETS)?))
        })?;
        Ok(("required".to_owned(), names))
    })
}

fn foreign(choices: &mut Unstructured<'_>, writer: Writer) -> Result<(String, String)> {
    let key = format!("key_{}", choices.len()); // no other has as many choices left
    Ok((key, value(choices, writer)?))
}

fn value(choices: &mut Unstructured<'_>, writer: Writer) -> Result<String> {
    let writer = Writer { depth: writer.depth.saturating_sub(1), ..writer };
    Ok(match choices.int_in_range(0..=if writer.depth == 0 { 4 } else { 6 })? {
        0 => serde_json::Value::from(word(choices)?).to_string(),
        1 => "-1.5e3".to_owned(),
        2 => "null".to_owned(),
        3 => "true".to_owned(),
        4 => "\"\\u00e4\\\"\\\\ // [\"".to_owned(),
        5 => list(choices, writer, ['[', ']'], value)?,
        _ => object(choices, writer, foreign)?,
    })
}

fn object(
    choices: &mut Unstructured<'_>,
    writer: Writer,
    mut member: impl FnMut(&mut Unstructured<'_>, Writer) -> Result<(String, String)>,
) -> Result<String> {
    let mut seen = Vec::new();
    list(choices, writer, ['{', '}'], |choices, writer| {
        let (mut key, value) = member(choices, writer)?;
        // Twice in one object is refused, so it is rare.
        if seen.contains(&key) && choices.ratio(15, 16)? {
            key.push_str(&seen.len().to_string());
        }
        seen.push(key.clone());
        let (before, behind) = (gap(choices, writer.lines)?, gap(choices, writer.lines)?);
        Ok(format!("\"{key}\"{before}:{behind}{value}"))
    })
}

/// Items in brackets, with comments wherever they may be.
fn list(
    choices: &mut Unstructured<'_>,
    writer: Writer,
    [open, close]: [char; 2],
    mut item: impl FnMut(&mut Unstructured<'_>, Writer) -> Result<String>,
) -> Result<String> {
    let lines = writer.lines && choices.ratio(3, 4)?;
    let mut out = open.to_string() + &gap(choices, lines)?;
    let mut first = true;
    while more(choices, 3)? {
        if !first {
            out.push(',');
            out.push_str(&gap(choices, lines)?);
        }
        first = false;
        out.push_str(&item(choices, writer)?);
        out.push_str(&gap(choices, lines)?);
    }
    if !first && choices.ratio(1, 3)? {
        out.push(',');
        out.push_str(&gap(choices, lines)?);
    }
    out.push(close);
    Ok(out)
}

/// White space and comments.
fn gap(choices: &mut Unstructured<'_>, lines: bool) -> Result<String> {
    let space = space(choices)?;
    Ok(match choices.int_in_range(0..=7)? {
        0 => format!("{space}/* {} */", word(choices)?),
        1 if lines => format!("{space}// {}\n  ", word(choices)?),
        2 if lines => format!("{space}/* {}\n */{space}", word(choices)?),
        3 | 4 if lines => format!("{space}\n\t"),
        _ => space.to_owned(),
    })
}
