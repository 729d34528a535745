//! How fast requests are signed here and by the crate `aws-sigv4`, in turn, on one core. Prints the
//! rows of a table.
//!
//! ```sh
//! cargo xtask bench signing
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use storage_core::signing::sigv4::{Credentials, Endpoint, Method, Presigner, Request};
use storage_presigned::{ENDPOINT, ID, SECRET, aws_sigv4};

/// 2026-11-18
const NOW: u64 = 1_795_000_000;
/// Signed in a row.
const CALLS: u32 = 20;
/// How often each of the two gets its turn.
const ROUNDS: usize = 1001;

fn main() -> Result<()> {
    let headers = [("content-type", "image/png"), ("content-length", "34567")];
    let query = [("response-content-disposition", "attachment; filename=\"a b.txt\"")];
    let request =
        |method| Request::new(method, "user-assets", "avatars/2026/11/ada lovelace.png", 600);
    measure("a download", &request(Method::Get))?;
    measure("a download under another name", &Request { query: &query, ..request(Method::Get) })?;
    measure(
        "an upload of a type and a length",
        &Request { headers: &headers, ..request(Method::Put) },
    )
}

fn measure(title: &str, request: &Request<'_>) -> Result<()> {
    let presigner = Presigner::new(Endpoint::new(ENDPOINT)?, Credentials::new(ID, SECRET)?);
    let mut ratios = Vec::with_capacity(ROUNDS);
    let (mut least, mut least_other) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let ours = time(|now| Ok(presigner.sign(black_box(request), now)?))?;
        let other = time(|now| aws_sigv4(black_box(request), now))?;
        ratios.push(other.as_secs_f64() / ours.as_secs_f64());
        least = least.min(ours);
        least_other = least_other.min(other);
    }
    ratios.sort_by(f64::total_cmp);
    let at = |index: usize| ratios.get(index).copied().context("a round");
    println!(
        "| {title} | {:.2?} | {:.2?} | {:.1} [{:.1}, {:.1}] |",
        least_other / CALLS,
        least / CALLS,
        at(ROUNDS / 2)?,
        at(ROUNDS / 10)?,
        at(ROUNDS - 1 - ROUNDS / 10)?,
    );
    Ok(())
}

fn time(mut sign: impl FnMut(u64) -> Result<String>) -> Result<Duration> {
    let start = Instant::now();
    for call in 0..CALLS {
        black_box(sign(NOW + u64::from(call % 60))?);
    }
    Ok(start.elapsed())
}
