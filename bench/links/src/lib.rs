//! Answers signed URLs with this library.
//!
//! `PUT /upload` stores the body, `POST /sign` answers with the path of a link to it, `GET /.storage/...` is
//! answered as one, and `POST /check/{count}/{token}` checks a token so many times.
#![cfg(target_arch = "wasm32")]

use storage::Bucket;
use storage_core::crypto::KeyRing;
use storage_core::signing::token::{Access, TokenKeys};
use worker::{Context, Date, Env, Error, Method, Request, Response, Result, event};

/// The key of the object that is passed through.
const LARGE: &str = "films/2026/11/large.mp4";

/// What is downloaded.
#[storage::bucket(
    name = "bench-links",
    binding = "FILES",
    signed_urls(secret = "LINK_KEYS", host = "bench")
)]
pub struct Files;

/// Everything that is used.
#[storage::app(name = "bench-links")]
pub struct App {
    files: Bucket<Files>,
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = request.path();
    match request.method() {
        Method::Get if path.starts_with("/.storage/") => {
            let App { files } = App::open(&env)?;
            Ok(storage::signed::handle(request).bucket(&files).await.into())
        }
        Method::Post if path == "/sign" => {
            let link = App::open(&env)?.files.signed_url(LARGE).await?;
            Response::ok(link.url().strip_prefix("https://bench").unwrap_or_default())
        }
        Method::Put if path == "/upload" => {
            let put = App::open(&env)?.files.put(LARGE, &request).content_type("video/mp4");
            Response::ok(put.await?.size().to_string())
        }
        Method::Post => match path.split('/').collect::<Vec<_>>().as_slice() {
            ["", "check", count, token] => {
                Response::ok(check(&env, count.parse().unwrap_or(0), token)?.to_string())
            }
            _ => Response::error("no such task", 404),
        },
        _ => Response::error("no such task", 404),
    }
}

/// Checks a token so many times. The answer is a number that other grants would not give.
fn check(env: &Env, count: u32, token: &str) -> Result<u64> {
    let ring = KeyRing::parse(&env.var("LINK_KEYS")?.to_string());
    let keys = TokenKeys::of(&ring.map_err(|error| Error::from(error.to_string()))?);
    let now = Date::now().as_millis() / 1000;
    let mut seen = 0;
    for _ in 0..count {
        let grant = keys.open(token, now).map_err(|error| Error::from(error.to_string()))?;
        if let Access::Read { .. } = grant.access {
            seen += (grant.key.len() + grant.bucket.len()) as u64;
        }
    }
    Ok(seen)
}
