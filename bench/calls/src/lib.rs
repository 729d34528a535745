//! The operations of the benchmark, by calls to a storage Worker.
//!
//! `POST /{bucket}/get/{count}` reads so many small objects, one after the other; `POST /{bucket}/batch/{count}`
//! reads so many hundreds of them, each hundred in one message. The answer is how many bytes came. `PUT /upload`,
//! `PUT /small` and `GET /download` pass one object through.
#![cfg(target_arch = "wasm32")]

pub mod declarations;

use storage::{Bucket, bucket::Object};
use worker::{Context, Env, Method, Request, Response, Result, event};

use declarations::{Objects, Stub};

/// The key of the object that is passed through.
const LARGE: &str = "calls/large";

/// The key of the object that is read over and over.
const SMALL: &str = "calls/small";

/// How many requests a batch has.
const BATCH: usize = 100;

/// Everything the operations use.
#[storage::app(name = "bench-calls")]
pub struct App {
    #[storage(via = "bench-calls-storage")]
    objects: Bucket<Objects>,
    #[storage(via = "bench-calls-storage")]
    stub: Bucket<Stub>,
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let App { objects, stub } = App::open(&env)?;
    let path = request.path();
    match (request.method(), path.split('/').collect::<Vec<_>>().as_slice()) {
        (Method::Put, ["", "upload"]) => upload(&objects, LARGE, &request).await,
        (Method::Put, ["", "small"]) => upload(&objects, SMALL, &request).await,
        (Method::Get, ["", "download"]) => match objects.get(LARGE).await? {
            Some(object) => Ok(object.into()),
            None => Response::error("nothing was uploaded", 404),
        },
        (Method::Post, ["", "real", operation, count]) => read(&objects, operation, count).await,
        (Method::Post, ["", "stub", operation, count]) => read(&stub, operation, count).await,
        _ => Response::error("no such task", 404),
    }
}

async fn upload<D>(bucket: &Bucket<D>, key: &str, request: &Request) -> Result<Response> {
    let put = bucket.put(key, request).content_type("text/plain");
    Response::ok(put.await?.size().to_string())
}

async fn read<D>(bucket: &Bucket<D>, operation: &str, count: &str) -> Result<Response> {
    let count = count.parse().unwrap_or(0);
    let mut seen = 0;
    for _ in 0..count {
        if operation == "get" {
            seen += length(bucket.get(SMALL).await?).await?;
            continue;
        }
        let requests = (0..BATCH).map(|_| bucket.get(SMALL)).collect::<Vec<_>>();
        for found in storage::batch(requests).await {
            seen += length(found?).await?;
        }
    }
    Response::ok(seen.to_string())
}

async fn length(object: Option<Object>) -> storage::Result<usize> {
    match object {
        Some(object) => Ok(object.bytes().await?.len()),
        None => Ok(0),
    }
}
