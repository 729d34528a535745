//! KV over REST, against a server written by hand with Hono: both on workerd, over HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use std::{array, fs};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::Value;
use ureq::Agent;

use super::cpu::Cpu;
use super::pair::{MEASURES, Pair, Took, at_least};
use super::results::{interval, time};
use super::workers::STARTS;
use crate::dev_server::DevServer;
use crate::repository::Repository;
use crate::served::Served;
use crate::tools::{self, Tools};

/// What the requests come by, and both servers know.
const KEY: &str = "key-of-the-benchmark";

/// At once.
const CONNECTIONS: usize = 8;

/// Of all connections together.
const REQUESTS: usize = 400;

/// How many entries there are.
const ENTRIES: usize = 100;

/// The rounds of a start before those that count, so that the code is compiled: they are told apart.
const FIRST_ROUNDS: u32 = 6;

/// Longer than any answer takes, shorter than anybody waits.
const LIMIT: Duration = Duration::from_secs(30);

/// What the library should answer at least, as a part of what the server by hand does.
const GOAL: f64 = 0.95;

const OPERATIONS: [Operation; 3] = [
    Operation { title: "get, 1 KiB", request: Request::Get, goal: Some(GOAL) },
    Operation { title: "put, 1 KiB", request: Request::Put, goal: Some(GOAL) },
    Operation { title: "health", request: Request::Health, goal: None },
];

struct Operation {
    title: &'static str,
    request: Request,
    goal: Option<f64>,
}

#[derive(Clone, Copy)]
enum Request {
    Get,
    Health,
    Put,
}

/// Of each operation.
#[derive(Default)]
struct Figures {
    /// In the first rounds of every start.
    first: [Pair; 3],
    /// In those after them.
    warm: [Pair; 3],
}

/// Measures, and gives the tables.
pub(super) fn measure(repository: &Repository, tools: &Tools, rounds: u32) -> Result<String> {
    let library = Served::build(repository, "kv-rest")?;
    library.set_secrets(&[("KV_API_KEY", KEY)])?;
    let by_hand = hono(repository)?;
    let config = by_hand.path().join("wrangler.jsonc");

    let mut figures = Figures::default();
    for start in 1..=STARTS {
        println!("start {start} of {STARTS}");
        let state = tempfile::tempdir()?;
        let servers =
            [DevServer::start(tools, &config, state.path())?, library.start(&start.to_string())?];
        let clients = servers.each_ref().map(Client::new);
        let measured = of_start(&clients, rounds.div_ceil(STARTS), &mut figures);
        measured.with_context(|| {
            let printed = servers.each_ref().map(DevServer::output_of_interest);
            format!("wrangler printed:\n{}", printed.join("\n"))
        })?;
    }
    Ok(figures.tables())
}

/// The server by hand, in a folder of its own beside the package that it imports.
fn hono(repository: &Repository) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for file in ["index.ts", "wrangler.jsonc"] {
        let source = repository.root().join("bench/hono").join(file);
        fs::copy(&source, folder.path().join(file))
            .with_context(|| source.display().to_string())?;
    }
    let packages = tools::hono(repository)?.join("node_modules");
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules"))?;
    Ok(folder)
}

fn of_start(clients: &[Client; 2], rounds: u32, figures: &mut Figures) -> Result<()> {
    for number in 0..ENTRIES {
        for request in [Request::Put, Request::Get, Request::Health] {
            let [by_hand, library] =
                clients.each_ref().map(|client| client.answer(request, number));
            let (by_hand, library) = (by_hand?, library?);
            ensure!(by_hand == library, "different answers:\n{by_hand}\n{library}");
        }
    }
    figures.start();
    println!("warming up");
    of_rounds(clients, FIRST_ROUNDS, &mut figures.first)?;
    for round in 1..=rounds {
        println!("round {round} of {rounds}");
        of_rounds(clients, 1, &mut figures.warm)?;
    }
    Ok(())
}

fn of_rounds(clients: &[Client; 2], rounds: u32, pairs: &mut [Pair; 3]) -> Result<()> {
    for _ in 0..rounds {
        for (pair, operation) in pairs.iter_mut().zip(&OPERATIONS) {
            pair.round(|client| {
                clients.get(client).context("there are two")?.load(operation.request)
            })?;
        }
    }
    Ok(())
}

/// Speaks to a server, over as many connections as it is allowed.
struct Client {
    agents: [Agent; CONNECTIONS],
    url: String,
    cpu: Option<Cpu>,
}

impl Client {
    fn new(server: &DevServer) -> Self {
        // Each has a connection of its own, which it keeps.
        let agents =
            array::from_fn(|_| Agent::config_builder().timeout_global(Some(LIMIT)).build().into());
        Self { agents, url: server.url().to_owned(), cpu: Cpu::of_group(server.group()) }
    }

    /// A request's answer, as JSON.
    fn answer(&self, request: Request, number: usize) -> Result<Value> {
        let agent = self.agents.first().context("there are some")?;
        let text = self.ask(agent, request, number)?;
        serde_json::from_str(&text).with_context(|| text.clone())
    }

    /// What a request takes, when there are as many at once as there are connections.
    fn load(&self, request: Request) -> Result<Took> {
        let cpu = || self.cpu.as_ref().map_or(0.0, Cpu::seconds);
        let (cpu_before, started, next) = (cpu(), Instant::now(), AtomicUsize::new(0));
        thread::scope(|scope| -> Result<()> {
            let connections = self.agents.each_ref().map(|agent| {
                let next = &next;
                scope.spawn(move || -> Result<()> {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= REQUESTS {
                            return Ok(());
                        }
                        self.ask(agent, request, number)?;
                    }
                })
            });
            for connection in connections {
                connection.join().map_err(|_| anyhow!("a connection panicked"))??;
            }
            Ok(())
        })?;
        #[expect(clippy::cast_precision_loss, reason = "there are few requests")]
        let requests = REQUESTS as f64;
        let clock = started.elapsed().as_secs_f64() / requests;
        Ok(Took { clock, cpu: (cpu() - cpu_before) / requests })
    }

    fn ask(&self, agent: &Agent, request: Request, number: usize) -> Result<String> {
        let number = number % ENTRIES;
        let key = match request {
            Request::Health => format!("{}/health", self.url),
            _ => format!("{}/v1/kv/benchmark/{number}", self.url),
        };
        let bearer = ("authorization", format!("Bearer {KEY}"));
        let answer = match request {
            Request::Get | Request::Health => agent.get(&key).header(bearer.0, bearer.1).call(),
            Request::Put => agent
                .put(&key)
                .header(bearer.0, bearer.1)
                .content_type("application/json")
                .send(envelope(number)),
        };
        answer.and_then(|mut answer| answer.body_mut().read_to_string()).context(key)
    }
}

/// What is written: about 1 KiB of JSON.
fn envelope(number: usize) -> String {
    let text = "x".repeat(1000);
    format!(r#"{{"value":{{"number":{number},"text":"{text}"}},"metadata":{{"by":"benchmark"}}}}"#)
}

impl Figures {
    /// Begins with those of another start.
    fn start(&mut self) {
        self.first.iter_mut().chain(&mut self.warm).for_each(Pair::start);
    }

    fn tables(&self) -> String {
        let [(_, cpu), (_, clock)] = MEASURES;
        let mut text = String::from(
            "| requests a second | Hono | library | library / Hono | goal |\n\
             | --- | --: | --: | --- | --- |\n",
        );
        text += &rows(&self.warm, |Operation { title, goal, .. }, pair| {
            let met = match goal {
                Some(goal) => at_least(pair.more(clock), *goal),
                None => format!("{} | ", interval(pair.more(clock))),
            };
            format!("| {title} | {} | {met} |\n", per_second(pair))
        });
        text += "\n| right after a start | Hono | library | library / Hono |\n\
                 | --- | --: | --: | --- |\n";
        text += &rows(&self.first, |Operation { title, .. }, pair| {
            format!("| {title} | {} | {} |\n", per_second(pair), interval(pair.more(clock)))
        });
        if self.warm.iter().all(|pair| pair.has(cpu)) {
            text += "\n| CPU time of workerd, a request | Hono | library | library / Hono |\n\
                     | --- | --: | --: | --- |\n";
            text += &rows(&self.warm, |Operation { title, .. }, pair| {
                let [by_hand, library] = pair.medians(cpu).map(time);
                format!("| {title} | {by_hand} | {library} | {} |\n", interval(pair.longer(cpu)))
            });
        }
        text
    }
}

/// A row of a table for each operation.
fn rows(pairs: &[Pair; 3], row: impl Fn(&Operation, &Pair) -> String) -> String {
    OPERATIONS.iter().zip(pairs).map(|(operation, pair)| row(operation, pair)).collect()
}

/// How many requests the two answer in a second, as two cells.
fn per_second(pair: &Pair) -> String {
    let [(_, _), (_, clock)] = MEASURES;
    let [by_hand, library] = pair.medians(clock).map(f64::recip);
    format!("{by_hand:.0} | {library:.0}")
}

/// The file around the table.
pub(super) fn document(table: &str, machine: &str, rounds: u32) -> String {
    format!(
        "# Benchmark of KV over REST\n\nWritten by `cargo xtask bench rest`.\n\n{table}\n\
         {machine}{rounds} rounds.\n{HOW_TO_READ}"
    )
}

const HOW_TO_READ: &str = "
## How to read it

Two servers of the same API, each on a workerd of its own under `wrangler dev`, of which only one is asked
at a time: [examples/kv-rest](../examples/kv-rest), built as for production, and one written by hand with Hono
([hono/index.ts](hono/index.ts)). Both ask for an API key and compare it in constant time, and both answer in the
same envelope; every answer is compared once. The one by hand has no scopes, batches, listings, content
negotiation or OpenAPI document, and stores no content type and no checksum beside a value.

* **How it is run.** A client in Rust with 8 connections that it keeps makes 400 requests, as fast as
  they are answered; in every round Hono and the library are asked in turn, twice there and back. workerd
  is started eight times. What a ratio is and what *met* means is said in [RESULTS.md](RESULTS.md); here more
  is better.
* **Code is warm**: 4,800 requests of each kind come before those that count. V8 compiles wasm when it is
  first called, and better when it was called often. *Right after a start* are those 4,800, without the first
  hundred; goals are for warm code. What one run and another differ by is about as much as the two tables do.
* **Get and put** are of 100 entries of 1 KiB of JSON with one field of metadata, on the simulator of KV.
  **Health** touches no KV: what is left is the way to the Worker, and the way through it.
* The way to the Worker, through the proxy of `wrangler dev`, is in every request of both.
";
