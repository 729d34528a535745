//! `cargo storage dev`

use std::path::absolute;
use std::process::Command;

use anyhow::{Result, bail};
use storage_core::manifest::{
    Manifest, Resource, S3_ENDPOINT_VARIABLE, SIGNED_URLS_ORIGIN_VARIABLE,
};

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
///
/// A Worker that signs URLs is told where they lead: to this wrangler, on `--port`, the file's `dev.port` or
/// 8787, and to no other port if that one is taken.
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

/// Where wrangler listens unless it is told otherwise.
const PORT: u16 = 8787;
/// Where wrangler serves buckets by S3.
const S3_PATH: &str = "/cdn-cgi/local/r2/s3";

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
        let variables = signing_variables(&manifest);
        // URLs name the port, so it can't be the one that happens to be free.
        let named = port.or_else(|| (!variables.is_empty()).then(|| look.dev_port.unwrap_or(PORT)));
        if let Some(port) = named {
            command.args(["--port", &port.to_string()]);
        }
        for (name, path) in variables {
            let port = named.unwrap_or(PORT);
            command.arg("--var").arg(format!("{name}:http://127.0.0.1:{port}{path}"));
        }
        if let Some(env) = target.env() {
            command.args(["--env", env]);
        }
        command.args(&rest);
        tools::become_program(command)
    }
}

/// What a Worker that signs URLs has to know in a local run: variables, and the path each leads to. wrangler
/// would hold them back if they were in `.dev.vars`, and deploy them if they were in the file.
fn signing_variables(manifest: &Manifest) -> Vec<(&'static str, &'static str)> {
    let buckets = manifest.fields.iter().filter_map(|field| match &field.resource {
        Resource::Bucket(record) => Some(record),
        _ => None,
    });
    let (mut signs, mut has_s3) = (false, false);
    for bucket in buckets {
        signs |= bucket.signed_urls.is_some() || bucket.s3.is_some();
        has_s3 |= bucket.s3.is_some();
    }
    let origin = signs.then_some((SIGNED_URLS_ORIGIN_VARIABLE, ""));
    let endpoint = has_s3.then_some((S3_ENDPOINT_VARIABLE, S3_PATH));
    origin.into_iter().chain(endpoint).collect()
}
