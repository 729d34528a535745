//! What a file has that it had not, and whether that is what was asked for.

use serde_json::{Map, Value, json};
use storage_cli::wrangler::{BUILD_COMMAND, COMPATIBILITY_DATE, MAIN};

use super::request::Request;

/// Counts what was added.
///
/// # Errors
///
/// Something that was lost, has another value, or was not asked for.
pub(super) fn between(before: &Value, after: &Value, request: &Request) -> Result<usize, String> {
    let mut added = Vec::new();
    compare(before, after, &mut Vec::new(), &mut added)?;
    let mut flat = Vec::new();
    for (path, value) in added {
        flatten(&path, &value, request, &mut flat);
    }
    for (path, value) in &flat {
        if !is_asked_for(path, value, after, request) {
            return Err(format!("nobody asked for {value} at {path:?}"));
        }
    }
    Ok(flat.len())
}

/// Checks that everything that was asked for is there.
///
/// # Errors
///
/// What is missing.
pub(super) fn complete(after: &Value, request: &Request) -> Result<(), String> {
    let scope = request.env.as_ref().map_or(Some(after), |env| after.get("env")?.get(env));
    for setting in ["name", "main", "compatibility_date"] {
        let there = scope.and_then(|scope| scope.get(setting)).or_else(|| after.get(setting));
        there.ok_or_else(|| format!("there is no {setting}"))?;
    }
    let list = scope.and_then(|scope| scope.get("secrets")?.get("required")?.as_array());
    for secret in request.secrets() {
        if !list.is_some_and(|list| list.iter().any(|name| name == secret)) {
            return Err(format!("{secret} is not required"));
        }
    }
    for (section, binding, meaning) in request.entries() {
        let entries = scope.and_then(|scope| scope.get(section)?.as_array());
        let own: Vec<_> = entries
            .into_iter()
            .flatten()
            .filter(|entry| entry.get("binding").and_then(Value::as_str) == Some(binding))
            .collect();
        let [entry] = own.as_slice() else {
            return Err(format!("{} entries of {binding} in {section}", own.len()));
        };
        // In an environment it may be another resource.
        if let Some(meaning) = meaning
            && request.env.is_none()
            && entry.get(meaning.key) != Some(&Value::from(meaning.value.as_str()))
        {
            return Err(format!("{entry} is not {meaning:?}"));
        }
    }
    Ok(())
}

type Path = Vec<String>;

fn compare(
    before: &Value,
    after: &Value,
    path: &mut Path,
    added: &mut Vec<(Path, Value)>,
) -> Result<(), String> {
    let keyed = |value: &Value| -> Option<Map<String, Value>> {
        match value {
            Value::Array(elements) => {
                let elements = elements.iter().enumerate();
                Some(elements.map(|(at, value)| (format!("[{at}]"), value.clone())).collect())
            }
            Value::Object(members) => Some(members.clone()),
            _ => None,
        }
    };
    let (Some(old), Some(new)) = (keyed(before), keyed(after)) else {
        let same = before == after;
        return if same { Ok(()) } else { Err(format!("{before} became {after} at {path:?}")) };
    };
    if before.is_array() != after.is_array() {
        return Err(format!("{before} became {after} at {path:?}"));
    }
    for (key, value) in &old {
        let Some(now) = new.get(key) else {
            return Err(format!("lost {key} at {path:?}"));
        };
        path.push(key.clone());
        compare(value, now, path, added)?;
        path.pop();
    }
    for (key, value) in new.into_iter().filter(|(key, _)| !old.contains_key(key)) {
        added.push(([path.as_slice(), &[key]].concat(), value));
    }
    Ok(())
}

/// Takes new environments and new sections apart.
fn flatten(path: &[String], value: &Value, request: &Request, flat: &mut Vec<(Path, Value)>) {
    let words: Vec<_> = path.iter().map(String::as_str).collect();
    let apart = match (&request.env, words.as_slice()) {
        (Some(_), ["env"]) => true,
        (None, section) => is_section(section),
        (Some(env), ["env", name, section @ ..]) => {
            env == name && (section.is_empty() || is_section(section))
        }
        _ => false,
    };
    let inner = |key: String| [path, &[key]].concat();
    match value {
        Value::Array(elements) if apart => {
            for (at, element) in elements.iter().enumerate() {
                flatten(&inner(format!("[{at}]")), element, request, flat);
            }
        }
        Value::Object(members) if apart => {
            for (key, member) in members {
                flatten(&inner(key.clone()), member, request, flat);
            }
        }
        _ => flat.push((path.to_vec(), value.clone())),
    }
}

/// What entries and names are added to.
fn is_section(path: &[&str]) -> bool {
    matches!(path, ["kv_namespaces" | "r2_buckets" | "secrets"] | ["secrets", "required"])
}

fn is_asked_for(path: &[String], value: &Value, after: &Value, request: &Request) -> bool {
    let words: Vec<_> = path.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["name"] => return value == request.manifest.app.as_str(),
        ["main"] => return value == MAIN,
        ["compatibility_date"] => return value == COMPATIBILITY_DATE,
        ["build"] => return *value == json!({ "command": BUILD_COMMAND }),
        _ => {}
    }
    let (section, rest) = match (&request.env, words.as_slice()) {
        (Some(env), ["env", name, section, rest @ ..]) if env == name => (*section, rest),
        (None, [section, rest @ ..]) => (*section, rest),
        _ => return false,
    };
    if let ("secrets", ["required", _]) = (section, rest) {
        return request.secrets().any(|secret| value == secret);
    }
    let mut declared = request.entries().filter(|(own, _, _)| *own == section);
    match rest {
        [_] => declared.any(|(_, binding, meaning)| {
            let mut entry = json!({ "binding": binding });
            if let Some(meaning) = meaning {
                entry[meaning.key] = meaning.value.into();
            }
            *value == entry
        }),
        [_, key] => {
            let entry = path[..path.len() - 1].iter().try_fold(after, |value, key| {
                let index = key.strip_prefix('[').and_then(|key| key.strip_suffix(']'));
                match value {
                    Value::Array(_) => value.get(index?.parse::<usize>().ok()?),
                    _ => value.get(key),
                }
            });
            let own = entry.and_then(|entry| entry.get("binding"));
            declared.any(|(_, binding, meaning)| {
                own == Some(&Value::from(binding))
                    && meaning
                        .is_some_and(|meaning| meaning.key == *key && value == &*meaning.value)
            })
        }
        _ => false,
    }
}
