//! `cargo storage dev`

use std::path::{PathBuf, absolute};
use std::process::Command;

use anyhow::{Result, bail};
use storage_core::manifest::{
    Manifest, Resource, S3_ENDPOINT_VARIABLE, SIGNED_URLS_ORIGIN_VARIABLE,
};

use super::job::{self, Acknowledged, Draft};
use super::target::{self, Declared, TargetArgs};
use super::workers::{Worker, Workers};
use super::{Outcome, note};
use crate::storage_workers::session;
use crate::wrangler::own_fields;
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
/// Storage Workers that the app goes by run in the same session, if they are in the same workspace. What they
/// store is kept where the app's wrangler keeps its own. Requests reach the app alone.
///
/// A Worker that signs URLs is told where they lead: to this wrangler, on `--port`, the file's `dev.port` or
/// 8787, and to no other port if that one is taken.
///
/// `--port` and `--env` are this command's own, and refused behind `--`. `--config` behind `--` is the wrangler
/// file of a further Worker for the session.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage dev\n  \
    cargo storage dev --port 8788\n  \
    cargo storage dev --env staging -- --persist-to ./data    other arguments of wrangler come after `--`\n\n\
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
        check(&rest)?;
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
        let mut command = Command::new(wrangler);
        command.current_dir(folder);
        let app = Declared { config, look, manifest, package: Some(package.clone()) };
        let workers = Workers::of(&target, &app)?;
        // The file is named, because wrangler would prefer a wrangler.json in a folder above.
        let named = match app.config.strip_prefix(folder) {
            Ok(inside) => inside.to_owned(),
            Err(_) => absolute(&app.config)?,
        };
        command.args(["dev", "--config"]).arg(named);
        let Declared { config, look, manifest, .. } = &app;
        let acknowledged = Acknowledged { names: &[], command: &target.generate(None) };
        let draft = Draft::new(&target, config.clone(), look, manifest)?;
        let (job, others) = job::accept(draft, workers.drafts(&app)?, acknowledged)?;
        workers.warn_of_other_names(&job, &others)?;
        let targets = workers.iter().map(|worker| &worker.target);
        for (job, target) in std::iter::once((&job, &target)).chain(others.iter().zip(targets)) {
            job.write()?;
            job.warn_of_missing_keys(&format!("{} --dev-vars", target.generate(None)));
        }
        let variables = signing_variables(manifest);
        let sign = |worker: &Worker| !signing_variables(&worker.declared.manifest).is_empty();
        let any_signs = !variables.is_empty() || workers.iter().any(sign);
        // URLs name the port, so it can't be the one that happens to be free.
        let named = port.or_else(|| any_signs.then(|| look.dev_port.unwrap_or(PORT)));
        for worker in workers.iter() {
            let path = worker.in_session(named.unwrap_or(PORT))?;
            command.arg("--config").arg(path);
        }
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

/// Refuses what wrangler is told already: it takes each of them once, and what this command writes would not
/// fit another value.
fn check(rest: &[String]) -> Result<()> {
    for (index, arg) in rest.iter().enumerate() {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (arg.as_str(), rest.get(index + 1).map(String::as_str)),
        };
        let own = match name {
            "--port" => "--port",
            "--env" | "-e" => "--env",
            _ => continue,
        };
        let value = value.unwrap_or("..");
        bail!(
            "`{name}` behind `--` is for wrangler, which is told by `cargo storage dev`\n\
             help: before the `--`: cargo storage dev {own} {value}"
        );
    }
    Ok(())
}

impl Worker {
    /// The file that stands for the Worker's own in the session of an app on that port.
    fn in_session(&self, port: u16) -> Result<PathBuf> {
        let Declared { config, manifest, .. } = &self.declared;
        let variables = signing_variables(manifest);
        if variables.iter().any(|(name, _)| *name == SIGNED_URLS_ORIGIN_VARIABLE) {
            note(&format!(
                "requests reach the app alone, and so do URLs that `{}` signs for itself\n\
                 help: a route of the app for `/.storage/{{token}}` passes them on: \
                 `storage::signed::handle(request).bucket(..)`",
                manifest.app
            ));
        }
        let variables: Vec<_> = variables
            .into_iter()
            .map(|(name, path)| (name, format!("http://127.0.0.1:{port}{path}")))
            .collect();
        session::write(config, self.target.env(), &variables)
    }
}

/// What a Worker that signs URLs has to know in a local run: variables, and the path each leads to. wrangler
/// would hold them back if they were in `.dev.vars`, and deploy them if they were in the file.
fn signing_variables(manifest: &Manifest) -> Vec<(&'static str, &'static str)> {
    let buckets = own_fields(manifest).filter_map(|field| match &field.resource {
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
