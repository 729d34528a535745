//! `cargo storage generate`

use std::path::PathBuf;

use anyhow::Result;

use super::job::{self, Acknowledged, Draft};
use super::target::{Declared, TargetArgs};
use super::workers::Workers;
use super::{Outcome, note};

/// Write what the declarations ask for into the wrangler file
///
/// The package is built for WebAssembly, and the declarations are read from the artifact. The file beside
/// its Cargo.toml (wrangler.json, wrangler.jsonc or wrangler.toml, in wrangler's order) gets the entries
/// of `r2_buckets` and `kv_namespaces` and the names in `secrets.required` it lacks; everything else in it
/// stays byte for byte. If there is no file, a complete wrangler.jsonc is written. A file that contradicts
/// the declarations is not touched.
///
/// Beside it stands `storage.lock`, which says what was declared; commit both. A bucket or KV namespace that
/// is in there and no longer declared, or has another name or another secret for its keys, would be data that the
/// Worker no longer reaches: nothing is written until it is declared again or acknowledged.
///
/// An app with fields that go by storage Workers gets entries of `services`, with what it may do there. The
/// Workers that are in the same workspace are built and compared with it, and their files are written as
/// well.
///
/// The features are those of the file's own `build.command`, unless others are given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage generate                  write the file of the package in this folder\n  \
    cargo storage generate --check          for CI: fail with a diff if the file is stale\n  \
    cargo storage generate --dev-vars       and keys for `wrangler dev`, where a secret has none\n  \
    cargo storage generate --env staging    the bindings of `env.staging`, with resources of their own\n  \
    cargo storage generate -p media-api     a package of this workspace\n  \
    cargo storage generate --acknowledge user-assets    that bucket is no longer used, on purpose\n\n\
    Exit codes: 0 up to date or written, 1 stale, not there, or with grants that nothing declares\n    (--check), 2 error.")]
pub(super) struct Args {
    /// A bucket or KV namespace that is missing from the declarations on purpose, or has another name or secret
    #[arg(long, value_name = "NAME", conflicts_with = "check")]
    acknowledge: Vec<String>,
    /// Write nothing; print a diff and exit with 1 if the file is stale, or grants what nothing declares
    #[arg(long)]
    check: bool,
    /// Also write a key for this machine alone into .dev.vars, for each declared secret that is not there
    #[arg(long, conflicts_with = "check")]
    dev_vars: bool,
    #[command(flatten)]
    target: TargetArgs,
    /// Read the declarations from this artifact instead of building the package
    #[arg(long, value_name = "FILE", conflicts_with_all = ["features", "all_features", "no_default_features"])]
    wasm: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let Self { acknowledge, check, dev_vars, target, wasm } = self;
        let app = target.declared(wasm.as_deref())?;
        let workers = Workers::of(&target, &app)?;
        let command = target.generate(wasm.as_deref());
        let acknowledged = Acknowledged { names: &acknowledge, command: &command };
        let Declared { config, look, manifest, .. } = &app;
        let draft = Draft::new(&target, config.clone(), look, manifest)?;
        // All of them are compared before one is written.
        let (job, others) = job::accept(draft, workers.drafts(&app)?, acknowledged)?;
        workers.warn_of_other_names(&job, &others)?;
        let commands = workers.iter().map(|worker| worker.target.generate(None));
        let (mut outcome, mut has_secrets) = (Outcome::Done, false);
        let all = std::iter::once((&job, command)).chain(others.iter().zip(commands));
        for (each, command) in all {
            if check {
                if each.check(&command) != Outcome::Done {
                    outcome = Outcome::Stale;
                }
            } else if dev_vars {
                has_secrets |= each.write_with_keys()?;
            } else {
                each.write()?;
            }
            if std::ptr::eq(each, &raw const job) {
                each.advise();
            } else {
                each.advise_of(each.worker());
            }
            // Where `--check` runs, nobody serves the Worker.
            if !check && !dev_vars {
                each.warn_of_missing_keys(&format!("{command} --dev-vars"));
            }
        }
        if dev_vars && !has_secrets {
            note("no secret is declared, so no key is needed");
        }
        Ok(outcome)
    }
}
