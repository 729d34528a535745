//! `cargo storage keygen`

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Context, Result, anyhow};
use storage_core::crypto::KeyId;

use super::{Outcome, note, warn};
use crate::key;

/// Print a new key for the secret of an encrypted bucket or KV namespace
///
/// The only line on stdout is an entry of the secret, `id:key`: 32 bytes from the system's random
/// generator, in base64. It is written nowhere else. A secret holds one entry, or several with commas
/// between them: the first one encrypts, and all of them decrypt.
///
/// Keep a copy outside of Cloudflare, in a password manager for example: a secret can't be read back, and
/// without the key everything that was encrypted with it is lost.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage keygen    keep the line, then paste it at `wrangler secret put VAULT_KEYS`\n  \
    (umask 077 && cargo storage keygen > vault.keys)    a file for you alone: it is the copy, and then\n  \
    npx wrangler secret put VAULT_KEYS < vault.keys    sets it\n\n\
    The secrets of a storage Worker are set in that Worker's folder; the apps that go by it have none.\n\
    To rotate: set the new line, a comma, and the copy of what the secret holds.\n\
    For this machine alone: cargo storage generate --dev-vars\n\n\
    Exit codes: 0 printed, 2 error.")]
pub(super) struct Args {
    /// What the key is called, differently from every other key of the secret: 1 to 32 characters of
    /// A-Z a-z 0-9 . _ - [default: the date and four random digits,
    /// 2026-11-21-3fa9]
    #[arg(long)]
    id: Option<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        // Not a parser of clap's: its message would repeat the text, which may be a key.
        let usual = key::new_id()?;
        let id = KeyId::new(self.id.unwrap_or_else(|| usual.clone()))
            .map_err(|rule| anyhow!("{rule}\nhelp: --id {usual}, for example"))?;
        let entry = key::new_entry(&id)?;
        let mut stdout = std::io::stdout().lock();
        let written = stdout.write_all(entry.as_bytes()).and_then(|()| stdout.write_all(b"\n"));
        written.context("can't print the key")?;
        if std::io::stderr().is_terminal() {
            note(WHAT_NEXT);
            if !stdout.is_terminal() {
                warn(IN_A_PIPE);
            }
        }
        Ok(Outcome::Done)
    }
}

const WHAT_NEXT: &str = "\
keep a copy of the line outside of Cloudflare: a secret can't be read back, and without the key
everything that was encrypted with it is lost
  to set it        `wrangler secret put NAME`, or before the first deploy a file with the line NAME=<line>
                   for `wrangler deploy --secrets-file FILE`
  to rotate        set <line>,<the copy of what the secret holds>: the first key encrypts, all decrypt
  on this machine  `cargo storage generate --dev-vars` makes other keys, for .dev.vars";

/// There is nothing to copy from the screen.
const IN_A_PIPE: &str = "\
the line went to another program or a file, not to the screen: if that keeps no copy, make another key with
`cargo storage keygen > FILE`";
