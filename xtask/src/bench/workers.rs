//! Calls, timed in three Workers that stand behind a fourth in one workerd.
//!
//! A Worker's clock stands still while it computes, so time is taken here, around a request that runs
//! one operation many times.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use ureq::Agent;

use super::cpu::Cpu;
use super::memory::Memory;
use super::results::{Call, Goals, Results};
use super::statistics::median;
use crate::dev_server::DevServer;
use crate::report::seconds;
use crate::repository::Repository;
use crate::tools::Tools;
use crate::worker;

/// The Workers, as the referee calls them.
pub(super) const WORKERS: [&str; 3] = ["typescript", "by-hand", "library"];

/// Those that `worker-build` makes.
const RUST: [&str; 2] = ["bench-by-hand", "bench-library"];

/// What one request should take: much longer than the way to the Worker and back, and shorter than
/// a change of mood of the machine.
const SAMPLE: Duration = Duration::from_millis(80);

/// What takes much longer by itself is done once in so many rounds.
const ROUNDS_BETWEEN_LARGE: u32 = 3;

/// How often workerd is started. Where code and data come to lie, and what is compiled when, is settled
/// then, and makes a Worker a few percent faster or slower until the next start: rounds of one
/// start agree with each other better than with the truth.
pub(super) const STARTS: u32 = 8;

/// How often a Worker is asked before anything counts, so that its code is compiled.
const WARM_UPS: u32 = 3;

/// Longer than any answer takes, shorter than anybody waits.
const LIMIT: Duration = Duration::from_mins(2);

/// Calls on real bindings: what users wait for.
const REAL: Goals = Goals { by_hand: Some(1.03), typescript: None };

/// A large body.
const PASSED: Goals = Goals { by_hand: Some(1.02), typescript: Some(1.05) };

/// Something to be timed.
pub(super) struct Operation {
    pub(super) title: &'static str,
    pub(super) path: &'static str,
    pub(super) goals: Goals,
    /// Whether a request runs it once, and not in a loop.
    pub(super) once: bool,
}

impl Operation {
    const fn real(title: &'static str, path: &'static str) -> Self {
        Self { title, path, goals: REAL, once: false }
    }

    const fn stub(title: &'static str, path: &'static str) -> Self {
        Self { title, path, goals: Goals { by_hand: None, typescript: None }, once: false }
    }

    const fn large(title: &'static str, path: &'static str) -> Self {
        Self { title, path, goals: PASSED, once: true }
    }
}

/// In the order in which they can be run on empty stores.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::real("R2 put, 1 KiB", "real/r2-put"),
    Operation::real("R2 get, 1 KiB", "real/r2-get"),
    Operation::real("R2 head", "real/r2-head"),
    Operation::real("R2 list, 10 objects", "real/r2-list"),
    Operation::real("KV put, 1 KiB", "real/kv-put"),
    Operation::real("KV get, 1 KiB", "real/kv-get"),
    Operation::real("KV list, 10 entries", "real/kv-list"),
    Operation::large("R2 upload, 64 MiB", "upload/67108864"),
    Operation::large("R2 download, 64 MiB", "download"),
    Operation::stub("R2 put, stub", "stub/r2-put"),
    Operation::stub("R2 get, stub", "stub/r2-get"),
    Operation::stub("R2 head, stub", "stub/r2-head"),
    Operation::stub("R2 list, stub", "stub/r2-list"),
    Operation::stub("KV put, stub", "stub/kv-put"),
    Operation::stub("KV get, stub", "stub/kv-get"),
    Operation::stub("KV list, stub", "stub/kv-list"),
];

/// The request that does nothing: what every other takes as well.
const NOTHING: &str = "real/r2-head";

/// Builds the Workers, and times every operation in every round, of which each start of workerd has its
/// share. Before and after its rounds it can do more.
pub(super) fn measure(
    repository: &Repository,
    tools: &Tools,
    operations: &[Operation],
    rounds: u32,
    mut before: impl FnMut(&Client) -> Result<()>,
    mut after: impl FnMut(&Client) -> Result<()>,
) -> Result<Results> {
    for package in RUST {
        worker::build(repository, tools, package)?;
    }
    let mut results = Results::default();
    let mut workers = WORKERS;
    for start in 1..=STARTS {
        println!("start {start} of {STARTS}");
        with_client(repository, tools, workers, |client| {
            before(client)?;
            client.measure(operations, rounds.div_ceil(STARTS), &mut results)?;
            after(client)
        })?;
        workers.rotate_left(1);
    }
    Ok(results)
}

/// Starts the Workers, in that order, for as long as `work` takes.
fn with_client(
    repository: &Repository,
    tools: &Tools,
    workers: [&str; 3],
    work: impl FnOnce(&Client) -> Result<()>,
) -> Result<()> {
    let folder = repository.root().join("bench");
    let folders = ["referee"].into_iter().chain(workers);
    let configs: Vec<_> = folders.map(|name| folder.join(name).join("wrangler.jsonc")).collect();
    let state = tempfile::tempdir()?;
    let server = DevServer::start_all(tools, &configs, state.path())?;
    let client = Client::new(&server);
    let worked = work(&client);
    worked.with_context(|| format!("wrangler printed:\n{}", server.output_of_interest()))
}

/// Speaks to the referee.
pub(super) struct Client {
    agent: Agent,
    url: String,
    cpu: Option<Cpu>,
    group: i32,
}

/// One request.
pub(super) struct Sample {
    /// Seconds.
    pub(super) clock: f64,
    /// Seconds of all threads of workerd: none where the system does not say.
    pub(super) cpu: f64,
    /// What it answered.
    pub(super) seen: u64,
}

impl Client {
    pub(super) fn new(server: &DevServer) -> Self {
        let config =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).build();
        let url = server.url().to_owned();
        let group = server.group();
        Self { agent: config.into(), url, cpu: Cpu::of_group(group), group }
    }

    /// The memory of workerd, where the system says it.
    pub(super) fn memory(&self) -> Option<Memory> {
        Memory::of_group(self.group)
    }

    /// Times every operation in every round.
    fn measure(&self, operations: &[Operation], rounds: u32, results: &mut Results) -> Result<()> {
        println!("warming up");
        let mut plans = Vec::new();
        for operation in operations {
            plans.push(Plan::make(self, operation)?);
        }
        let mut nothing = Plan::nothing();
        for round in 1..=rounds {
            let started = Instant::now();
            for plan in std::iter::once(&mut nothing).chain(&mut plans) {
                if round % plan.every == 0 {
                    plan.run(self)?;
                }
            }
            let took = started.elapsed();
            let left = seconds(took * (rounds - round));
            println!("round {round} of {rounds}: {}, about {left} left", seconds(took));
        }
        let calls = |measure: fn(&Lane) -> &[f64]| {
            plans.iter().map(|plan| plan.call(&nothing, measure)).collect()
        };
        Call::add(&mut results.clock, calls(|lane| &lane.clock));
        if self.cpu.is_some() {
            Call::add(&mut results.cpu, calls(|lane| &lane.cpu));
        }
        Ok(())
    }

    /// Sends one request.
    pub(super) fn time(&self, worker: &str, path: &str) -> Result<Sample> {
        let cpu = || self.cpu.as_ref().map_or(0.0, Cpu::seconds);
        let cpu_before = cpu();
        let started = Instant::now();
        let answer = self.text(worker, path)?;
        let clock = started.elapsed().as_secs_f64();
        let cpu = cpu() - cpu_before;
        let seen =
            answer.parse().with_context(|| format!("{worker}/{path} answered {answer:?}"))?;
        Ok(Sample { clock, cpu, seen })
    }

    /// What one request is answered with.
    pub(super) fn text(&self, worker: &str, path: &str) -> Result<String> {
        let url = format!("{}/{worker}/{path}", self.url);
        let mut response = self.agent.post(&url).send_empty().with_context(|| url.clone())?;
        let answer = response.body_mut().read_to_string().with_context(|| url.clone())?;
        ensure!(response.status() == 200, "{url} answered {}: {answer}", response.status());
        Ok(answer)
    }
}

/// An operation, how many times a request runs it in each Worker, and how long the requests took.
struct Plan {
    title: &'static str,
    path: &'static str,
    goals: Goals,
    every: u32,
    lanes: [Lane; 3],
}

struct Lane {
    worker: &'static str,
    path: String,
    count: u32,
    /// Seconds every time.
    clock: Vec<f64>,
    /// The same, as CPU time.
    cpu: Vec<f64>,
}

impl Plan {
    /// Finds out how many times fill a sample, and that all Workers do the same work.
    fn make(client: &Client, operation: &Operation) -> Result<Self> {
        let Operation { title, path, goals, once } = operation;
        let mut answers = Vec::new();
        let mut lanes = WORKERS.map(|worker| Lane::new(worker, path, 1));
        for lane in &mut lanes {
            let worker = lane.worker;
            if *once {
                answers.push(client.time(worker, &lane.path)?.seen);
                continue;
            }
            answers.push(client.time(worker, &format!("{path}/10"))?.seen);
            lane.count = fitting_count(client, worker, path)?;
        }
        let same = answers.windows(2).all(|pair| pair.first() == pair.last());
        ensure!(same, "{title}: the Workers {WORKERS:?} saw different things: {answers:?}");
        if *once {
            return Ok(Self { title, path, goals: *goals, every: ROUNDS_BETWEEN_LARGE, lanes });
        }
        // What runs about equally fast runs equally often, so that nothing but its speed differs.
        // TypeScript on stubs is a hundred times as fast.
        let alike = |lane: &Lane| path.starts_with("real/") || lane.worker != "typescript";
        let most = lanes.iter().filter(|lane| alike(lane)).map(|lane| lane.count).max();
        for lane in &mut lanes {
            lane.count = most.filter(|_| alike(lane)).unwrap_or(lane.count);
            lane.path = format!("{path}/{}", lane.count);
            for _ in 0..WARM_UPS {
                client.time(lane.worker, &lane.path)?;
            }
        }
        Ok(Self { title, path, goals: *goals, every: 1, lanes })
    }

    /// A loop of no steps.
    fn nothing() -> Self {
        let goals = Goals { by_hand: None, typescript: None };
        let lanes = WORKERS.map(|worker| Lane::new(worker, &format!("{NOTHING}/0"), 1));
        Self { title: "request", path: NOTHING, goals, every: 1, lanes }
    }

    /// Once there and once back, so that a drift of the machine hits all alike; and another Worker
    /// first every time.
    fn run(&mut self, client: &Client) -> Result<()> {
        self.lanes.rotate_left(1);
        let mut there = Vec::new();
        for lane in &self.lanes {
            there.push(client.time(lane.worker, &lane.path)?);
        }
        for (lane, there) in self.lanes.iter_mut().rev().zip(there.into_iter().rev()) {
            let back = client.time(lane.worker, &lane.path)?;
            lane.clock.push(f64::midpoint(there.clock, back.clock));
            lane.cpu.push(f64::midpoint(there.cpu, back.cpu));
        }
        Ok(())
    }

    /// Seconds a call every time, in the order of [`WORKERS`], without those of a request.
    fn call(&self, nothing: &Self, measure: fn(&Lane) -> &[f64]) -> Call {
        let seconds = WORKERS.map(|worker| {
            let request = nothing.lane(worker).map_or(f64::NAN, |lane| median(measure(lane)));
            let Some(lane) = self.lane(worker) else { return Vec::new() };
            let calls = f64::from(lane.count);
            measure(lane).iter().map(|seconds| (seconds - request) / calls).collect()
        });
        Call { title: self.title, path: self.path, goals: self.goals, starts: vec![seconds] }
    }

    fn lane(&self, worker: &str) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.worker == worker)
    }
}

impl Lane {
    fn new(worker: &'static str, path: &str, count: u32) -> Self {
        Self { worker, path: path.to_owned(), count, clock: Vec::new(), cpu: Vec::new() }
    }
}

/// How many times of an operation take about as long as a sample should.
fn fitting_count(client: &Client, worker: &str, path: &str) -> Result<u32> {
    let sample = SAMPLE.as_secs_f64();
    let mut count = 20;
    loop {
        let path = format!("{path}/{count}");
        // The quicker of two: what is slow for once is not what is measured.
        let took = client.time(worker, &path)?.clock.min(client.time(worker, &path)?.clock);
        if took >= sample / 2.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates, and a number of calls is positive"
            )]
            let fitting = (f64::from(count) * sample / took) as u32;
            return Ok(fitting.max(1));
        }
        count *= 2;
    }
}
