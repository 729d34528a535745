//! `cargo storage new`

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use storage_core::name;

use super::job::Job;
use super::target::{self, Declared, TargetArgs};
use super::{Outcome, note};
use crate::collect::PackageArgs;
use crate::new_worker::{self, Made, NewWorker};

/// Begin a new package
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Worker(Worker),
}

/// Begin the small package of a storage Worker, which other Workers store by
///
/// Makes a folder with a Cargo.toml, a src/lib.rs, a .gitignore and, as `cargo storage generate` does, a wrangler file. A
/// folder that is there is left alone. `cargo init` does the first part, so a workspace around it gets a
/// new member: from within a member, too, the folder is made beside the members. If it can't be made,
/// what was made is taken back, and nothing of others.
///
/// The library is taken from where the packages around it take it. For the wrangler file the package is
/// built once, which takes as long as the first build of any Worker; `--no-generate` leaves both to
/// `cargo storage generate`.
///
/// The declarations in it are an example. The apps that go by the Worker have to have the same ones, so those
/// belong into a crate that all of them depend on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    cargo storage new worker media-storage\n  \
    cargo storage new worker media-storage --path workers/storage    a folder of another name\n\n\
    Then, in an app: #[storage(via = \"media-storage\")] on its fields, and cargo storage generate.\n\n\
    Exit codes: 0 made, 2 error.")]
struct Worker {
    /// What the Worker is called: lowercase letters, digits and hyphens
    name: String,
    /// The folder to make [default: the name, in the folder of the workspace or of the package around it]
    #[arg(long, value_name = "FOLDER")]
    path: Option<PathBuf>,
    /// Write no wrangler file, and build nothing
    #[arg(long)]
    no_generate: bool,
}

impl Args {
    pub(super) fn run(self) -> Result<Outcome> {
        let What::Worker(Worker { name, path, no_generate }) = self.what;
        if let Err(rule) = name::check_worker(&name) {
            bail!("`{name}` can't be the name of a Worker: {rule}");
        }
        let made = new_worker::make(&NewWorker { name: &name, path: path.as_deref() })?;
        let Made { folder, files, notes } = made;
        for file in &files {
            anstream::println!("wrote {}", target::short(file));
        }
        for left in &notes {
            note(left);
        }
        if !no_generate {
            generate(&folder).map_err(|error| {
                anyhow!(
                    "{error:#}\n\nthe package is made, but has no wrangler file yet\n\
                     help: in {}: cargo storage generate",
                    target::short(&folder)
                )
            })?;
        }
        note(&format!(
            "what it stores is declared in {}; an app goes by it with `#[storage(via = \"{name}\")]` on a field",
            target::short(&folder.join("src/lib.rs"))
        ));
        Ok(Outcome::Done)
    }
}

fn generate(folder: &Path) -> Result<()> {
    let manifest_path = Some(folder.join("Cargo.toml"));
    let target = TargetArgs {
        package: PackageArgs { package: None, manifest_path },
        ..TargetArgs::default()
    };
    let Declared { config, look, manifest, .. } = target.declared(None)?;
    let job = Job::new(&target, config, &look, &manifest, &target.generate(None))?;
    job.write()?;
    job.advise();
    Ok(())
}
