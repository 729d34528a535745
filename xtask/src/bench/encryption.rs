//! Encryption, in the Workers of the other benchmark: by WebCrypto from TypeScript, by the `aes-gcm`
//! crate in wasm, and by the engine of this library.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::results::Goals;
use super::statistics::median;
use super::workers::{self, Client, Operation, WORKERS};
use crate::repository::Repository;
use crate::tools::Tools;

/// A stream: at least 0.85 of the speed of TypeScript, and ten times that of the crate in wasm.
const STREAM: Goals = Goals { by_hand: Some(0.1), typescript: Some(1.0 / 0.85) };

/// A small value: at most a quarter more than TypeScript.
const VALUE: Goals = Goals { by_hand: None, typescript: Some(1.25) };

const NONE: Goals = Goals { by_hand: None, typescript: None };

/// In the order in which they can be run on empty stores, after [`STORE`].
const OPERATIONS: &[Operation] = &[
    stream("encrypt a stream, 256 MiB", "seal/268435456", STREAM),
    stream("decrypt an object of R2, 256 MiB", "open", STREAM),
    value("encrypt and put a KV entry, 1 KiB", "real/kv-seal", VALUE),
    value("get and decrypt a KV entry, 1 KiB", "real/kv-open", VALUE),
    value("encrypt and put, stub", "stub/kv-seal", NONE),
    value("encrypt 100 bytes", "stub/seal-100", NONE),
    value("encrypt 1 KiB", "stub/seal-1024", NONE),
    value("encrypt 16 KiB", "stub/seal-16384", NONE),
    value("encrypt 256 KiB", "stub/seal-262144", NONE),
];

/// What `open` opens.
const STORE: &str = "store/268435456";

/// What passes while the memory is watched: 1 GiB.
const WATCHED: &str = "seal/1073741824";

/// What the memory may grow by meanwhile.
const GROWTH_MAX: f64 = 16.0;

/// How often that is done.
const WATCHED_TIMES: usize = 5;

/// So that what was freed has been given back.
const REST: Duration = Duration::from_millis(500);

const fn stream(title: &'static str, path: &'static str, goals: Goals) -> Operation {
    Operation { title, path, goals, once: true }
}

const fn value(title: &'static str, path: &'static str, goals: Goals) -> Operation {
    Operation { title, path, goals, once: false }
}

/// Measures, and gives the tables.
pub(super) fn measure(repository: &Repository, tools: &Tools, rounds: u32) -> Result<String> {
    let mut growth = None;
    let store = |client: &Client| client.time("typescript", STORE).map(drop);
    let results = workers::measure(repository, tools, OPERATIONS, rounds, store, |client| {
        // One start is enough for this.
        if growth.is_none() {
            growth = watch(client)?;
        }
        Ok(())
    })?;
    let mut table = results.table();
    if let Some(growth) = growth {
        let [typescript, by_hand, library] = growth.map(|times| median(&times));
        let met = if library <= GROWTH_MAX { "met" } else { "missed" };
        write!(
            table,
            "\n| memory of workerd above idle | TypeScript | by hand | library | goal |\n\
             | --- | --: | --: | --: | --- |\n\
             | while 1 GiB is encrypted | {typescript:.1} MiB | {by_hand:.1} MiB | \
             {library:.1} MiB | {GROWTH_MAX} MiB {met} |\n"
        )
        .context("the table")?;
    }
    Ok(table)
}

/// How much more memory there is in use at most while a large stream passes, in MiB, every time.
/// `None` where the system does not say.
fn watch(client: &Client) -> Result<Option<[Vec<f64>; 3]>> {
    let Some(memory) = client.memory() else { return Ok(None) };
    let mut growth = [const { Vec::new() }; 3];
    for time in 1..=WATCHED_TIMES {
        println!("watching the memory, {time} of {WATCHED_TIMES}");
        for (worker, growth) in WORKERS.into_iter().zip(&mut growth) {
            thread::sleep(REST);
            let idle = memory.bytes();
            let (sample, peak) = memory.peak(|| client.time(worker, WATCHED));
            sample?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "a memory has far less than 2^53 bytes"
            )]
            growth.push(peak.saturating_sub(idle) as f64 / (1024.0 * 1024.0));
        }
    }
    Ok(Some(growth))
}

/// The file around the tables.
pub(super) fn document(table: &str, machine: &str, rounds: u32) -> String {
    format!(
        "# Benchmark of encryption\n\nWritten by `cargo xtask bench encryption`.\n\n\
         {table}\n{machine}{rounds} rounds.\n{HOW_TO_READ}"
    )
}

const HOW_TO_READ: &str = "
## How to read it

Three Workers encrypt and decrypt the same bytes in the same format (C2SP chunked encryption: chunks of
16 KiB, AES-256-GCM) with the same key, and every answer has to be the same, so all three write
the same bytes. How it is run, what a ratio is and what *met* means is said in
[RESULTS.md](RESULTS.md); a stream is timed in every third round.

* **TypeScript** ([typescript/cipher.ts](typescript/cipher.ts)) is as fast as it goes by hand:
  WebCrypto, 32 chunks at a time, read into one buffer and written from another to a stream of known
  length. Written the obvious way, with `getReader()`, a stream of the platform comes in pieces of 4 KiB
  and takes several times as long.
* **By hand** ([by-hand/src/cipher.rs](by-hand/src/cipher.rs)) is the `aes-gcm` crate in wasm, at
  `opt-level = 3`, on the streams of the `worker` crate.
* **The library** ([library/src/cipher.rs](library/src/cipher.rs)) is its engine for Workers.
* **Encrypt a stream**: 256 MiB from the body of a request to the body of the response; both are streams
  of the platform, and nothing goes through R2.
* **Decrypt an object**: 256 MiB from R2 into the body of the response. It has the simulator in it.
* **KV entries** have content type and metadata, on the simulator of KV. On stubs, which store nothing,
  it is the encryption and the code around it that is timed; a put of the library also computes a
  SHA-256, which the others do not have.
* Deriving the keys of a message is in none of them.
* **Memory** is what the processes of workerd hold, the highest figure while 1 GiB passes
  less the figure before, the median of five times, when all Workers have run before. The first
  stream of a Worker grows the heap of its JavaScript by tens of MiB, encrypted or not.
* Figures of different machines can't be compared; ratios can, roughly.
";
