//! What worker-build is told, and where it puts its output.

use std::path::{Path, PathBuf};

/// The arguments that worker-build gets in a shell command, if the command runs it.
///
/// The last mention counts: the first may be an installation, `cargo install worker-build && worker-build`.
pub(crate) fn args_in(command: &str) -> Option<Vec<String>> {
    let words = shlex::split(command)?;
    let is_program =
        |word: &String| Path::new(word).file_name().is_some_and(|name| name == "worker-build");
    let program = words.iter().rposition(is_program)?;
    let args = words.into_iter().skip(program + 1);
    Some(args.take_while(|word| !matches!(word.as_str(), "&&" | "||" | "|" | ";" | "&")).collect())
}

/// Where worker-build puts its output: `build`, unless told otherwise.
pub(crate) fn out_dir(args: &[String]) -> PathBuf {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--out-dir" || arg == "-d" {
            return args.next().map_or_else(|| "build".into(), PathBuf::from);
        }
        if let Some(folder) = arg.strip_prefix("--out-dir=") {
            return Path::new(folder).to_owned();
        }
    }
    "build".into()
}

/// The files in its output that can be a Worker's `main`: the second is kept for old configurations.
pub(crate) const MAINS: [&str; 2] = ["index.js", "worker/shim.mjs"];

/// Whether an argument chooses how the Worker is built.
pub(crate) fn names_profile(arg: &str) -> bool {
    let name = arg.split_once('=').map_or(arg, |(name, _)| name);
    matches!(name, "--debug" | "--dev" | "--profile" | "--profiling" | "--release")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(args: &[&str]) -> Vec<String> {
        args.iter().map(|arg| (*arg).to_owned()).collect()
    }

    #[test]
    fn the_output_folder_is_the_one_worker_build_was_told() {
        let of = |args: &[&str]| out_dir(&words(args));
        assert_eq!(of(&[]), Path::new("build"));
        assert_eq!(of(&["--no-opt", "--out-dir", "dist"]), Path::new("dist"));
        assert_eq!(of(&["-d", "dist"]), Path::new("dist"));
        assert_eq!(of(&["--out-dir=dist"]), Path::new("dist"));
    }

    #[test]
    fn a_named_profile_replaces_release() {
        assert!(names_profile("--dev") && names_profile("--profile=small"));
        assert!(!names_profile("--no-opt"));
    }

    #[test]
    fn the_arguments_are_those_of_the_run_and_not_of_the_installation() {
        let of = |command| args_in(command).map(|args| args.join(" "));
        let template = "cargo install -q worker-build && worker-build --release && ls";
        assert_eq!(of(template).as_deref(), Some("--release"));
        assert_eq!(of("bin/worker-build --features 'a b'").as_deref(), Some("--features a b"));
        assert_eq!(of("worker-build").as_deref(), Some(""));
        assert_eq!(of("make worker"), None);
        assert_eq!(of("worker-build 'unfinished"), None);
    }
}
