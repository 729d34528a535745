//! `cargo storage build`

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Outcome;
use super::generate::{self, Job};
use crate::collect::{self, FeatureArgs, PackageArgs};
use crate::tools;

/// Build the Worker with worker-build, then write the wrangler file
///
/// worker-build is looked for on PATH. The declarations are read from what it built.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage build\n  \
    cargo storage build -p media-api -- --no-opt    arguments of worker-build come after `--`\n\n\
    Exit codes: 0 built, 2 error.")]
pub(super) struct Args {
    /// The named environment to write: wrangler inherits no bindings from the top level
    #[arg(short, long, value_name = "NAME")]
    env: Option<String>,
    #[command(flatten)]
    package: PackageArgs,
    #[command(flatten)]
    features: FeatureArgs,
    /// Arguments for worker-build
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let package = collect::package(&self.package)?;
        let folder = collect::folder(&package);
        let mut command = Command::new(tools::worker_build()?);
        command.current_dir(folder);
        if !self.rest.iter().any(|arg| names_profile(arg)) {
            command.arg("--release");
        }
        command.args(&self.rest).args(self.features.flags());
        let status = command.status().context("can't start worker-build")?;
        if !status.success() {
            bail!("worker-build failed ({status})");
        }
        let artifact = folder.join(out_dir(&self.rest)).join("index_bg.wasm");
        let manifest = collect::from_file(&artifact)?;
        let config = generate::config_of(folder);
        let job = Job { manifest: &manifest, config: &config, env: self.env.as_deref() };
        let update = job.write()?;
        if !update.changes.is_empty() {
            generate::advise(&update);
        }
        Ok(Outcome::Done)
    }
}

fn names_profile(arg: &str) -> bool {
    let name = arg.split_once('=').map_or(arg, |(name, _)| name);
    matches!(name, "--debug" | "--dev" | "--profile" | "--profiling" | "--release")
}

/// Where worker-build puts its output: `build`, unless told otherwise.
fn out_dir(args: &[String]) -> PathBuf {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_folder_is_the_one_worker_build_was_told() {
        let of =
            |args: &[&str]| out_dir(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
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
}
