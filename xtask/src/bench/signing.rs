//! Presigned URLs: natively against the AWS SDK for Rust, and in a Worker against that for JavaScript.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::statistics::median;
use crate::command::{self, CARGO};
use crate::dev_server::DevServer;
use crate::repository::Repository;
use crate::tools::{self, Tools};

/// Signed in a row by the SDK, and by the library, which is that much faster.
const CALLS: [(&str, u32); 2] = [("sdk", 200), ("library", 8000)];

const WASM: &str = "wasm32-unknown-unknown";
const MODULE: &str = "bench_signing.wasm";

/// Everybody as for speed: the profile of this workspace makes Workers small.
const PROFILE: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_LTO", "thin"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// Measures, and gives the table.
pub(super) fn measure(repository: &Repository, tools: &Tools, rounds: u32) -> Result<String> {
    let native = command::read(
        Command::new(CARGO)
            .args(["run", "--release", "--package", "storage-presigned", "--example", "speed"])
            .envs(PROFILE)
            .env("CARGO_TARGET_DIR", repository.root().join("target/bench-signing"))
            .current_dir(repository.root()),
    )?;
    let worker = worker(repository, tools, rounds)?;
    Ok(format!(
        "| natively | `aws-sigv4` | library | times as fast |\n| --- | --: | --: | --: |\n{}\n\n\
         | in workerd | `@aws-sdk/s3-request-presigner` | library | times as fast |\n\
         | --- | --: | --: | --: |\n{worker}",
        native.trim()
    ))
}

fn worker(repository: &Repository, tools: &Tools, rounds: u32) -> Result<String> {
    let target = repository.root().join("target");
    command::run(
        Command::new(CARGO)
            .args(["build", "--release", "--package", "bench-signing", "--example"])
            .args(["bench_signing", "--target", WASM, "--target-dir"])
            .arg(&target)
            .current_dir(repository.root()),
    )?;
    // Beside the packages that it imports.
    let folder = tempfile::tempdir()?;
    let copy = |from: &Path| -> Result<()> {
        let name = from.file_name().context("a file")?;
        fs::copy(from, folder.path().join(name)).with_context(|| from.display().to_string())?;
        Ok(())
    };
    let source = repository.root().join("bench/signing");
    copy(&source.join("index.mjs"))?;
    copy(&source.join("wrangler.jsonc"))?;
    copy(&target.join(WASM).join("release/examples").join(MODULE))?;
    let packages = tools::aws_sdk(repository)?;
    std::os::unix::fs::symlink(packages.join("node_modules"), folder.path().join("node_modules"))?;

    let state = folder.path().join("state");
    let server = DevServer::start(tools, &folder.path().join("wrangler.jsonc"), &state)?;
    let get = |signer: &str, times: u32| -> Result<(Duration, String)> {
        let start = Instant::now();
        let mut answer = ureq::get(format!("{}/{signer}/{times}", server.url())).call()?;
        let url = answer.body_mut().read_to_string()?;
        Ok((start.elapsed(), url))
    };
    let signature = |url: &str| -> Result<String> {
        let (_, rest) = url.split_once("X-Amz-Signature=").context("no signature")?;
        Ok(rest.split('&').next().unwrap_or_default().to_owned())
    };
    ensure!(
        signature(&get("sdk", 3)?.1)? == signature(&get("library", 3)?.1)?,
        "the two do not sign the same"
    );
    let [mut sdk, mut library, mut ratios] = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        let [theirs, ours] = CALLS.map(|(signer, calls)| {
            get(signer, calls).map(|(time, _)| time.as_secs_f64() / f64::from(calls))
        });
        let (theirs, ours) = (theirs?, ours?);
        sdk.push(theirs);
        library.push(ours);
        ratios.push(theirs / ours);
    }
    ratios.sort_by(f64::total_cmp);
    let (least, most) = (ratios.first().context("a round")?, ratios.last().context("a round")?);
    Ok(format!(
        "| an upload of a type | {:.1?} | {:.1?} | {:.1} [{least:.1}, {most:.1}] |\n",
        Duration::from_secs_f64(median(&sdk)),
        Duration::from_secs_f64(median(&library)),
        median(&ratios),
    ))
}

/// The file around the table.
pub(super) fn document(table: &str, machine: &str, rounds: u32) -> String {
    format!(
        "# Benchmark of presigned URLs\n\nWritten by `cargo xtask bench signing`.\n\n{table}\n\
         {machine}{rounds} rounds in workerd.\n{HOW_TO_READ}"
    )
}

const HOW_TO_READ: &str = "
## How to read it

Both sign the same requests, in turn, on the same machine; their signatures are the same. A ratio is
the median of all rounds, with what most of them (natively) or all (in workerd) lie between. Times are
of one URL: the least natively, the median in workerd, where a request and its answer are counted in.
Other work on the machine moves times more than ratios.

The library keeps the key of a day; `aws-sigv4` derives it for every URL.
Natively everything is compiled with `opt-level = 3`. In workerd the library is as in a Worker:
SHA-256 in wasm.
";
