//! `cargo xtask setup`: everything that building and running a Worker takes.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::command;
use crate::report::seconds;
use crate::repository::Repository;
use crate::tools::{self, Cache, Node, Tool, Tools, needed};

/// What every Worker is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";

/// Installs what is missing, and says what it does. Does nothing the second time.
///
/// # Errors
///
/// If a prerequisite is missing or a registry can't be reached; the text says what to do.
pub fn run(repository: &Repository) -> Result<Tools> {
    rust_target()?;
    let node = Node::find()?;
    let tools = needed(repository, &node)?;
    let cache = Cache::locate()?;
    println!("tools in {}", cache.root().display());
    if tools.iter().any(|tool| !cache.has(tool)) {
        let lock = cache.lock()?;
        for (number, tool) in tools.iter().enumerate() {
            println!("[{}/{}] {}: {}", number + 1, tools.len(), tool.folder, purpose(tool));
            if cache.has(tool) {
                println!("  already there");
            } else {
                let started = Instant::now();
                cache.install(tool, &lock)?;
                println!("  installed in {}", seconds(started.elapsed()));
            }
        }
        cache.tidy_up(&lock);
    } else {
        for tool in &tools {
            println!("  {}: already there", tool.folder);
        }
    }
    Tools::find(repository)
}

/// Installs what tests of pages take, where that is missing and can be installed.
///
/// # Errors
///
/// If the machine's package manager fails.
pub fn browser() -> Result<()> {
    println!("browser: what tests of pages take");
    tools::install_browser()
}

fn purpose(tool: &Tool) -> &'static str {
    let name = tool.program.file_stem().and_then(|name| name.to_str());
    match name {
        Some("wrangler") => "wrangler with workerd, esbuild, wasm-opt",
        Some("node") => "the machine's Node is older than wrangler needs",
        Some("worker-build") => "turns a crate into a Worker (compiled once, some minutes)",
        Some("wasm-bindgen") => {
            "the glue between wasm and JavaScript (compiled once, some minutes)"
        }
        _ => "",
    }
}

/// Adds the wasm target, unless the toolchain has it, by rustup or otherwise.
fn rust_target() -> Result<()> {
    let folder = command::read(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    if Path::new(folder.trim()).is_dir() {
        println!("target {TARGET}: already there");
        return Ok(());
    }
    println!("target {TARGET}: what Workers are compiled for");
    if !command::exists("rustup") {
        bail!(
            "this Rust toolchain has no target {TARGET}, and `rustup` was not found to add it\n\
             help: install Rust with rustup, or the target with the machine's package manager"
        );
    }
    command::run(Command::new("rustup").args(["target", "add", TARGET]))
}
