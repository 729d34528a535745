//! `cargo xtask upload-test`: the memory of a Worker while a long body of unknown length goes through it.
//!
//! R2 of `wrangler dev` runs in the process of the Worker, and takes memory for every byte it is sent
//! until its garbage collector finds the time. So a long body is compared with many short ones, which
//! are as many bytes for the simulator: what the long one takes more is because of its length.

mod body;

use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use clap::Args;
use ureq::{Agent, SendBody};

use crate::dev_server::DevServer;
use crate::report::seconds;
use crate::repository::Repository;
use crate::served::Served;
use crate::setup;
use crate::workerd::{Resident, processes};
use body::Body;

/// The Worker that stores what it gets.
const WORKER: &str = "conformance";

const MIB: u64 = 1024 * 1024;

/// A short body: of some parts.
const SHORT_MIB: u64 = 64;

/// The length of a part, as the library cuts a body of unknown length.
const PART: u64 = 8 * MIB;

/// How far wasm memory may grow: four parts, what the code takes by itself, and some room.
const WASM_MAX: u64 = 48 * MIB;

/// How many bodies come at once.
const AT_ONCE: u64 = 8;

/// How far wasm memory may grow for all of them: a part each, what is on its way before they are held to
/// that, and half as much again for what lies between.
const WASM_AT_ONCE_MAX: u64 = 120 * MIB;

/// What a long body may take of it beyond a short one: a part, by another order of events.
const WASM_GROWTH_MAX: u64 = PART;

/// What a long body may take of the process beyond short ones of the same sum: what two runs of the
/// garbage collectors may differ by, and far less than the body.
const PROCESS_GROWTH_MAX: u64 = 128 * MIB;

/// Longer than any upload takes, shorter than anybody waits.
const LIMIT: Duration = Duration::from_mins(15);

/// What to upload.
#[derive(Args, Debug)]
pub struct Options {
    /// Length of the long body, in MiB; about as much has to be free for temporary files
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u64).range(512..))]
    mib: u64,
}

/// What one server gets.
#[derive(Clone, Copy, Debug)]
struct Load {
    name: &'static str,
    bodies: u64,
    mib: u64,
    /// Whether requests say how long their body is. Then the platform's own stream goes to R2, and the
    /// library is not in its way.
    said: bool,
    /// Whether the bodies come all at once, to one key: one of them stays.
    at_once: bool,
}

/// What it took.
#[derive(Clone, Copy, Debug)]
struct Taken {
    load: Load,
    /// The wasm memory before and after: it only grows.
    wasm: [u64; 2],
    /// The memory of the process before and after.
    process: [Resident; 2],
    time: Duration,
}

/// Uploads bodies and prints what memory they took.
///
/// # Errors
///
/// If the Worker does not build or start, what is stored is not what was sent, or memory grows with the
/// length of the body.
pub fn run(repository: &Repository, options: &Options) -> Result<()> {
    setup::run(repository)?;
    let worker = Served::build(repository, WORKER)?;
    let load = |name, bodies, mib, said| {
        let load = Load { name, bodies, mib, said, at_once: false };
        measure(&worker, load).with_context(|| format!("{name} body"))
    };
    let mib = options.mib;
    let short = load("short", 1, SHORT_MIB, false)?;
    let many = load("many short", mib.div_ceil(SHORT_MIB), SHORT_MIB, false)?;
    let long = load("long", 1, mib, false)?;
    let said = load("long, length said", 1, mib, true)?;
    let at_once = Load {
        name: "short, at once",
        bodies: AT_ONCE,
        mib: SHORT_MIB,
        said: false,
        at_once: true,
    };
    let at_once = measure(&worker, at_once).context("bodies at once")?;
    println!("\n{}", table(&[short, many, long, said, at_once]));
    let over = |more: u64, less: u64| more.saturating_sub(less);
    check("wasm memory of the long body", long.wasm(), WASM_MAX)?;
    check("wasm memory of bodies at once", at_once.wasm(), WASM_AT_ONCE_MAX)?;
    let wasm = over(long.wasm(), short.wasm());
    check("wasm memory of the long body over the short one", wasm, WASM_GROWTH_MAX)?;
    let process = over(long.highest(), many.highest());
    check("memory of workerd of the long body over many short ones", process, PROCESS_GROWTH_MAX)
}

fn check(what: &str, bytes: u64, max: u64) -> Result<()> {
    let (found, most) = (mib(bytes), mib(max));
    println!("{what}: {found}, at most {most}");
    if bytes > max {
        bail!("{what}: {found}, which is over {most}")
    }
    Ok(())
}

impl Taken {
    fn wasm(&self) -> u64 {
        let [_, after] = self.wasm;
        after
    }

    fn highest(&self) -> u64 {
        let [_, after] = self.process;
        after.highest
    }
}

/// On a server of its own, so that nothing of another load is left in it.
fn measure(worker: &Served, load: Load) -> Result<Taken> {
    let Load { name, bodies, mib, .. } = load;
    println!("uploading {name}: {bodies} of {mib} MiB");
    let folder = name.replace([' ', ','], "-");
    let server = worker.start(&folder)?;
    let taken = upload(&server, load);
    let taken =
        taken.with_context(|| format!("wrangler printed:\n{}", server.output_of_interest()));
    drop(server);
    // The next one needs the room.
    fs::remove_dir_all(worker.data(&folder))?;
    taken
}

fn upload(server: &DevServer, load: Load) -> Result<Taken> {
    let config =
        Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).build();
    let client = Client { agent: config.into(), url: server.url().to_owned() };
    let len = load.mib * MIB;
    let (wasm_before, process_before) = (client.wasm()?, resident(server)?);
    let started = Instant::now();
    let put = || {
        let (size, etag) = client.put(len, load.said)?;
        ensure!(size == len, "{len} bytes were sent, {size} were stored");
        Ok(etag)
    };
    let etags: Result<Vec<String>> = if load.at_once {
        thread::scope(|scope| {
            let uploads: Vec<_> = (0..load.bodies).map(|_| scope.spawn(put)).collect();
            let panicked = |_| anyhow!("an upload panicked");
            uploads.into_iter().map(|upload| upload.join().map_err(panicked)?).collect()
        })
    } else {
        (0..load.bodies).map(|_| put()).collect()
    };
    let etags = etags?;
    let etag = etags.last().context("nothing was uploaded")?;
    let time = started.elapsed();
    let process = [process_before, resident(server)?];
    let wasm = [wasm_before, client.wasm()?];
    if !load.said {
        let parts = format!("-{}", len.div_ceil(PART));
        ensure!(etag.ends_with(&parts), "the etag is {etag}: not of parts of {}", mib(PART));
    }
    client.is_stored(len, etag)?;
    Ok(Taken { load, wasm, process, time })
}

/// The memory of the process with the Worker: of two, the larger one. The other is wrangler's own and
/// passes requests on.
fn resident(server: &DevServer) -> Result<Resident> {
    let all = processes(server.group()).into_iter().filter_map(|process| process.resident());
    all.max_by_key(|resident| resident.highest)
        .context("/proc does not tell the memory of workerd: this takes Linux")
}

struct Client {
    agent: Agent,
    url: String,
}

impl Client {
    /// The bytes of the wasm memory.
    fn wasm(&self) -> Result<u64> {
        let mut response = self.agent.get(format!("{}/memory", self.url)).call()?;
        let text = response.body_mut().read_to_string()?;
        text.parse().with_context(|| format!("the Worker answered {text:?}"))
    }

    /// Sends a body while it is made; the size and etag of what was stored.
    fn put(&self, len: u64, said: bool) -> Result<(u64, String)> {
        let mut request = self.agent.put(format!("{}/upload", self.url));
        if said {
            request = request.header("content-length", len.to_string());
        }
        let mut response = request.send(SendBody::from_owned_reader(Body::new(len)))?;
        let text = response.body_mut().read_to_string()?;
        let answer = text.split_once(' ').and_then(|(size, etag)| Some((size.parse().ok()?, etag)));
        let (size, etag) = answer.with_context(|| format!("the Worker answered {text:?}"))?;
        Ok((size, etag.to_owned()))
    }

    /// That what is stored is what was sent, byte by byte.
    fn is_stored(&self, len: u64, etag: &str) -> Result<()> {
        let response = self.agent.get(format!("{}/upload", self.url)).call()?;
        ensure!(response.status() == 200, "the Worker answered {}", response.status());
        let found = response.headers().get("etag").and_then(|etag| etag.to_str().ok());
        let found = found.map(|etag| etag.trim_start_matches("W/").trim_matches('"'));
        ensure!(found == Some(etag), "the etag was {etag}, and is {found:?}");
        let compared = Body::new(len).compare(response.into_body().into_reader())?;
        compared.map_err(|at| anyhow!("what is stored is something else from byte {at} on"))
    }
}

fn table(rows: &[Taken]) -> String {
    let mut text = String::from(
        "| uploaded | bodies | wasm before | after | workerd before | highest | after | time |\n\
         | --- | --- | --: | --: | --: | --: | --: | --: |\n",
    );
    for Taken { load, wasm, process, time } in rows {
        let Load { name, bodies, mib: each, .. } = load;
        let [wasm_before, wasm_after] = wasm.map(mib);
        let [before, after] = process.map(|resident| mib(resident.now));
        let [_, highest] = process.map(|resident| mib(resident.highest));
        let time = seconds(*time);
        let _ = writeln!(
            text,
            "| {name} | {bodies} of {each} MiB | {wasm_before} | {wasm_after} | {before} | {highest} \
             | {after} | {time} |"
        );
    }
    text
}

/// Whole MiB, rounded up.
fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(MIB))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_kept_to_the_byte() {
        assert!(check("memory", 8 * MIB, 8 * MIB).is_ok());
        assert!(check("memory", 8 * MIB + 1, 8 * MIB).is_err());
    }

    #[test]
    fn a_row_has_what_was_taken() {
        let load = Load { name: "long", bodies: 1, mib: 1024, said: false, at_once: false };
        let resident = |now, highest| Resident { now: now * MIB, highest: highest * MIB };
        let process = [resident(130, 140), resident(300, 400)];
        let time = Duration::from_secs(2);
        let text = table(&[Taken { load, wasm: [MIB, 34 * MIB], process, time }]);
        let row =
            "| long | 1 of 1024 MiB | 1 MiB | 34 MiB | 130 MiB | 400 MiB | 300 MiB | 2.0 s |\n";
        assert!(text.ends_with(row), "{text}");
    }
}
