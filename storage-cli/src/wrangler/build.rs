//! How wrangler gets the Worker that it serves or deploys: `build.command` and `main`.

use std::path::Path;

use super::edit::{Edit, Root, Setting};
use super::plan::Scope;
use super::tree::Node;
use super::{BUILD_COMMAND, MAIN, Syntax};
use crate::worker_build;

/// The setting that wrangler runs first.
pub(super) const PATH: &[&str] = &["build", "command"];

/// Whether the file leaves the build to us. One that names its own `main` has its own idea of it.
pub(super) fn is_ours(scope: &Scope<'_>) -> bool {
    scope.setting("main").is_none() && scope.setting("build").is_none()
}

/// The command that the file has.
pub(super) fn command<'a>(scope: &Scope<'a>) -> Option<&'a str> {
    scope.setting("build")?.get("command")?.text()
}

/// A setting, in the words of the file.
pub(super) fn by_hand(syntax: &dyn Syntax, path: &'static [&'static str], value: &str) -> String {
    let value = Setting::Text(value.to_owned());
    syntax.by_hand(&Edit::Root(Root { path, value }))
}

/// What is wrong if wrangler would take something else than what the code says now.
pub(super) fn warning(scope: &Scope<'_>) -> Option<String> {
    if is_ours(scope) {
        return None;
    }
    let Some(command) = command(scope) else {
        let (place, path) = match scope.setting("build") {
            Some(_) => ("to `build` ", &["command"][..]),
            None => ("", PATH),
        };
        return Some(format!(
            "the file has no `build.command`: wrangler would serve what was built last\n\
             help: add {place}{}",
            by_hand(scope.syntax, path, BUILD_COMMAND)
        ));
    };
    // Other tools put the Worker wherever they like.
    let folder = worker_build::out_dir(&worker_build::args_in(command)?);
    let main = scope.setting("main").map_or(Some(MAIN), Node::text)?;
    let main = Path::new(main.strip_prefix("./").unwrap_or(main));
    if worker_build::MAINS.iter().any(|name| main == folder.join(name)) {
        return None;
    }
    let built = folder.join("index.js").display().to_string();
    Some(format!(
        "`main` is {}, and the file's `build.command` writes {built}: wrangler would serve what is at \
         the first\nhelp: {}, unless the first imports the second",
        main.display(),
        by_hand(scope.syntax, &["main"], &built)
    ))
}
