//! A storage Worker in the session of an app: `wrangler dev` with several wrangler files.
//!
//! wrangler runs the `build.command` of all of them in the folder that it was started in, which would build
//! the app again and again, and lets variables be set for the first one only. So it gets a copy of the
//! file, in `.wrangler/storage/` of the Worker's folder, which says both. Secrets are linked, not copied,
//! where there are links.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::{Map, Value, json};

use crate::wrangler::{BUILD_COMMAND, Format, MAIN, file};

/// Where wrangler keeps what nobody commits.
const FOLDER: [&str; 2] = [".wrangler", "storage"];
/// From there to the Worker's folder.
const BACK: &str = "../../";
/// The files that wrangler reads secrets from, which may have the name of an environment behind them.
const SECRETS: [&str; 4] = [".dev.vars", ".env", ".env.local", ".env.*.local"];

/// Writes the copy, and says where it is.
///
/// # Errors
///
/// When the file can't be read, or the copy not be written.
pub(crate) fn write(
    config: &Path,
    env: Option<&str>,
    variables: &[(&str, String)],
) -> Result<PathBuf> {
    let text =
        fs::read_to_string(config).with_context(|| format!("can't read {}", config.display()))?;
    let mut copy = read(config, &text)?;
    let own = file::folder_of(config).canonicalize()?;
    let root = copy.as_object_mut().context("the wrangler file is no object")?;
    move_paths(root, &own, true);
    let mut scope = Some(&mut *root);
    if let Some(env) = env {
        scope = root.get_mut("env").and_then(|all| all.get_mut(env)).and_then(Value::as_object_mut);
    }
    if let Some(scope) = scope {
        if env.is_some() {
            move_paths(scope, &own, false);
        }
        let vars = scope.entry("vars").or_insert_with(|| json!({}));
        if let Some(vars) = vars.as_object_mut() {
            let values = variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
            vars.extend(values);
        }
    }
    let folder = FOLDER.iter().fold(own.clone(), |path, name| path.join(name));
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    link_secrets(&own, &folder, env)?;
    let path = folder.join("wrangler.json");
    file::write(&path, &format!("{copy:#}\n"))?;
    Ok(path)
}

fn read(config: &Path, text: &str) -> Result<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let failed = |error: String| anyhow!("can't read {}: {error}", config.display());
    match Format::of(config) {
        Some(Format::Toml) => {
            let mut value: Value =
                toml_edit::de::from_str(text).map_err(|error| failed(error.to_string()))?;
            dates_as_text(&mut value);
            Ok(value)
        }
        _ => parse_to_serde_value::<Value>(text, &ParseOptions::default())
            .map_err(|error| failed(error.to_string())),
    }
}

/// A date without quotes is a table to serde.
fn dates_as_text(value: &mut Value) {
    match value {
        Value::Object(members) => match members.remove("$__toml_private_datetime") {
            Some(date) => *value = date,
            None => members.values_mut().for_each(dates_as_text),
        },
        Value::Array(values) => values.iter_mut().for_each(dates_as_text),
        _ => {}
    }
}

/// What a file says relative to itself, and what wrangler takes relative to where it was started.
fn move_paths(scope: &mut Map<String, Value>, own: &Path, is_root: bool) {
    for key in ["main", "base_dir", "tsconfig"] {
        scope.get_mut(key).into_iter().for_each(move_path);
    }
    let assets = scope.get_mut("assets").and_then(|assets| assets.get_mut("directory"));
    assets.into_iter().for_each(move_path);
    if is_root && !scope.contains_key("main") {
        scope.insert("main".to_owned(), json!(format!("{BACK}{MAIN}")));
    }
    if is_root && !scope.contains_key("build") {
        scope.insert("build".to_owned(), json!({ "command": BUILD_COMMAND }));
    }
    let Some(build) = scope.get_mut("build").and_then(Value::as_object_mut) else { return };
    let cwd = build.get("cwd").and_then(Value::as_str).unwrap_or_default();
    let cwd = own.join(cwd);
    build.insert("cwd".to_owned(), json!(cwd.to_string_lossy()));
    let watched = build.entry("watch_dir").or_insert_with(|| json!("./src"));
    match watched {
        Value::Array(folders) => folders.iter_mut().for_each(move_path),
        folder => move_path(folder),
    }
}

fn move_path(value: &mut Value) {
    if let Value::String(path) = value
        && !Path::new(path.as_str()).is_absolute()
    {
        path.insert_str(0, BACK);
    }
}

fn link_secrets(own: &Path, folder: &Path, env: Option<&str>) -> Result<()> {
    let of_env = |name: &str| env.map(|env| format!("{name}.{env}"));
    let names = SECRETS.iter().flat_map(|name| match name.split_once(".*") {
        Some((start, end)) => [env.map(|env| format!("{start}.{env}{end}")), None],
        None => [Some((*name).to_owned()), of_env(name)],
    });
    for name in names.flatten() {
        let (from, to) = (own.join(&name), folder.join(&name));
        match fs::remove_file(&to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("can't replace {}", to.display()));
            }
            _ => {}
        }
        if from.is_file() {
            link(&from, &to).with_context(|| format!("can't make {}", to.display()))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(from, to)?)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> Result<()> {
    file::write_private(to, &fs::read_to_string(from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, text: &str, env: Option<&str>) -> (tempfile::TempDir, Value) {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join(name);
        fs::write(&config, text).unwrap();
        fs::write(folder.path().join(".dev.vars"), "A=1\n").unwrap();
        let variables = [("ORIGIN", "http://127.0.0.1:1".to_owned())];
        let path = write(&config, env, &variables).unwrap();
        let copy = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        (folder, copy)
    }

    #[test]
    fn a_copy_is_built_where_the_worker_is() {
        let text =
            "// x\n{ \"name\": \"w\", \"build\": { \"command\": \"c\", \"watch_dir\": [\"a\"] }, }";
        let (folder, copy) = written("wrangler.jsonc", text, None);
        let own = folder.path().canonicalize().unwrap();
        assert_eq!(
            copy,
            json!({
                "name": "w",
                "main": "../../build/index.js",
                "build": { "command": "c", "cwd": own.join(""), "watch_dir": ["../../a"] },
                "vars": { "ORIGIN": "http://127.0.0.1:1" },
            })
        );
        let linked = fs::read_to_string(own.join(".wrangler/storage/.dev.vars")).unwrap();
        assert_eq!(linked, "A=1\n");
    }

    #[test]
    fn an_environment_gets_what_is_its_own() {
        let text = "name = \"w\"\nmain = \"/x.js\"\ncompatibility_date = 2026-05-01\nbuild.cwd = \"sub\"\n\
                    [env.staging]\nmain = \"y.js\"\nvars = { A = \"1\" }\n";
        let (folder, copy) = written("wrangler.toml", text, Some("staging"));
        let own = folder.path().canonicalize().unwrap();
        assert_eq!(
            copy,
            json!({
                "name": "w",
                "main": "/x.js",
                "compatibility_date": "2026-05-01",
                "build": { "cwd": own.join("sub"), "watch_dir": "../.././src" },
                "env": { "staging": {
                    "main": "../../y.js",
                    "vars": { "A": "1", "ORIGIN": "http://127.0.0.1:1" },
                } },
            })
        );
    }
}
