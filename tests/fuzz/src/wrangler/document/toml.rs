//! `wrangler.toml`.

use arbitrary::{Result, Unstructured};

use super::{BINDINGS, ENVIRONMENTS, IDS, NAMES, SECRETS, more, space, word};

/// Names of tables, `ENV` for an environment.
const HEADERS: &[&str] = &[
    "[vars]",
    "[build]",
    "[env]",
    "[env.ENV]",
    "[env.ENV.vars]",
    "[[env.ENV.r2_buckets]]",
    "[[env.ENV.kv_namespaces]]",
    "[[env.ENV.routes]]",
    "[[r2_buckets]]",
    "[[kv_namespaces]]",
    "[r2_buckets.local_dev]",
    "[[kv_namespaces.more]]",
    "[[d1_databases]]",
    "[[queues.producers]]",
    "[triggers]",
    "[secrets]",
    "[secrets.more]",
    "[env.ENV.secrets]",
    "[a.\"b c\".'d.e']",
];

const KEYS: &[&str] = &[
    "name",
    "main",
    "compatibility_date",
    "build.command",
    "vars.X",
    "env.ENV.vars.Y",
    "env.ENV.name",
    "r2_buckets",
    "kv_namespaces",
    "secrets",
    "secrets.required",
    "secrets.x",
    "env.ENV.secrets.required",
    "required",
    "env",
    "\"quoted key\"",
];

pub(super) fn make(choices: &mut Unstructured<'_>) -> Result<String> {
    let mut out = String::new();
    body(choices, &mut out)?;
    while more(choices, 8)? {
        let header = header(choices)?;
        out.push_str(space(choices)?);
        out.push_str(&header);
        end(choices, &mut out)?;
        if header.starts_with("[[") && choices.ratio(9, 10)? {
            line(choices, &mut out, "binding", binding)?;
            if choices.arbitrary()? {
                identity(choices, &mut out)?;
            }
        }
        body(choices, &mut out)?;
    }
    Ok(out)
}

fn header(choices: &mut Unstructured<'_>) -> Result<String> {
    let env = env(choices)?;
    let header = choices.choose(HEADERS)?.replace("ENV", &env);
    let gap = space(choices)?;
    Ok(match gap {
        "" => header,
        gap => header.replace('.', &format!(".{gap}")),
    })
}

/// Pairs, comments and blank lines.
fn body(choices: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
    let mut count = out.len(); // so that no key is there twice
    while more(choices, 3)? {
        match choices.int_in_range(0..=9)? {
            0 => out.extend([space(choices)?, "# ", word(choices)?, "\n"]),
            1 => out.extend([space(choices)?, "\n"]),
            2..=4 => {
                let env = env(choices)?;
                let key = choices.choose(KEYS)?.replace("ENV", &env);
                line(choices, out, &key, |choices| value_of(choices, &key))?;
            }
            _ => {
                line(choices, out, &format!("key_{count}"), |choices| value(choices, 3))?;
                count += 1;
            }
        }
    }
    Ok(())
}

fn line(
    choices: &mut Unstructured<'_>,
    out: &mut String,
    key: &str,
    value: impl Fn(&mut Unstructured<'_>) -> Result<String>,
) -> Result<()> {
    let (lead, before, behind) = (space(choices)?, space(choices)?, space(choices)?);
    out.extend([lead, key, before, "=", behind, &value(choices)?]);
    end(choices, out)
}

/// The end of a line, with or without a comment.
fn end(choices: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
    out.push_str(space(choices)?);
    if choices.ratio(1, 4)? {
        out.extend(["# ", word(choices)?]);
    }
    out.push('\n');
    Ok(())
}

fn env(choices: &mut Unstructured<'_>) -> Result<String> {
    let env = *choices.choose(ENVIRONMENTS)?;
    let bare = !env.is_empty() && env.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok(if bare && choices.ratio(7, 8)? { env.to_owned() } else { format!("{env:?}") })
}

fn binding(choices: &mut Unstructured<'_>) -> Result<String> {
    let binding = *choices.choose(BINDINGS)?;
    Ok(if choices.ratio(7, 8)? { format!("\"{binding}\"") } else { format!("'''{binding}'''") })
}

fn identity(choices: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
    if choices.arbitrary()? {
        line(choices, out, "bucket_name", |choices| Ok(format!("{:?}", choices.choose(NAMES)?)))
    } else {
        line(choices, out, "id", |choices| Ok(format!("{:?}", choices.choose(IDS)?)))
    }
}

/// A value that makes sense for a key, more often than not.
fn value_of(choices: &mut Unstructured<'_>, key: &str) -> Result<String> {
    if choices.ratio(1, 16)? {
        return value(choices, 3);
    }
    Ok(match key {
        "name" => "\"media-api\"".to_owned(),
        "compatibility_date" => "'2026-11-01'".to_owned(),
        "r2_buckets" | "kv_namespaces" => list(choices, '[', ']', entry)?,
        "secrets" => list(choices, '{', '}', |choices| {
            Ok(format!("required = {}", list(choices, '[', ']', secret)?))
        })?,
        key if key.ends_with("required") => list(choices, '[', ']', secret)?,
        "env" => {
            let one = |choices: &mut Unstructured<'_>| {
                let inner = list(choices, '{', '}', |choices| {
                    let section = choices.choose(&["r2_buckets", "kv_namespaces", "x"])?;
                    if choices.ratio(1, 4)? {
                        let names = list(choices, '[', ']', secret)?;
                        return Ok(format!("secrets = {{ required = {names} }}"));
                    }
                    let entries = list(choices, '[', ']', entry)?;
                    Ok(format!("{section} = {entries}"))
                })?;
                Ok(format!("{} = {inner}", env(choices)?))
            };
            list(choices, '{', '}', one)?
        }
        _ => value(choices, 3)?,
    })
}

fn secret(choices: &mut Unstructured<'_>) -> Result<String> {
    Ok(format!("'{}'", choices.choose(SECRETS)?))
}

/// An entry of a section, on a line.
fn entry(choices: &mut Unstructured<'_>) -> Result<String> {
    let mut pairs = vec![format!("binding = {}", binding(choices)?)];
    if choices.arbitrary()? {
        pairs.push(format!("bucket_name = {:?}", choices.choose(NAMES)?));
    }
    if choices.ratio(1, 4)? {
        pairs.insert(0, format!("x.y = {}", value(choices, 1)?));
    }
    let gap = space(choices)?;
    Ok(format!("{{{gap}{}{gap}}}", pairs.join(&format!("{gap},{gap}"))))
}

fn value(choices: &mut Unstructured<'_>, depth: u8) -> Result<String> {
    let word = word(choices)?;
    Ok(match choices.int_in_range(0..=if depth == 0 { 7 } else { 9 })? {
        0 => format!("{word:?}").replace("\\u{feff}", "\u{feff}").replace("\\u{", "u{"),
        1 => format!("'{}'", word.replace('\'', "")),
        2 => format!("\"\"\"{word}\n\\\"\"\" {word}\"\"\"\""),
        3 => format!("'''\n{}\n[[r2_buckets]]'''''", word.replace('\'', "")),
        4 => "-1_000.5e3".to_owned(),
        5 => "0xff".to_owned(),
        6 => "1979-05-27 07:32:00Z".to_owned(),
        7 => "true".to_owned(),
        8 => list(choices, '[', ']', |choices| value(choices, depth - 1))?,
        _ => {
            let key = *choices.choose(&["a", "b.c", "binding", "'d e'"])?;
            list(choices, '{', '}', |choices| {
                Ok(format!("{key} = {}", value(choices, depth - 1)?))
            })?
        }
    })
}

/// Items in brackets, with comments where they may be.
fn list(
    choices: &mut Unstructured<'_>,
    open: char,
    close: char,
    item: impl Fn(&mut Unstructured<'_>) -> Result<String>,
) -> Result<String> {
    let lines: bool = choices.arbitrary()?;
    let gap = |choices: &mut Unstructured<'_>| -> Result<String> {
        let space = space(choices)?;
        if !lines {
            return Ok(space.to_owned());
        }
        Ok(match choices.int_in_range(0..=3)? {
            0 => format!("{space}\n  "),
            1 => format!("{space}# {}\n\t", word(choices)?),
            _ => space.to_owned(),
        })
    };
    let mut out = open.to_string() + &gap(choices)?;
    let mut first = true;
    while more(choices, 3)? {
        if !first {
            out.push(',');
            out.push_str(&gap(choices)?);
        }
        first = false;
        out.push_str(&item(choices)?);
        out.push_str(&gap(choices)?);
    }
    if !first && choices.ratio(1, 3)? {
        out.push(',');
        out.push_str(&gap(choices)?);
    }
    out.push(close);
    Ok(out)
}
