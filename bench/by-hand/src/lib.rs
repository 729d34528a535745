//! The operations of the benchmark, written by hand on the `worker` crate.
#![cfg(target_arch = "wasm32")]

mod bucket;
mod cipher;
mod kv;

use bench_task::{ENTRIES, OBJECTS, Operation, Task, VALUE};
use worker::{Context, Env, Method, Request, Response, Result, event};

/// How all keys of small writes begin.
const PREFIX: &str = "small/b/";

/// The key of the object that is passed through.
const LARGE: &str = "large/b";

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> Result<Response> {
    match (request.method(), request.path().as_str()) {
        (Method::Put, "/upload") => bucket::upload(&env.bucket(OBJECTS)?, &request).await,
        (Method::Get, "/download") => bucket::download(&env.bucket(OBJECTS)?).await,
        (Method::Put, "/seal") => cipher::seal(&mut request),
        (Method::Get, "/open") => cipher::open(&env.bucket(OBJECTS)?).await,
        (Method::Post, path) => match Task::parse(path) {
            Some(task) => Response::ok(run(task, env).await?.to_string()),
            None => Response::error("no such task", 404),
        },
        _ => Response::error("no such task", 404),
    }
}

async fn run(task: Task, env: Env) -> Result<u64> {
    let env = bench_task::env(task.bindings, env);
    let objects = env.bucket(OBJECTS)?;
    let entries = env.kv(ENTRIES)?;
    let mut seen = 0;
    for number in 0..task.count {
        let key = bench_task::key(PREFIX, number);
        seen += match task.operation {
            Operation::KvGet => kv::get(&entries, &key).await?,
            Operation::KvList => kv::list(&entries).await?,
            Operation::KvOpen => kv::open(&entries, &key).await?,
            Operation::KvPut => kv::put(&entries, &key).await?,
            Operation::KvSeal => kv::seal(&entries, &key).await?,
            Operation::R2Get => bucket::get(&objects, &key).await?,
            Operation::R2Head => bucket::head(&objects, &key).await?,
            Operation::R2List => bucket::list(&objects).await?,
            Operation::R2Put => bucket::put(&objects, &key).await?,
            Operation::Seal(len) => {
                cipher::seal_value(VALUE.get(..len).unwrap_or_default())?.len() as u64
            }
        };
    }
    Ok(seen)
}
