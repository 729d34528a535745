//! `cargo storage dev`

use std::process::Command;

use anyhow::{Context, Result};

use super::Outcome;
use super::generate::{self, Job};
use crate::collect::{self, FeatureArgs, PackageArgs};
use crate::tools;

/// Write the wrangler file, then run the Worker locally with `wrangler dev`
///
/// wrangler is looked for in the environment variable WRANGLER, in `node_modules/.bin` of the package's
/// folder and those above it, and on PATH. It builds the Worker with the file's own `build.command`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage dev\n  \
    cargo storage dev --port 8788 -- --persist-to ./data    arguments of wrangler come after `--`\n\n\
    Exit codes: that of wrangler, or 2 if it could not be started.")]
pub(super) struct Args {
    /// The port to listen on [default: wrangler's, 8787]
    #[arg(long)]
    port: Option<u16>,
    /// The named environment to run
    #[arg(short, long, value_name = "NAME")]
    env: Option<String>,
    #[command(flatten)]
    package: PackageArgs,
    #[command(flatten)]
    features: FeatureArgs,
    /// Arguments for wrangler
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let package = collect::package(&self.package)?;
        let folder = collect::folder(&package);
        let wrangler = tools::wrangler(folder)?;
        let manifest = collect::from_package(&package, &self.features)?;
        let config = generate::config_of(folder);
        Job { manifest: &manifest, config: &config, env: self.env.as_deref() }.write()?;
        let file = config.file_name().context("the wrangler file has no name")?;
        let mut command = Command::new(wrangler);
        // The file is named, because wrangler would prefer a wrangler.json in a folder above.
        command.current_dir(folder).args(["dev", "--config"]).arg(file);
        if let Some(port) = self.port {
            command.args(["--port", &port.to_string()]);
        }
        if let Some(env) = &self.env {
            command.args(["--env", env]);
        }
        command.args(&self.rest);
        tools::become_program(command)
    }
}
