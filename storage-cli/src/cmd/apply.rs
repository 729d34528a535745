//! `cargo storage apply`

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf, absolute};

use anstyle::AnsiColor;
use anyhow::{Context as _, Result, anyhow, bail};

use super::job::Job;
use super::target::{self, Declared, TargetArgs};
use super::{Outcome, note};
use crate::account::Account;
use crate::account::namespace::Namespace;
use crate::apply::{Plan, State, Step};
use crate::tools;
use crate::wrangler::{self, file};

/// Bring the account to what is declared: buckets, KV namespaces, and the rules of buckets
///
/// What is missing is created, and lifecycle rules and CORS are set; a namespace's id goes into the wrangler file.
/// First it prints what it would do, a line a resource, and asks. Everything is done through wrangler, with
/// the login, the account and the environment that wrangler uses: the one that WRANGLER names, the
/// project's own, or one on PATH.
///
/// A second run does nothing. No bucket, namespace, object or entry is ever deleted. What is declared with
/// `existing` is not looked at, and lifecycle rules that others set are kept: this command's own are called
/// `storage-...`. A bucket has one CORS policy: where `cors` is declared, that is it. Secrets are not set, only
/// missed. What a storage Worker holds is brought there with that Worker's package.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage apply                  show what is to be done, ask, and do it\n  \
    cargo storage apply --dry-run        only show it; sends nothing but reads, with the login\n  \
    cargo storage apply --yes            for CI: do not ask\n  \
    cargo storage apply --env staging    the resources of `env.staging`\n  \
    cargo storage apply -p media-storage    those of a storage Worker\n\n\
    Exit codes: 0 the account is as declared, 1 something is left to do (--dry-run: to apply; else: \
    a secret to set), 2 error.")]
pub(super) struct Args {
    /// Show what would be done, and send nothing but reads
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    target: TargetArgs,
    /// Read the declarations from this artifact instead of building the package
    #[arg(long, value_name = "FILE", conflicts_with_all = ["features", "all_features", "no_default_features"])]
    wasm: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let Self { dry_run, yes, target, wasm } = self;
        let Declared { config, look, manifest, .. } = target.declared(wasm.as_deref())?;
        let generate = target.generate(wasm.as_deref());
        let folder = file::folder_of(&config);
        let program = tools::wrangler(folder)?;
        let job = Job::new(&target, config.clone(), &look, &manifest, &generate)?;
        let name = target::short(&config);
        let Some(bytes) = job.current() else {
            bail!("{name} or its storage.lock is not up to date\nhelp: {generate}");
        };
        let format = target::format(&config)?;
        let env = target.env();
        let resources = wrangler::resources(&name, format, bytes, &manifest, env)?;
        let account = Account::new(program, folder.to_owned(), absolute(&config)?, env);
        let plan = Plan::new(&account, &resources, job.secrets(), env)?;
        drop(job); // and with it the lock, so that nobody waits for an answer

        anstream::println!("Worker {}", resources.worker);
        for line in &plan.lines {
            anstream::println!("{line}");
        }
        if plan.has(State::Refused) {
            bail!("nothing was changed, because of what is refused");
        }
        if !plan.steps.is_empty() {
            if dry_run {
                return Ok(Outcome::Stale);
            }
            if !yes && !confirmed()? {
                bail!("nothing was changed");
            }
            let file = ConfigFile { path: &config, name, env };
            execute(&account, &file, plan.steps.as_slice())?;
        }
        Ok(if plan.has(State::Missing) { Outcome::Stale } else { Outcome::Done })
    }
}

/// Whether somebody at a terminal says yes.
fn confirmed() -> Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        bail!("nothing was changed: there is no terminal to ask\nhelp: --yes, or --dry-run");
    }
    eprint!("apply this? [y/N] ");
    std::io::stderr().flush().context("can't ask")?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).context("can't read the answer")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn execute(account: &Account, file: &ConfigFile<'_>, steps: &[Step]) -> Result<()> {
    let green = AnsiColor::Green.on_default();
    for (done, step) in steps.iter().enumerate() {
        take(account, file, step).map_err(|error| {
            let all = steps.len();
            anyhow!("{error:#}\n\n{done} of {all} changes were made; run this again to go on")
        })?;
        anstream::println!("  {green}{step}{green:#}");
    }
    note("the account is as declared");
    Ok(())
}

fn take(account: &Account, file: &ConfigFile<'_>, step: &Step) -> Result<()> {
    match step {
        Step::AddRule { bucket, wanted } => {
            let flags = wanted.flags();
            account.add_rule(bucket, &wanted.rule, &flags.each_ref().map(String::as_str))
        }
        Step::CreateBucket(bucket) => account.create_bucket(bucket),
        Step::CreateNamespace { binding, title } => {
            file.write_id(binding, &account.create_namespace(title)?)
        }
        Step::RemoveRule { bucket, name } => account.remove_rule(bucket, name),
        Step::SetCors { bucket, policy } => account.set_cors(bucket, policy),
        Step::WriteId { binding, namespace } => file.write_id(binding, namespace),
    }
}

/// The wrangler file, to write ids into.
struct ConfigFile<'a> {
    path: &'a Path,
    name: String,
    env: Option<&'a str>,
}

impl ConfigFile<'_> {
    fn write_id(&self, binding: &str, namespace: &Namespace) -> Result<()> {
        let _lock = file::lock(self.path);
        let bytes = file::read(self.path)?.unwrap_or_default();
        let format = target::format(self.path)?;
        let id = &namespace.id;
        let text = wrangler::with_namespace_id(&self.name, format, &bytes, self.env, binding, id);
        file::write(self.path, &text?)
    }
}
