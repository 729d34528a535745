//! `cargo storage dev`

use std::path::absolute;
use std::process::Command;

use anyhow::{Result, bail};

use super::Outcome;
use super::job::{Acknowledged, Job};
use super::target::{self, TargetArgs};
use crate::{collect, tools};

/// Write the wrangler file, then run the Worker locally with `wrangler dev`
///
/// wrangler is looked for in the environment variable WRANGLER, in `node_modules/.bin` of the package's
/// folder and those above it, and on PATH. It builds the Worker with the file's own `build.command`, so
/// that is where features belong: the declarations are read with the same, and other features are refused.
/// An environment has to be in the file: `cargo storage generate --env NAME` makes one.
///
/// While it runs, wrangler builds again whenever the code changes. The wrangler file is written once, at the
/// start: after a change of declarations run `cargo storage generate` beside it, and wrangler reloads.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage dev\n  \
    cargo storage dev --port 8788 -- --persist-to ./data    arguments of wrangler come after `--`\n\n\
    Exit codes: that of wrangler, or 2 if it could not be started.")]
pub(super) struct Args {
    /// The port to listen on [default: wrangler's, 8787]
    #[arg(long)]
    port: Option<u16>,
    #[command(flatten)]
    target: TargetArgs,
    /// Arguments for wrangler
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let Self { port, target, rest } = self;
        let package = collect::package(&target.package)?;
        let folder = collect::folder(&package);
        let wrangler = tools::wrangler(folder)?;
        let config = target.config(folder);
        let look = target.look(&config)?;
        if let Some(env) = target.new_env(&look) {
            let (name, command) = (target::short(&config), target.generate(None));
            bail!("{name} has no environment {env}\nhelp: `{command}` makes it");
        }
        let features = target.features(&look);
        if let Some(disagreement) = target::disagreement(&features, &look) {
            bail!("{}: {disagreement}", target::short(&config));
        }
        let manifest = collect::from_package(&package, &features)?;
        // The file is named, because wrangler would prefer a wrangler.json in a folder above.
        let named = match config.strip_prefix(folder) {
            Ok(inside) => inside.to_owned(),
            Err(_) => absolute(&config)?,
        };
        let acknowledged = Acknowledged { names: &[], command: &target.generate(None) };
        let job = Job::new(&target, config, &look, &manifest, acknowledged)?;
        job.write()?;
        job.warn_of_missing_keys(&format!("{} --dev-vars", target.generate(None)));
        let mut command = Command::new(wrangler);
        command.current_dir(folder).args(["dev", "--config"]).arg(named);
        if let Some(port) = port {
            command.args(["--port", &port.to_string()]);
        }
        if let Some(env) = target.env() {
            command.args(["--env", env]);
        }
        command.args(&rest);
        tools::become_program(command)
    }
}
