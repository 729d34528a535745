//! Writers that are killed at random moments.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::Args;
use fastrand::Rng;
use futures_executor::block_on;
use storage::conformance::Stores;

use crate::check;
use crate::model::{Line, Model};

/// How many processes write at once.
const WRITERS: usize = 2;

/// After so many rounds another folder is begun, so that writers are killed while they make it, too.
const ROUNDS_A_FOLDER: u32 = 20;

/// How long a writer lives at most.
const LIFE_MILLIS: u64 = 400;

#[derive(Args)]
pub(crate) struct Options {
    /// How often to kill and check
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// What the random choices are made from, as printed by an earlier run
    #[arg(long)]
    seed: Option<u64>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}, {} rounds", options.rounds);
    let mut random = Rng::with_seed(seed);
    let mut writes = 0;
    let mut round = 0;
    while round < options.rounds {
        let folder = tempfile::tempdir()?;
        let mut model = Model::default();
        for _ in 0..ROUNDS_A_FOLDER.min(options.rounds - round) {
            round += 1;
            let context = || format!("round {round} of --seed {seed}");
            writes += one(folder.path(), &mut model, &mut random).with_context(context)?;
        }
    }
    println!("{round} rounds, {} kills, {writes} acknowledged writes: all whole", kills(round));
    Ok(())
}

fn kills(rounds: u32) -> usize {
    usize::try_from(rounds).unwrap_or_default() * WRITERS
}

/// Lets writers write, kills them, and checks. Says how many writes were acknowledged.
fn one(folder: &Path, model: &mut Model, random: &mut Rng) -> Result<usize> {
    let begun = Instant::now();
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let dies = begun + Duration::from_millis(random.u64(0..LIFE_MILLIS));
        writers.push((dies, Writer::spawn(folder, number, random.u64(..))?));
    }
    writers.sort_by_key(|(dies, _)| *dies);
    let mut lines = Vec::new();
    for (dies, writer) in writers {
        // Others open the folder meanwhile, and sweep it. What they read is whole.
        while Instant::now() < dies {
            read_some(folder, model, random)?;
        }
        lines.extend(writer.kill()?);
    }
    let acknowledged = lines.iter().filter(|line| line.is_acknowledged).count();
    for line in lines {
        model.take(line);
    }
    block_on(check::all(folder, model))?;
    Ok(acknowledged)
}

fn read_some(folder: &Path, model: &Model, random: &mut Rng) -> Result<()> {
    let stores = Stores::local(folder)?;
    let targets = model.targets();
    for _ in 0..3 {
        if let Some(target) = random.choice(&targets) {
            block_on(check::read(&stores, target))?;
        }
    }
    thread::sleep(Duration::from_millis(random.u64(0..20)));
    Ok(())
}

/// A process that writes, until it is killed or this is dropped.
struct Writer {
    process: Child,
    lines: Option<JoinHandle<Result<Vec<Line>>>>,
}

impl Writer {
    fn spawn(folder: &Path, number: usize, seed: u64) -> Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg("write")
            .arg(folder)
            .args([number.to_string(), seed.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("the output was asked for")?;
        let lines = thread::spawn(move || {
            BufReader::new(output).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
        });
        Ok(Self { process, lines: Some(lines) })
    }

    /// Kills it, and gives what it said.
    fn kill(mut self) -> Result<Vec<Line>> {
        let ended = self.process.try_wait()?;
        ensure!(ended.is_none(), "a writer ended by itself: {ended:?}");
        self.process.kill()?;
        self.process.wait()?;
        let lines = self.lines.take().context("it is killed once")?;
        lines.join().map_err(|_| anyhow!("the lines could not be read"))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
