//! Python packages, in a virtual environment of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Kind, Tool};
use crate::command;

const PYTHON: &str = "python3";

pub(super) fn tool(requirements: PathBuf) -> Result<Tool> {
    if !command::exists(PYTHON) {
        bail!(
            "`{PYTHON}` was not found: it runs programs of others, which some tests need\n\
             help: install Python 3 with its module `venv`, with the machine's package manager"
        );
    }
    let version =
        command::read(Command::new(PYTHON).args(["-c", "import sys; print(sys.version)"]))?;
    // Other packages, or another Python that they are compiled for, are another installation.
    let mut hash = flate2::Crc::new();
    hash.update(version.as_bytes());
    hash.update(&fs::read(&requirements).with_context(|| requirements.display().to_string())?);
    Ok(Tool {
        folder: format!("python-{:08x}", hash.sum()),
        program: PathBuf::from("bin/python"),
        companions: Vec::new(),
        kind: Kind::Python { requirements },
    })
}

/// An environment may be moved afterwards, as long as only its `python` is run.
pub(super) fn install(requirements: &Path, into: &Path) -> Result<()> {
    command::run(Command::new(PYTHON).args(["-m", "venv"]).arg(into))?;
    command::run(
        Command::new(into.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(requirements),
    )
    .context(
        "could not install Python packages\n\
         help: they come from the index that pip is configured for; run this again when it can be \
         reached",
    )
}
