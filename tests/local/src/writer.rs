//! A process that writes without end, until it is killed.

use std::io::Write as _;
use std::path::PathBuf;
use std::thread;

use anyhow::{Result, anyhow};
use clap::Args;
use fastrand::Rng;
use futures_executor::block_on;
use futures_util::stream;
use storage::Body;
use storage::conformance::Stores;

use crate::model::{Line, Target, Value};

/// How many write at once, each its own keys.
const THREADS: u64 = 3;

const MIB: usize = 1024 * 1024;

#[derive(Args)]
pub(crate) struct Options {
    folder: PathBuf,
    /// What the keys begin with
    name: String,
    seed: u64,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let stores = Stores::local(&options.folder)?;
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let mut writer = Writer {
                stores: stores.clone(),
                name: format!("{}/{number}", options.name),
                random: Rng::with_seed(options.seed.wrapping_add(number)),
            };
            thread::spawn(move || -> Result<()> {
                loop {
                    block_on(writer.step())?;
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| anyhow!("a writer panicked"))??;
    }
    Ok(())
}

struct Writer {
    stores: Stores,
    name: String,
    random: Rng,
}

impl Writer {
    async fn step(&mut self) -> Result<()> {
        let key = format!("{}/{}", self.name, self.random.u8(0..8));
        let target =
            if self.random.u8(0..4) == 0 { Target::Entry(key) } else { Target::Object(key) };
        let value = (self.random.u8(0..5) > 0).then(|| self.value());
        say(false, &target, value)?;
        match &target {
            Target::Entry(key) => self.write_entry(key, value).await?,
            Target::Object(key) => self.write_object(key, value).await?,
        }
        say(true, &target, value)
    }

    fn value(&mut self) -> Value {
        let size = match self.random.u8(0..20) {
            0 => 0,
            1 => 16 * 1024,
            2 => 16 * 1024 + 1,
            3 => self.random.usize(MIB..3 * MIB),
            4 => self.random.usize(9 * MIB..12 * MIB),
            5..10 => self.random.usize(20_000..200_000),
            _ => self.random.usize(1..20_000),
        };
        Value { size, seed: self.random.u64(..) }
    }

    async fn write_entry(&self, key: &str, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Ok(self.stores.kv.delete(key).await?) };
        let put = self.stores.kv.put(key, value.bytes());
        put.metadata("seed", value.seed.to_string()).await?;
        Ok(())
    }

    async fn write_object(&mut self, key: &str, value: Option<Value>) -> Result<()> {
        let Some(value) = value else { return Ok(self.stores.bucket.delete(key).await?) };
        let (bytes, seed) = (value.bytes(), value.seed.to_string());
        if value.size > 5 * MIB && self.random.bool() {
            let upload = self.stores.bucket.upload(key).metadata("seed", seed).await?;
            let (first, second) = bytes.split_at(value.size.div_ceil(2).max(5 * MIB));
            // The second part first, and the first one twice.
            let second = upload.part(2, second).await?;
            upload.part(1, vec![0; 5 * MIB]).await?;
            let first = upload.part(1, first).await?;
            upload.complete([first, second]).await?;
            return Ok(());
        }
        let body = match self.random.u8(0..3) {
            0 => Body::from(bytes),
            length => {
                let pieces: Vec<Result<Vec<u8>, storage::Error>> =
                    bytes.chunks(50_000).map(|piece| Ok(piece.to_vec())).collect();
                let pieces = stream::iter(pieces);
                match length {
                    1 => Body::stream(pieces),
                    _ => Body::sized_stream(pieces, value.size as u64),
                }
            }
        };
        self.stores.bucket.put(key, body).metadata("seed", seed).await?;
        Ok(())
    }
}

/// A line is short enough for a pipe to take it as a whole or not at all.
fn say(is_acknowledged: bool, target: &Target, value: Option<Value>) -> Result<()> {
    let line = Line { is_acknowledged, target: target.clone(), value };
    let mut line = serde_json::to_string(&line)?;
    line.push('\n');
    let mut output = std::io::stdout().lock();
    output.write_all(line.as_bytes())?;
    Ok(output.flush()?)
}
