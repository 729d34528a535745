//! Links to a Worker: a check of a token, and a large download, against a proxy written in TypeScript.

use anyhow::{Context as _, Result, ensure};

use super::pair::{MEASURES, Measure, Pair, Took, interval_of_time};
use super::results::{interval, time, verdict};
use super::statistics::Ratio;
use super::workers::{Client, STARTS};
use crate::dev_server::DevServer;
use crate::repository::Repository;
use crate::tools::Tools;
use crate::worker;

/// The Workers, as the referee calls them.
const WORKERS: [&str; 2] = ["typescript", "library"];

/// The wrangler files, that of the referee first.
const CONFIGS: [&str; 3] = [
    "bench/referee/links.jsonc",
    "bench/links-typescript/wrangler.jsonc",
    "bench/links/wrangler.jsonc",
];

/// What is downloaded, in bytes.
const BYTES: u32 = 64 * 1024 * 1024;

/// How often a request checks a token.
const CHECKS: u32 = 8000;

/// What a check may take, in seconds.
const CHECK_MAX: f64 = 20e-6;

/// What a download may take, as a multiple of that by hand.
const DOWNLOAD_MAX: f64 = 1.05;

/// How often everything is done before anything counts, so that the code is compiled.
const WARM_UPS: u32 = 2;

/// What is measured.
#[derive(Default)]
struct Results {
    checks: Pair,
    downloads: Pair,
}

/// Measures, and gives the tables.
pub(super) fn measure(repository: &Repository, tools: &Tools, rounds: u32) -> Result<String> {
    worker::build(repository, tools, "bench-links")?;
    let configs = CONFIGS.map(|config| repository.root().join(config));
    let mut results = Results::default();
    for start in 1..=STARTS {
        println!("start {start} of {STARTS}");
        let state = tempfile::tempdir()?;
        let server = DevServer::start_all(tools, &configs, state.path())?;
        let measured = results.measure(&Client::new(&server), rounds.div_ceil(STARTS));
        measured.with_context(|| format!("wrangler printed:\n{}", server.output_of_interest()))?;
    }
    Ok(results.tables())
}

impl Results {
    /// One start.
    fn measure(&mut self, client: &Client, rounds: u32) -> Result<()> {
        let stored = client.time("library", &format!("upload/{BYTES}"))?.seen;
        ensure!(stored == u64::from(BYTES), "{stored} bytes were stored");
        let link = client.text("library", "sign")?;
        let token = link.strip_prefix("/.storage/").with_context(|| link.clone())?;
        let headers = |worker| client.text(worker, &format!("headers{link}"));
        let both = [headers("typescript")?, headers("library")?];
        ensure!(both.first() == both.last(), "the answers have different headers: {both:#?}");

        let ask = |path: &str| -> Result<[u64; 2]> {
            let seen = |worker| client.time(worker, path).map(|sample| sample.seen);
            let [by_hand, library] = WORKERS.map(seen);
            Ok([by_hand?, library?])
        };
        let (check, download) = (format!("check/{CHECKS}/{token}"), format!("download{link}"));
        let nothing = format!("check/0/{token}");
        for _ in 0..WARM_UPS {
            for path in [&nothing, &check, &download] {
                let [by_hand, library] = ask(path)?;
                ensure!(by_hand == library, "{path}: {by_hand} and {library} were seen");
            }
        }
        let took = |worker: usize, path: &str| -> Result<Took> {
            let worker = WORKERS.get(worker).context("there are two")?;
            let sample = client.time(worker, path)?;
            Ok(Took { clock: sample.clock, cpu: sample.cpu })
        };
        self.checks.start();
        self.downloads.start();
        for round in 1..=rounds {
            println!("round {round} of {rounds}");
            self.checks.round(|worker| {
                let (with, without) = (took(worker, &check)?, took(worker, &nothing)?);
                let one = |with: f64, without: f64| (with - without) / f64::from(CHECKS);
                Ok(Took { clock: one(with.clock, without.clock), cpu: one(with.cpu, without.cpu) })
            })?;
            self.downloads.round(|worker| took(worker, &download))?;
        }
        Ok(())
    }

    fn tables(&self) -> String {
        let check = |(title, measure): (&str, Measure)| {
            let Self { checks, .. } = self;
            let [by_hand, _] = checks.medians(measure);
            let library = checks.library(measure);
            let of_goal = |seconds: f64| seconds / CHECK_MAX;
            let Ratio { median, low, high } = library;
            let used = Ratio { median: of_goal(median), low: of_goal(low), high: of_goal(high) };
            let met = verdict(used, Some(1.0)).replace("1.00", &time(CHECK_MAX));
            let (by_hand, library) = (time(by_hand), interval_of_time(library));
            checks.has(measure).then(|| format!("| {title} | {by_hand} | {library} | {met} |\n"))
        };
        let download = |(title, measure): (&str, Measure)| {
            let Self { downloads, .. } = self;
            let [by_hand, library] = downloads.medians(measure).map(time);
            let ratio = downloads.longer(measure);
            let met = verdict(ratio, Some(DOWNLOAD_MAX));
            let row =
                format!("| {title} | {by_hand} | {library} | {} | {met} |\n", interval(ratio));
            downloads.has(measure).then_some(row)
        };
        let rows = |rows: [Option<String>; 2]| rows.into_iter().flatten().collect::<String>();
        format!(
            "| a check of a token | TypeScript | library | goal |\n| --- | --: | --- | --- |\n{}\n\
             | a download of 64 MiB | TypeScript | library | library / TypeScript | goal |\n\
             | --- | --: | --: | --- | --- |\n{}",
            rows(MEASURES.map(check)),
            rows(MEASURES.map(download)),
        )
    }
}

/// The file around the tables.
pub(super) fn document(table: &str, machine: &str, rounds: u32) -> String {
    format!(
        "# Benchmark of links to a Worker\n\nWritten by `cargo xtask bench links`.\n\n{table}\n\
         {machine}{rounds} rounds.\n{HOW_TO_READ}"
    )
}

const HOW_TO_READ: &str = "
## How to read it

Two Workers answer the same links to one object of a private bucket that is not encrypted, in one workerd
behind a referee that passes requests on: the library's `storage::signed::handle`
([links/](links)), and a proxy written by hand ([links-typescript/](links-typescript)), which takes the
same tokens, checks their HMAC by WebCrypto, and hands over the body of `env.BUCKET.get`. Their answers
have the same headers, which is checked. The proxy knows reading only: no ranges, conditions, uploads,
uses, revocation, CORS, or what a browser would run.

* **A check** is that of the token alone: base64, the key of its id, the HMAC, what it grants, and the
  time. A request makes 8,000 of them, and a request that makes none is subtracted: the clock of a Worker
  stands still while it computes, so it is timed from outside. TypeScript waits for WebCrypto each time.
* **A download** is the whole request: the handles and keys are made anew for it, as in any Worker (the
  proxy keeps its key). The body stays inside workerd, where the referee reads and drops it.
* How rounds and starts are run, what a ratio is and what *met* means is said in
  [RESULTS.md](RESULTS.md): here it is twice there and back, with eight starts.
";
