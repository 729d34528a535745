//! Calls to a storage Worker: against the same way written by hand in TypeScript, and in batches.

use anyhow::{Context as _, Result, ensure};

use super::pair::{MEASURES, Measure, Pair, Took, at_least};
use super::results::{interval, time, verdict};
use super::workers::{Client, STARTS};
use crate::dev_server::DevServer;
use crate::repository::Repository;
use crate::tools::Tools;
use crate::worker;

/// The apps, as the referee calls them.
const WORKERS: [&str; 2] = ["typescript", "library"];

/// What `worker-build` makes.
const RUST: [&str; 2] = ["bench-calls", "bench-calls-storage"];

/// The wrangler files, that of the referee first.
const CONFIGS: [&str; 5] = [
    "bench/referee/calls.jsonc",
    "bench/calls-typescript/wrangler.jsonc",
    "bench/calls-typescript/storage/wrangler.jsonc",
    "bench/calls/wrangler.jsonc",
    "bench/calls/storage/wrangler.jsonc",
];

/// What passes through, in bytes.
const BYTES: u32 = 64 * 1024 * 1024;

/// A small object, in bytes.
const SMALL: u32 = 1024;

/// How many requests a batch has.
const BATCH: u32 = 100;

/// What a get may take, as a multiple of that by hand.
const GET_MAX: f64 = 1.15;

/// What a large body may take, the same.
const STREAM_MAX: f64 = 1.05;

/// How much more a batch should do in the same time than single calls.
const BATCH_MIN: f64 = 20.0;

/// What takes much longer by itself is done once in so many rounds.
const ROUNDS_BETWEEN_LARGE: u32 = 3;

/// How often everything is done before anything counts: V8 compiles a function of wasm when it is first called, and
/// again when it was called often, which for a call took some thousands of them.
const WARM_UPS: u32 = 8;

/// A loop of calls.
struct Calls {
    title: &'static str,
    bucket: &'static str,
    /// How many in one request.
    count: u32,
    goal: Option<f64>,
}

const GETS: [Calls; 2] = [
    Calls { title: "get, 1 KiB", bucket: "real", count: 100, goal: Some(GET_MAX) },
    Calls { title: "get, 1 KiB, stub", bucket: "stub", count: 400, goal: None },
];

/// How many hundreds of gets a request makes: the goal is that of the calls alone.
const BATCHES: [Calls; 2] = [
    Calls { title: "100 gets, 1 KiB", bucket: "real", count: 1, goal: None },
    Calls { title: "100 gets, 1 KiB, stub", bucket: "stub", count: 4, goal: Some(BATCH_MIN) },
];

/// A large body, and the way it goes.
const STREAMS: [(&str, &str); 2] =
    [("get, 64 MiB", "download"), ("put, 64 MiB", "upload/67108864")];

/// What is measured.
#[derive(Default)]
struct Results {
    gets: [Pair; 2],
    streams: [Pair; 2],
    batches: [Pair; 2],
}

/// Measures, and gives the tables.
pub(super) fn measure(repository: &Repository, tools: &Tools, rounds: u32) -> Result<String> {
    for package in RUST {
        worker::build(repository, tools, package)?;
    }
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
        prepare(client)?;
        let Self { gets, streams, batches } = self;
        gets.iter_mut().chain(&mut *streams).chain(&mut *batches).for_each(Pair::start);
        for round in 1..=rounds {
            println!("round {round} of {rounds}");
            for (pair, calls) in gets.iter_mut().zip(&GETS) {
                pair.round(|worker| calls.each(client, worker_named(worker)?))?;
            }
            for (pair, calls) in batches.iter_mut().zip(&BATCHES) {
                pair.round(|way| calls.hundred(client, way == 1))?;
            }
            if round % ROUNDS_BETWEEN_LARGE != 1 {
                continue;
            }
            for (pair, (_, path)) in streams.iter_mut().zip(&STREAMS) {
                pair.round(|worker| Ok(took(client, worker_named(worker)?, path)?.0))?;
            }
        }
        Ok(())
    }

    fn tables(&self) -> String {
        let hops = |(pair, title, goal): (&Pair, &str, Option<f64>)| {
            rows(pair, |measure, what| {
                let [by_hand, library] = pair.medians(measure).map(time);
                let ratio = pair.longer(measure);
                let (met, ratio) = (verdict(ratio, goal), interval(ratio));
                format!("| {title} | {what} | {by_hand} | {library} | {ratio} | {met} |\n")
            })
        };
        let batches = |(pair, calls): (&Pair, &Calls)| {
            rows(pair, |measure, what| {
                let [single, batch] = pair.medians(measure).map(time);
                let ratio = pair.more(measure);
                let met = match calls.goal {
                    Some(goal) => at_least(ratio, goal),
                    None => format!("{} | ", interval(ratio)),
                };
                format!("| {} | {what} | {single} | {batch} | {met} |\n", calls.title)
            })
        };
        let gets = self.gets.iter().zip(&GETS).map(|(pair, it)| (pair, it.title, it.goal));
        let streams = self.streams.iter().zip(&STREAMS);
        let streams = streams.map(|(pair, (title, _))| (pair, *title, Some(STREAM_MAX)));
        format!(
            "| a call | | TypeScript | library | library / TypeScript | goal |\n\
             | --- | --- | --: | --: | --- | --- |\n{}\n\
             | the library | | calls | one batch | calls / batch | goal |\n\
             | --- | --- | --: | --: | --- | --- |\n{}",
            gets.chain(streams).map(hops).collect::<String>(),
            self.batches.iter().zip(&BATCHES).map(batches).collect::<String>(),
        )
    }
}

impl Calls {
    /// One call.
    fn each(&self, client: &Client, worker: &str) -> Result<Took> {
        self.one(client, worker, "get", self.count, self.count)
    }

    /// A hundred of them, one by one or in a batch.
    fn hundred(&self, client: &Client, is_batch: bool) -> Result<Took> {
        let Self { count, .. } = *self;
        if is_batch {
            return self.one(client, "library", "batch", count, count);
        }
        self.one(client, "library", "get", count * BATCH, count)
    }

    /// What one of so many takes: a request that makes none is subtracted.
    fn one(
        &self,
        client: &Client,
        worker: &str,
        operation: &str,
        count: u32,
        of: u32,
    ) -> Result<Took> {
        let path = |count| format!("{}/{operation}/{count}", self.bucket);
        let (without, _) = took(client, worker, &path(0))?;
        let (with, seen) = took(client, worker, &path(count))?;
        let gets = if operation == "batch" { count * BATCH } else { count };
        ensure!(seen == u64::from(gets * SMALL), "{worker}/{}: {seen} bytes came", path(count));
        let one = |with: f64, without: f64| (with - without) / f64::from(of);
        Ok(Took { clock: one(with.clock, without.clock), cpu: one(with.cpu, without.cpu) })
    }
}

/// Stores what is read, and has everything done that is measured.
fn prepare(client: &Client) -> Result<()> {
    let stored = client.time("library", &format!("small/{SMALL}"))?.seen;
    ensure!(stored == u64::from(SMALL), "{stored} bytes were stored");
    for worker in WORKERS {
        for (_, path) in STREAMS.iter().rev() {
            let (_, seen) = took(client, worker, path)?;
            ensure!(seen == u64::from(BYTES), "{worker}/{path}: {seen} bytes passed");
        }
    }
    for _ in 0..WARM_UPS {
        for worker in WORKERS {
            for calls in &GETS {
                calls.each(client, worker)?;
            }
        }
        for calls in &BATCHES {
            calls.hundred(client, true)?;
        }
    }
    Ok(())
}

fn worker_named(worker: usize) -> Result<&'static str> {
    WORKERS.get(worker).copied().context("there are two")
}

fn took(client: &Client, worker: &str, path: &str) -> Result<(Took, u64)> {
    let sample = client.time(worker, path)?;
    Ok((Took { clock: sample.clock, cpu: sample.cpu }, sample.seen))
}

fn rows(pair: &Pair, row: impl Fn(Measure, &str) -> String) -> String {
    let measures = MEASURES.into_iter().filter(|(_, measure)| pair.has(*measure));
    measures.map(|(what, measure)| row(measure, what)).collect()
}

/// The file around the tables.
pub(super) fn document(table: &str, machine: &str, rounds: u32) -> String {
    format!(
        "# Benchmark of calls to a storage Worker\n\nWritten by `cargo xtask bench calls`.\n\n{table}\n\
         {machine}{rounds} rounds.\n{HOW_TO_READ}"
    )
}

const HOW_TO_READ: &str = "
## How to read it

Two apps, each with a storage Worker of its own, in one workerd behind a referee that passes requests on: with
the library ([calls/](calls)), and written by hand in TypeScript ([calls-typescript/](calls-typescript)) with
`WorkerEntrypoint`, where a method returns what R2 says of an object and its bytes, or its stream if it is
long. The one by hand has two verbs; it knows no grants, declarations, codes of errors, ranges or conditions.
Both storage Workers work on the same bucket, and nothing is encrypted.

* **A get** is one of a loop in the app, which waits for each, and a request that makes none is subtracted: a
  Worker's clock stands still while it computes, so it is timed from outside.
* **Code is warm**: some thousand gets come before those that count. V8 compiles wasm when it is first called, and
  better when it was called often. The first 100 calls after a start take some five times the CPU time of those
  after 5,000; by hand it is one to two times.
* **Tracing is in it**: `wrangler dev` has a Worker that writes a trace of every call to SQLite, about half of the
  CPU time of a call by hand to the stub. It is the same for both, and where Workers are deployed there is none.
* **Stub** means that the bucket of both storage Workers is [one that answers at once](calls/stub.js): what is
  left is the call. In wrangler R2 takes longer than a call does, and most of a core.
* **64 MiB** is the whole request, in every third round. The referee makes the body, or reads and drops it.
* **A batch** of 100 gets is one message, and the storage Worker makes all of them at once. It is compared with 100
  calls, one after the other, all by the library. R2 in wrangler takes most of the time of both (by hand, 100 gets
  at once in one message take nine tenths of the CPU time of this batch), so the goal is that of calls to the stub.
  Between two machines a call takes the way there and back as well, 100 times or once, which none of these figures
  has.
* How rounds and starts are run, what a ratio is and what *met* means is said in
  [RESULTS.md](RESULTS.md): here it is twice there and back, with eight starts.
";
