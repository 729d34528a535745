//! A storage Worker whose process is killed while it is called: no word, no chance to end what is under way.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::http::Client;
use crate::worker::Worker;

/// Where the Workers stand among those of the package.
const APP_AND_ANOTHER: &[usize] = &[0, 1];
const STORAGE: &[usize] = &[2];

/// As many calls are to succeed, and the storage Worker is killed once so many have.
const CALLS: u64 = 1000;
const KILLED_AT: [u64; 3] = [250, 500, 750];

/// How many call at once.
const CALLERS: usize = 8;

/// How long a caller waits after a call that failed, for another one.
const PAUSE: Duration = Duration::from_millis(20);

/// Longer than all of it takes on a busy machine.
const LIMIT: Duration = Duration::from_mins(5);

/// What every call that fails comes to: try again.
const UNAVAILABLE: &str = "storage_unavailable true";

/// No call is made twice: what fails is looked at, and not hidden by what succeeds then.
pub(crate) fn what_was_acknowledged_outlives_a_kill(bindings: &Worker) -> Result<()> {
    let storage = bindings.start_apart(STORAGE, "killed-storage", "killed-registry")?;
    let app = bindings.start_apart(APP_AND_ANOTHER, "killed-app", "killed-registry")?;
    let calls = Calls::default();
    thread::scope(|scope| {
        let callers: Vec<_> =
            (0..CALLERS).map(|_| scope.spawn(|| calls.make(&app.client))).collect();
        let killed = KILLED_AT.into_iter().try_for_each(|count| {
            calls.wait_for(count)?;
            storage.server.kill_workerd()
        });
        if killed.is_err() {
            calls.is_over.store(true, Ordering::Relaxed);
        }
        let mut made = callers.into_iter().map(thread::ScopedJoinHandle::join);
        let made = made.try_for_each(|made| made.map_err(|_| anyhow!("a caller panicked"))?);
        killed.and(made)
    })?;
    let restarted = format!("(crash #{})", KILLED_AT.len());
    ensure!(storage.server.prints(|output| output.contains(&restarted)), "it was not restarted");

    let outcomes = calls.outcomes.into_inner().map_err(|_| anyhow!("a caller panicked"))?;
    let (acknowledged, failed): (Vec<_>, Vec<_>) =
        outcomes.iter().partition(|(_, outcome)| *outcome == "ok");
    ensure!(acknowledged.len() as u64 >= CALLS, "{} were acknowledged", acknowledged.len());
    ensure!(failed.len() >= KILLED_AT.len(), "{} failed", failed.len());
    for (number, outcome) in &failed {
        ensure!(*outcome == UNAVAILABLE, "{number}: {outcome}");
    }
    for (number, _) in acknowledged {
        ensure!(is_there(&app.client, *number)?, "{number} was acknowledged, and is not there");
    }
    for (number, _) in failed {
        is_there(&app.client, *number)?; // or not: all of it was done, or nothing
        let outcome = put(&app.client, *number)?;
        ensure!(outcome == "ok" && is_there(&app.client, *number)?, "{number} again: {outcome}");
    }
    Ok(())
}

/// Calls, each of which writes under a number of its own, and what came of them.
#[derive(Default)]
struct Calls {
    next: AtomicU64,
    acknowledged: AtomicU64,
    is_over: AtomicBool,
    outcomes: Mutex<BTreeMap<u64, String>>,
}

impl Calls {
    /// Makes calls until enough have succeeded.
    fn make(&self, client: &Client) -> Result<()> {
        let started = Instant::now();
        while self.acknowledged.load(Ordering::Relaxed) < CALLS {
            let is_over = self.is_over.load(Ordering::Relaxed) || started.elapsed() > LIMIT;
            ensure!(!is_over, "the storage Worker did not come back");
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let outcome = put(client, number).inspect_err(|_| {
                self.is_over.store(true, Ordering::Relaxed);
            })?;
            if outcome == "ok" {
                self.acknowledged.fetch_add(1, Ordering::Relaxed);
            } else {
                thread::sleep(PAUSE);
            }
            let mut outcomes = self.outcomes.lock().map_err(|_| anyhow!("a caller panicked"))?;
            outcomes.insert(number, outcome);
        }
        Ok(())
    }

    /// Waits until so many have succeeded.
    fn wait_for(&self, count: u64) -> Result<()> {
        let started = Instant::now();
        while self.acknowledged.load(Ordering::Relaxed) < count {
            let is_over = self.is_over.load(Ordering::Relaxed) || started.elapsed() > LIMIT;
            ensure!(!is_over, "not even {count} calls succeed");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

/// Where a number is written: in clear and encrypted, in a bucket and a namespace.
fn path(number: u64) -> String {
    let how = if number.is_multiple_of(2) { "plain" } else { "sealed" };
    let kind = if (number / 2).is_multiple_of(2) { "bucket" } else { "kv" };
    format!("/via/kept/{how}/{kind}/killed-{number}")
}

/// What is written: short, as a message has it, or long, as a stream.
fn body(number: u64) -> Vec<u8> {
    let times = if (number / 4).is_multiple_of(4) { 30_000 } else { 10 };
    format!("{number};").repeat(times).into_bytes()
}

/// One call, and what it comes to.
fn put(client: &Client, number: u64) -> Result<String> {
    let answer = client.ask("PUT", &path(number), &[], &body(number))?;
    ensure!(answer.status == 200, "{number}: {}", answer.describe());
    String::from_utf8(answer.body).context("the answer is no text")
}

/// Whether it is there, and then whole.
fn is_there(client: &Client, number: u64) -> Result<bool> {
    let answer = client.get(&path(number))?;
    if answer.status == 404 {
        return Ok(false);
    }
    ensure!(answer.status == 200, "{number}: {}", answer.describe());
    ensure!(answer.body == body(number), "{number} came back as {}", answer.describe());
    Ok(true)
}
