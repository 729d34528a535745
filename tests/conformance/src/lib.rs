//! A Worker that runs the conformance cases on real bindings.
//!
//! `GET /` lists the cases, one a line; `GET /<n>` runs the n-th, from 0, and answers in a line what
//! it found; `GET /missing` opens a bucket that is not configured.
#![cfg(target_arch = "wasm32")]

use storage::conformance::{Archive, CASES, Case, Entries, Objects, Stores};
use storage::{Bucket, Kv};
use worker::{Context, Env, Request, Response, Result, event};

/// The stores of the cases, as an application.
#[storage::app(name = "conformance")]
pub struct App {
    bucket: Bucket<Objects>,
    archive: Bucket<Archive>,
    kv: Kv<Entries>,
}

/// A bucket that the configuration lacks.
#[storage::bucket(name = "not-configured")]
pub struct NotConfigured;

/// A KV declaration on the binding of a bucket.
#[storage::kv(name = "mistaken", binding = "CONFORMANCE_OBJECTS")]
pub struct Mistaken;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    match request.path().trim_start_matches('/') {
        "" => {
            let names: Vec<_> = CASES.iter().map(Case::name).collect();
            Response::ok(names.join("\n"))
        }
        "missing" => refused(Bucket::<NotConfigured>::open(&env)),
        "mistaken" => refused(Kv::<Mistaken>::open(&env)),
        number => {
            let Some(case) = number.parse().ok().and_then(|n: usize| CASES.get(n)) else {
                return Response::error("no such case", 404);
            };
            let App { bucket, archive, kv } = App::open(&env)?;
            Response::ok(case.run(Stores { bucket, archive, kv }).await.to_string())
        }
    }
}

fn refused<T>(opened: storage::Result<T>) -> Result<Response> {
    match opened {
        Ok(_) => Response::ok("opened"),
        Err(error) => Ok(error.into()),
    }
}
