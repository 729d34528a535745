//! How fast messages are sealed and opened here, on one core.
//!
//! ```sh
//! cargo run --release -p storage-core --features crypto --example encryption_speed
//! openssl speed -evp aes-256-gcm -bytes 16384 # to compare with: it counts processor time
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use storage_core::crypto::{
    CHUNK_LEN, Context, KeyRing, Opener, PREFIX_LEN, Resource, Sealer, open_all, seal_all,
};

/// Handed over at once, as a stream of the platform does.
const PIECE: usize = 64 * 1024;
/// Pieces of the message that is opened.
const CALLS: usize = 64;
/// How long each is measured, in slices of which the fastest counts: others may use the machine.
const TIME: Duration = Duration::from_secs(2);
const SLICE: Duration = Duration::from_millis(2);

fn main() -> Result<(), Box<dyn Error>> {
    let ring = KeyRing::parse("a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")?;
    let context = Context::body(Resource::Bucket, "files", "a");
    let keys = || ring.primary().message_keys(&[7; 24], &context);

    let piece = vec![1; PIECE];
    let mut out = Vec::new();
    let mut endless = Sealer::new(keys());
    rate("seal a stream", PIECE, || {
        out.clear();
        Ok(endless.push(&piece, &mut out)?)
    })?;

    // A message is opened once, so one is made that lasts.
    let mut message = Vec::new();
    let mut sealer = Sealer::new(keys());
    (0..CALLS).try_for_each(|_| sealer.push(&piece, &mut message))?;
    sealer.finish(&mut message)?;
    rate("open a stream", CALLS * PIECE, || {
        let prefix = message.first_chunk().ok_or("no prefix")?;
        let (_, keys) = ring.open(prefix, &context, None).ok_or("not the key")?;
        let mut opener = Opener::new(keys);
        for chunks in message.get(PREFIX_LEN..).unwrap_or_default().chunks(PIECE) {
            out.clear();
            opener.push(chunks, &mut out)?;
        }
        Ok(opener.finish(&mut out)?)
    })?;

    for length in [100, 1024, CHUNK_LEN, 16 * CHUNK_LEN] {
        let plain = vec![1; length];
        rate(&format!("seal a value of {length} bytes"), length, || {
            seal_all(keys(), &plain)?;
            Ok(())
        })?;
        let stored = seal_all(keys(), &plain)?;
        rate(&format!("open a value of {length} bytes"), length, || {
            open_all(&ring, &context, None, &stored)?;
            Ok(())
        })?;
    }
    Ok(())
}

/// Repeats for a while, and prints bytes and time of the calls that were least disturbed.
fn rate(
    what: &str,
    bytes: usize,
    mut run: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut best = f64::INFINITY;
    while start.elapsed() < TIME {
        let (slice, mut calls) = (Instant::now(), 0_u32);
        while slice.elapsed() < SLICE {
            run()?;
            calls += 1;
        }
        best = best.min(slice.elapsed().as_secs_f64() / f64::from(calls));
    }
    let bytes = f64::from(u32::try_from(bytes)?);
    println!("{what:32} {:6.0} MB/s {:10.2} µs", bytes / best / 1e6, best * 1e6);
    Ok(())
}
