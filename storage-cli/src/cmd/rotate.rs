//! `cargo storage rotate`

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use storage_core::crypto::{KeyRing, Resource, Zeroizing};
use storage_core::rotation::RotationRequest;

use super::{Outcome, note};
use crate::dev_vars::DevVars;
use crate::rotate::{Job, Progress, Route, State, counted, report};

/// Have a running Worker encrypt anew what is not under the first key of its secret
///
/// The Worker has to have a route that ends in `rotate_by` of the bucket or the KV namespace. It is asked for
/// page after page, with a token that is made from the keys: they are read from the environment variable of
/// the secret's name, or else from `.dev.vars`, and leave this machine in no way.
///
/// After each page, where it ended is saved in a file. A run that was interrupted goes on from there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage rotate --bucket vault --url http://127.0.0.1:8787/rotate    with the keys of .dev.vars\n  \
    VAULT_KEYS=\"$(cat vault.keys)\" cargo storage rotate --bucket vault --url https://files.example.com/rotate\n  \
    cargo storage rotate --kv notes --secret NOTE_KEYS --url http://127.0.0.1:8787/rotate-notes\n  \
    cargo storage rotate --bucket vault --encrypt-plain --url ..    a plain bucket becomes an encrypted one\n  \
    cargo storage rotate --bucket docs --folder ../media-storage --secret DOC_KEYS --url ..    the keys are a storage Worker's\n\n\
    Steps, and what may go wrong: docs/encryption.md, \"Rotation\".\n\n\
    Exit codes: 0 done, 1 there are entries that could not be read or written, 2 error.")]
pub(super) struct Args {
    /// Where the Worker answers: https, or http on this machine
    #[arg(long)]
    url: String,
    #[command(flatten)]
    resource: ResourceArgs,
    /// The secret that holds the keys, as the declaration calls it
    #[arg(long, value_name = "NAME", default_value = "VAULT_KEYS")]
    secret: String,
    /// Only keys that start with it
    #[arg(long)]
    prefix: Option<String>,
    /// Most entries of a page, 1 to 300
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// Encrypt what is not encrypted, too
    ///
    /// Once, when a plain bucket becomes an encrypted one: whoever can write to the storage, but has no key,
    /// could put something there to be encrypted.
    #[arg(long)]
    encrypt_plain: bool,
    /// Begin anew, whatever an interrupted run has left to do
    #[arg(long)]
    restart: bool,
    /// Where it is saved how far the run is [default: .storage-rotation-NAME.json]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The folder with `.dev.vars`: if a storage Worker has the keys, that Worker's [default: this one]
    #[arg(long, value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// The named environment, for `.dev.vars.NAME`
    #[arg(short, long, value_name = "NAME")]
    env: Option<String>,
}

/// What to rotate. With its namespace, if that is not `default`: `media-vault`.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct ResourceArgs {
    /// The bucket, as its declaration calls it; with its namespace if it has one: media-vault
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// The KV namespace, in the same way
    #[arg(long, value_name = "NAME")]
    kv: Option<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let (resource, name) = self.resource.named()?;
        let route = Route::new(&self.url)?;
        let ring = ring(&self.secret, &self.folder, self.env.as_deref())?;
        let mut request = RotationRequest::default();
        request.prefix = self.prefix;
        request.limit = Some(self.limit);
        request.encrypt_plain = self.encrypt_plain;
        let job = Job { url: self.url, resource, name, secret: self.secret, ring, request };
        let path =
            self.state.unwrap_or_else(|| format!(".storage-rotation-{}.json", job.name).into());
        let mut state = State::begin(path, &job, self.restart)?;
        if state.is_resumed() {
            note(&format!(
                "it goes on behind {} of a run that was interrupted; `--restart` begins anew",
                counted(state.done().entries())
            ));
        }
        if state.is_of_another_key() {
            note(
                "a run that was interrupted was to another key with this id: this one begins anew",
            );
        }
        let progress = Progress::new(&job.name);
        while state.has_more() {
            progress.show(state.done());
            let page = route.page(&job, state.cursor()).map_err(|failure| {
                progress.end();
                state.stopped(failure)
            })?;
            state.add(page).inspect_err(|_| progress.end())?;
        }
        progress.end();
        let done = state.end()?;
        report(&job, &done);
        let is_left = done.unreadable > 0 || done.failed > 0;
        Ok(if is_left { Outcome::Remaining } else { Outcome::Done })
    }
}

impl ResourceArgs {
    fn named(self) -> Result<(Resource, String)> {
        match (self.bucket, self.kv) {
            (Some(bucket), _) => Ok((Resource::Bucket, bucket)),
            (None, Some(kv)) => Ok((Resource::Kv, kv)),
            (None, None) => Err(anyhow!("name what to rotate\nhelp: --bucket NAME or --kv NAME")),
        }
    }
}

/// The keys, from the environment or from the files that `wrangler dev` reads. No argument has them: those are
/// seen by everybody on the machine, and kept by shells.
fn ring(secret: &str, folder: &Path, env: Option<&str>) -> Result<KeyRing> {
    if let Ok(text) = std::env::var(secret) {
        let text = Zeroizing::new(text);
        return KeyRing::parse(&text)
            .map_err(|error| anyhow!("{secret} of the environment: {error}"));
    }
    let vars = DevVars::find(&folder.join("wrangler.jsonc"), env)?;
    let Some((text, file)) = vars.value(secret) else { bail!(no_keys(secret, folder, &vars)) };
    KeyRing::parse(&text).map_err(|error| anyhow!("{secret} of {file}: {error}"))
}

fn no_keys(secret: &str, folder: &Path, vars: &DevVars) -> String {
    let shown = |name: &str| {
        let path = folder.strip_prefix(".").unwrap_or(folder).join(name);
        path.display().to_string()
    };
    let files: Vec<_> = vars.files().map(shown).collect();
    let rings = vars.key_rings();
    let looked = match files.as_slice() {
        [] => format!("and {} is not there", shown(".dev.vars")),
        files if rings.is_empty() => format!("nor one in {}", files.join(", ")),
        files => format!("nor one in {}, which has keys in {}", files.join(", "), rings.join(", ")),
    };
    let name = rings.first().map_or("NAME", String::as_str);
    format!(
        "there are no keys: there is no variable {secret} of the environment, {looked}\n\
         help: {secret}=\"$(cat FILE)\" cargo storage rotate .., with the text that the Worker's secret has; \
         or --secret {name}, if it is called something else; or --folder FOLDER, if a storage Worker has it"
    )
}
