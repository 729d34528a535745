//! `cargo storage build`

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::job::Job;
use super::target::{self, TargetArgs};
use super::{Outcome, warn};
use crate::{collect, tools, worker_build};

/// Build the Worker with worker-build, then write the wrangler file
///
/// worker-build is looked for on PATH. The declarations are read from what it built.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage build\n  \
    cargo storage build -p media-api -- --no-opt    arguments of worker-build come after `--`\n\n\
    Exit codes: 0 built, 2 error.")]
pub(super) struct Args {
    #[command(flatten)]
    target: TargetArgs,
    /// Arguments for worker-build
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let Self { target, rest } = self;
        let package = collect::package(&target.package)?;
        let folder = collect::folder(&package);
        let config = target.config(folder);
        let look = target.look(&config)?;
        if let Some(disagreement) = target::disagreement(&target.features, &look) {
            warn(&disagreement);
        }
        let mut command = Command::new(tools::worker_build()?);
        command.current_dir(folder);
        if !rest.iter().any(|arg| worker_build::names_profile(arg)) {
            command.arg("--release");
        }
        command.args(&rest).args(target.features.flags());
        let status = command.status().context("can't start worker-build")?;
        if !status.success() {
            bail!("worker-build failed ({status})");
        }
        let artifact = folder.join(worker_build::out_dir(&rest)).join("index_bg.wasm");
        let manifest = collect::from_file(&artifact)?;
        let job = Job::new(&target, config, &look, &manifest, &target.generate(None))?;
        if job.write()? {
            job.advise();
        }
        Ok(Outcome::Done)
    }
}
