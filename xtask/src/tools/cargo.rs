//! Tools that are crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Cache, Kind, Tool};
use crate::{command, signals};

pub(super) fn tool(package: &'static str, version: String, program: &str) -> Tool {
    Tool {
        folder: format!("{package}-{version}"),
        program: PathBuf::from("bin").join(format!("{program}{}", std::env::consts::EXE_SUFFIX)),
        companions: Vec::new(),
        kind: Kind::Cargo { package, version },
    }
}

/// Installs with the versions that the crate was tested with; where its lock file names one that
/// this registry does not have, with the newest that fit.
pub(super) fn install(package: &str, version: &str, cache: &Cache, into: &Path) -> Result<()> {
    let install = |locked: &[&str]| {
        command::run(
            Command::new(command::CARGO)
                .args(["install", package, "--version"])
                .arg(format!("={version}"))
                .arg("--root")
                .arg(into)
                .args(locked)
                // Used for seconds a day: what counts is that it compiles fast.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
                .env("CARGO_TARGET_DIR", cache.build_folder())
                // Of the toolchain that runs this chore, and none of its flags.
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_BUILD_TARGET"),
        )
    };
    if let Err(error) = install(&["--locked"]) {
        if signals::received() {
            return Err(error);
        }
        println!("  {error}: trying once more without its lock file");
        install(&[]).with_context(|| {
            format!(
                "could not install {package} {version}\n\
                 help: its crates come from the registry that cargo is configured for; what is \
                 already downloaded and built is kept, so just run `cargo xtask setup` again"
            )
        })?;
    }
    Ok(())
}
