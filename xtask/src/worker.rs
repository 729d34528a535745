//! Building a package of this workspace into a Worker.

use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;
use std::{fs, io};

use anyhow::{Context as _, Result};

use crate::command;
use crate::repository::Repository;
use crate::tools::Tools;

/// The files that `worker-build` makes of a package.
#[derive(Debug)]
pub struct Built {
    /// What the wrangler file calls `main`.
    pub main: PathBuf,
    /// The module beside it: what counts towards the size of a Worker.
    pub wasm: PathBuf,
}

/// Builds a package as for production, unless what is there is newer than its wasm.
///
/// # Errors
///
/// If it does not compile.
pub fn build(repository: &Repository, tools: &Tools, package: &str) -> Result<Built> {
    let folder = repository.folder(package)?;
    let output = folder.join("build");
    let built = Built { main: output.join("index.js"), wasm: output.join("index_bg.wasm") };
    // Exactly the compilation that `worker-build` starts, so that it finds it done.
    command::run(
        Command::new(command::CARGO)
            .args(["build", "--lib", "--release", "--target", "wasm32-unknown-unknown"])
            .current_dir(&folder)
            .env("WASM_BINDGEN_USE_JS_SYS", "1"),
    )?;
    let compiled = repository
        .target()
        .join("wasm32-unknown-unknown/release")
        .join(format!("{}.wasm", package.replace('-', "_")));
    let compiled = modified(&compiled)?.context("cargo built no wasm: is it a `cdylib`?")?;
    if modified(&built.wasm)?.is_none_or(|built| built < compiled) {
        command::run(tools.worker_build().arg("--release").current_dir(&folder))?;
    }
    Ok(built)
}

/// When a file was last written, if it is there.
fn modified(path: &std::path::Path) -> Result<Option<SystemTime>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.modified()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{}", path.display())),
    }
}
