//! A Worker that runs the conformance cases on real bindings.
//!
//! `GET /` lists the cases, one a line; `GET /<n>` runs the n-th, from 0, and answers in a line what
//! it found, and `GET /sealed/<n>` on encrypted stores; `GET /missing` opens a bucket that is not
//! configured. For `cargo xtask upload-test`,
//! `PUT /upload` stores its body, `GET /upload` answers with it, `PUT /pieces` reads it and tells in how
//! many pieces it came, and `GET /memory` tells how large the
//! Worker's memory has grown. `/files/<name>` is a file, to be written and read, by the router of the
//! `worker` crate; `/limited/<name>` is a short one, by axum under a limit. `/woken/...` does work that wakes
//! other work.
//!
//! `/cipher/...` is answered by the engine of encryption, `/vectors/...` by it and by what derives its keys,
//! `GET /flows` lists the cases of its streams and
//! `GET /flows/<name>` runs one; `/archive` is the same for archives. `/encrypted/...` reads and writes the encrypted stores, and `/stored/...`
//! what is in them. `POST /rotate/bucket` and `/rotate/kv` rotate their keys.
//! `/rest...` is the KV namespace over REST, with several ways to say who comes.
//!
//! `/observed/bucket` and `/observed/kv` do all that is told of in the log.
//!
//! `/via/...` asks another Worker, which is this one in its other role.
//!
//! `/link/<bucket>/<key>` makes a signed URL, `/revoke` revokes one, and `/.storage/...` is answered as one.
#![cfg(target_arch = "wasm32")]

mod archive;
mod cipher;
mod flows;
mod limited;
mod links;
mod observed;
mod rest;
mod rotate;
mod sealed;
mod storage_worker;
mod vectors;
mod via;
mod woken;

use futures_util::TryStreamExt as _;
use storage::conformance::{
    Archive, CASES, Case, Entries, Objects, SealedArchive, SealedEntries, SealedObjects, Stores,
};
use storage::{Body, Bucket, Kv};
use worker::{Context, Env, Method, Request, Response, Result, RouteContext, Router, event};

/// The stores of the cases, as an application.
#[storage::app(name = "conformance")]
#[derive(Clone)]
pub struct App {
    bucket: Bucket<Objects>,
    archive: Bucket<Archive>,
    kv: Kv<Entries>,
    sealed_bucket: Bucket<SealedObjects>,
    sealed_archive: Bucket<SealedArchive>,
    sealed_kv: Kv<SealedEntries>,
}

/// A bucket that the configuration lacks.
#[storage::bucket(name = "not-configured")]
pub struct NotConfigured;

/// A KV declaration on the binding of a bucket.
#[storage::kv(name = "mistaken", binding = "CONFORMANCE_OBJECTS")]
pub struct Mistaken;

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    if storage_worker::is_role(&env) {
        return storage_worker::fetch(request, env, context).await;
    }
    let path = request.path();
    if let Some(path) = path.strip_prefix("/via/") {
        return via::answer(path, request, &env).await;
    }
    if path.starts_with("/files/") {
        return files(App::open(&env)?).run(request, env).await;
    }
    if path.starts_with("/limited/") {
        return storage::edge::serve(App::open(&env).map(limited::router), request).await;
    }
    if path.starts_with("/woken/") {
        return storage::edge::serve(App::open(&env).map(woken::router), request).await;
    }
    if path.starts_with("/.storage/") {
        return links::answer(request, &env).await;
    }
    if path.starts_with("/rest/") {
        return rest::guarded(App::open(&env).map(|app| app.kv), request, &env).await;
    }
    if path.starts_with("/rest-behind/") {
        return rest::behind(request, &env).await;
    }
    if path.starts_with("/rest-axum/") {
        return rest::by_axum(App::open(&env).map(|app| app.kv), request, &env).await;
    }
    if path.starts_with("/rest-limited/") {
        return rest::limited(App::open(&env).map(|app| app.kv), request, &env).await;
    }
    if path.starts_with("/rest-secret/") {
        return rest::by_secret(App::open(&env).map(|app| app.kv), request, &env).await;
    }
    if path.starts_with("/rest-keys/") {
        return rest::by_keys(App::open(&env).map(|app| app.kv), request, &env).await;
    }
    match path.trim_start_matches('/') {
        "rotate/bucket" => storage::edge::serve(App::open(&env).map(rotate::router), request).await,
        "rotate/kv" => rotate::kv(&request, &env).await,
        "upload" => upload(&App::open(&env)?.bucket, &request).await,
        "pieces" => pieces(&request).await,
        "memory" => Response::ok((core::arch::wasm32::memory_size::<0>() * PAGE).to_string()),
        "" => {
            let names: Vec<_> = CASES.iter().map(Case::name).collect();
            Response::ok(names.join("\n"))
        }
        "missing" => refused(Bucket::<NotConfigured>::open(&env)),
        "mistaken" => refused(Kv::<Mistaken>::open(&env)),
        "flows" => Response::ok(flows::names()),
        path if path.starts_with("flows/") => {
            match flows::run(path.trim_start_matches("flows/")).await {
                Ok(()) => Response::ok("ok"),
                Err(found) => Response::error(found, 500),
            }
        }
        "archive" => Response::ok(archive::names()),
        path if path.starts_with("archive/") => {
            let App { bucket, sealed_bucket, .. } = App::open(&env)?;
            archived(path.trim_start_matches("archive/"), &bucket, &sealed_bucket).await
        }
        path if path.starts_with("cipher/") => {
            cipher::answer(path.trim_start_matches("cipher/"), request).await
        }
        "revoke" => links::revoke(request, &env).await,
        path if path.starts_with("observed/") => {
            observed::answer(path.trim_start_matches("observed/"), &request, &env).await
        }
        path if path.starts_with("link/") => links::sign(&request, &env).await,
        path if path.starts_with("vectors/") => {
            vectors::answer(path.trim_start_matches("vectors/"), request).await
        }
        path if path.starts_with("encrypted/") => {
            sealed::answer(path.trim_start_matches("encrypted/"), request, &env).await
        }
        path if path.starts_with("stored/") => {
            sealed::stored(path.trim_start_matches("stored/"), request, &env).await
        }
        number => {
            let App { bucket, archive, kv, sealed_bucket, sealed_archive, sealed_kv } =
                App::open(&env)?;
            let (number, stores) = match number.strip_prefix("sealed/") {
                Some(number) => (number, Stores::sealed(sealed_bucket, sealed_archive, sealed_kv)),
                None => (number, Stores { bucket, archive, kv }),
            };
            let Some(case) = number.parse().ok().and_then(|n: usize| CASES.get(n)) else {
                return Response::error("no such case", 404);
            };
            Response::ok(case.run(stores).await.to_string())
        }
    }
}

/// What a case of archives comes to.
async fn archived(
    name: &str,
    bucket: &Bucket<Objects>,
    sealed: &Bucket<SealedObjects>,
) -> Result<Response> {
    match archive::run(name, bucket, sealed).await {
        Ok(()) => Response::ok("ok"),
        Err(found) => Response::error(found, 500),
    }
}

/// What the memory of wasm grows by, in bytes.
const PAGE: usize = 64 * 1024;

/// The key of what is uploaded.
const UPLOADED: &str = "uploaded";

async fn upload(bucket: &Bucket<Objects>, request: &Request) -> Result<Response> {
    if request.method() == Method::Put {
        let written = bucket.put(UPLOADED, request).await?;
        return Response::ok(format!("{} {}", written.size(), written.etag()));
    }
    match bucket.get(UPLOADED).await? {
        Some(object) => Ok(object.into()),
        None => Response::error("nothing was uploaded", 404),
    }
}

/// In how many pieces the body of a request is read, and how many bytes they are.
async fn pieces(request: &Request) -> Result<Response> {
    let (mut count, mut bytes) = (0_u64, 0);
    let mut pieces = Body::from(request).into_stream();
    while let Some(piece) = pieces.try_next().await? {
        count += 1;
        bytes += piece.len();
    }
    Response::ok(format!("{count} {bytes}"))
}

fn files(app: App) -> Router<'static, App> {
    const FILE: &str = "/files/:name";
    Router::with_data(app)
        .put_async(FILE, |request, context| async move {
            let put = context.data.bucket.put(name(&context), Body::from(&request));
            Ok(put
                .await
                .map_or_else(Response::from, |_| Response::builder().with_status(201).empty()))
        })
        .get_async(FILE, serve)
        .head_async(FILE, serve)
}

async fn serve(request: Request, context: RouteContext<App>) -> Result<Response> {
    let served = context.data.bucket.serve(name(&context), &request).await;
    Ok(served.map_or_else(Response::from, Response::from))
}

fn name(context: &RouteContext<App>) -> String {
    format!("files/{}", context.param("name").map_or("", String::as_str))
}

fn refused<T>(opened: storage::Result<T>) -> Result<Response> {
    match opened {
        Ok(_) => Response::ok("opened"),
        Err(error) => Ok(error.into()),
    }
}
