//! Storage that is in another Worker: `/via/...` is answered by its calls.
//!
//! `GET /via/<n>` and `/via/sealed/<n>` run a case, `/via/granted/<binding>` tells what that binding was granted,
//! `/via/calls/<n>` makes so many calls and tells what came of them, `/via/public/<path>` asks the other Worker
//! over HTTP. `/via/kept/<plain or sealed>/<bucket or kv>/<key>` makes one call, which writes or reads.
//! `/via/archive/<name>` runs a case of archives, `/via/created` writes entries that may not be there.
//! `/via/link` makes a link, `/via/rotate` rotates keys, `/via/batch` makes a batch.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use storage::__private::{AppSpec, Connect, DeclareApp, Handle, ServiceSpec, open};
use storage::conformance::{
    Archive, CASES, Entries, Objects, SealedArchive, SealedEntries, SealedObjects, Stores,
};
use storage::{Body, Bucket, Kv, KvWriter};
use worker::{Delay, Env, Fetcher, Method, Request, Response, Result};

use crate::links::Links;

/// What a binding leads to. They are granted different things: see `wrangler.jsonc`.
const ALL: ServiceSpec = ServiceSpec::new("conformance-storage", "CONFORMANCE_STORAGE");
const READER: ServiceSpec = ServiceSpec::new("conformance-reader", "CONFORMANCE_READER");
const WRITER: ServiceSpec = ServiceSpec::new("conformance-writer", "CONFORMANCE_WRITER");
const NOTHING: ServiceSpec = ServiceSpec::new("conformance-nothing", "CONFORMANCE_NOTHING");
const NOT_ONE: ServiceSpec = ServiceSpec::new("conformance-not-one", "CONFORMANCE_NOT_ONE");
const MISSING: ServiceSpec = ServiceSpec::new("conformance-missing", "CONFORMANCE_MISSING");
const MISTAKEN: ServiceSpec = ServiceSpec::new("conformance-entries", "CONFORMANCE_ENTRIES");

/// As many attempts as a call of `/via/calls` has.
const ATTEMPTS: usize = 100;

/// An application whose storage is all elsewhere.
struct App {
    plain: Stores,
    sealed: Stores,
    links: Bucket<Links>,
    vault: Bucket<SealedObjects>,
}

impl DeclareApp for App {
    const SPEC: AppSpec = AppSpec::new("conformance-via", &[]);

    fn connect<C: Connect>(to: &C) -> std::result::Result<Self, C::Error> {
        let plain = Stores {
            bucket: Bucket::<Objects>::connect_via(to, ALL)?,
            archive: Bucket::<Archive>::connect_via(to, ALL)?,
            kv: Kv::<Entries>::connect_via(to, ALL)?,
        };
        let vault = Bucket::<SealedObjects>::connect_via(to, ALL)?;
        let sealed = Stores::sealed(
            vault.clone(),
            Bucket::<SealedArchive>::connect_via(to, ALL)?,
            Kv::<SealedEntries>::connect_via(to, ALL)?,
        );
        Ok(Self { plain, sealed, links: Bucket::connect_via(to, ALL)?, vault })
    }
}

/// One bucket by each binding.
struct Bindings(BTreeMap<&'static str, storage::Result<Bucket<Objects>>>);

impl DeclareApp for Bindings {
    const SPEC: AppSpec = AppSpec::new("conformance-bindings", &[]);

    fn connect<C: Connect>(to: &C) -> std::result::Result<Self, C::Error> {
        let mut all = BTreeMap::new();
        for service in [ALL, READER, WRITER, NOTHING, NOT_ONE] {
            all.insert(service.binding, Ok(Bucket::connect_via(to, service)?));
        }
        Ok(Self(all))
    }
}

/// An application that may only write entries.
struct Writing(KvWriter<Entries>);

impl DeclareApp for Writing {
    const SPEC: AppSpec = AppSpec::new("conformance-writing", &[]);

    fn connect<C: Connect>(to: &C) -> std::result::Result<Self, C::Error> {
        KvWriter::connect_via(to, WRITER).map(Self)
    }
}

/// An application without its binding, and one with another's.
struct Unbound<const MISTAKE: bool>(
    #[allow(dead_code, reason = "opening it fails")] Bucket<Objects>,
);

impl<const MISTAKE: bool> DeclareApp for Unbound<MISTAKE> {
    const SPEC: AppSpec = AppSpec::new("conformance-unbound", &[]);

    fn connect<C: Connect>(to: &C) -> std::result::Result<Self, C::Error> {
        Bucket::connect_via(to, if MISTAKE { MISTAKEN } else { MISSING }).map(Self)
    }
}

pub(crate) async fn answer(path: &str, request: Request, env: &Env) -> Result<Response> {
    if let Some(path) = path.strip_prefix("public/") {
        return public(path, request, env).await;
    }
    if let Some(binding) = path.strip_prefix("granted/") {
        return granted(binding, env).await;
    }
    match path {
        "created" => return created(env).await,
        "missing" => return Ok(refused(open::<Unbound<false>>(env))),
        "mistaken" => return Ok(refused(open::<Unbound<true>>(env))),
        _ => {}
    }
    let App { plain, sealed, links, vault } = open::<App>(env)?;
    if let Some(count) = path.strip_prefix("calls/") {
        return calls(&plain.bucket, count.parse().unwrap_or_default()).await;
    }
    if let Some(name) = path.strip_prefix("archive/") {
        return crate::archived(name, &plain.bucket, &vault).await;
    }
    if let Some(path) = path.strip_prefix("kept/") {
        let (stores, path) = match path.strip_prefix("sealed/") {
            Some(path) => (sealed, path),
            None => (plain, path.trim_start_matches("plain/")),
        };
        return kept(stores, path, request).await;
    }
    match path {
        "link" => linked(&links).await,
        "revoke" => revoked(&links, request).await,
        "batch" => batched(&plain).await,
        "upload" => uploaded(&plain.bucket, &request).await,
        "rotate" => {
            let served = vault.rotate_by(&request, &request).await;
            Ok(served.map_or_else(Response::from, Response::from))
        }
        _ => {
            let (stores, number) = match path.strip_prefix("sealed/") {
                Some(number) => (sealed, number),
                None => (plain, path),
            };
            let Some(case) = number.parse().ok().and_then(|n: usize| CASES.get(n)) else {
                return Response::error("no such case", 404);
            };
            Response::ok(case.run(stores).await.to_string())
        }
    }
}

fn refused<T>(opened: storage::Result<T>) -> Response {
    match opened {
        Ok(_) => Response::builder().empty(),
        Err(error) => error.into(),
    }
}

/// The other Worker as the public sees it, or would if it had an address.
async fn public(path: &str, request: Request, env: &Env) -> Result<Response> {
    let storage: Fetcher = env.service(ALL.binding)?;
    let mut init = worker::RequestInit::new();
    init.with_method(request.method()).with_headers(request.headers().clone());
    if let Some(body) = request.inner().body() {
        init.with_body(Some(body.into()));
    }
    storage.fetch(format!("https://storage.example.com/{path}"), Some(init)).await
}

/// What comes of each verb, one a line.
async fn granted(binding: &str, env: &Env) -> Result<Response> {
    let Bindings(mut all) = open::<Bindings>(env)?;
    let Some(Ok(bucket)) = all.remove(binding) else {
        return Response::error("no such binding", 404);
    };
    let mut lines = Vec::new();
    let mut tell = |what: &str, code: Option<&str>| {
        lines.push(format!("{what}: {}", code.unwrap_or("ok")));
    };
    for prefix in ["granted/", "other/"] {
        let key = format!("{prefix}a");
        let code = |error: Option<storage::Error>| error.map(|error| error.code());
        tell(&format!("put {prefix}"), code(bucket.put(&key, "a").await.err()));
        tell(&format!("get {prefix}"), code(bucket.get(&key).await.err()));
        tell(&format!("head {prefix}"), code(bucket.head(&key).await.err()));
        tell(&format!("list {prefix}"), code(bucket.list().prefix(prefix).await.err()));
        tell(&format!("delete {prefix}"), code(bucket.delete(&key).await.err()));
    }
    Response::ok(lines.join("\n"))
}

/// What comes of writes that may be the first, one a line.
async fn created(env: &Env) -> Result<Response> {
    let Writing(entries) = open::<Writing>(env)?;
    entries.delete("created").await?;
    let mut lines = Vec::new();
    for text in ["first", "second"] {
        let written = entries.put("created", text).if_not_exists().await;
        lines.push(written.err().map_or("ok", |error| error.code()));
    }
    entries.put("created", "third").await?;
    Response::ok(lines.join("\n"))
}

/// Makes so many calls, some at a time, each until it succeeds, and tells how many attempts ended how.
async fn calls(bucket: &Bucket<Objects>, count: usize) -> Result<Response> {
    let attempts = stream::iter(0..count).map(|number| async move {
        let mut codes = Vec::new();
        for _ in 0..ATTEMPTS {
            let text = number.to_string();
            match bucket.put(format!("calls/{number}"), text.as_str()).await {
                Ok(_) => {
                    codes.push("ok");
                    break;
                }
                Err(error) => {
                    codes.push(error.code());
                    if !error.is_retryable() {
                        break;
                    }
                    Delay::from(Duration::from_millis(20)).await;
                }
            }
        }
        codes
    });
    let ended: Vec<_> = attempts.buffer_unordered(10).collect().await;
    let mut counts = BTreeMap::new();
    for code in ended.into_iter().flatten() {
        *counts.entry(code).or_insert(0) += 1;
    }
    Response::from_json(&counts)
}

/// One call, and no other if it fails: to write what the request has, or to read it. Tells `ok`, or why not.
async fn kept(stores: Stores, path: &str, mut request: Request) -> Result<Response> {
    let Stores { bucket, kv, .. } = stores;
    let Some((kind, key)) = path.split_once('/') else {
        return Response::error("no such key", 404);
    };
    if request.method() == Method::Put {
        let body = request.bytes().await?;
        let written = match kind {
            "kv" => kv.put(key, body).await.map(drop),
            _ => bucket.put(key, body).await.map(drop),
        };
        return match written {
            Ok(()) => Response::ok("ok"),
            Err(error) => Response::ok(format!("{} {}", error.code(), error.is_retryable())),
        };
    }
    let found = match kind {
        "kv" => match kv.get(key).await? {
            Some(entry) => Some(entry.bytes().await?),
            None => None,
        },
        _ => match bucket.get(key).await? {
            Some(object) => Some(object.bytes().await?),
            None => None,
        },
    };
    match found {
        Some(bytes) => Response::from_bytes(bytes.to_vec()),
        None => Response::error("it is not there", 404),
    }
}

async fn linked(links: &Bucket<Links>) -> Result<Response> {
    let link = links.signed_url("linked.txt").write().revocable();
    match link.origin("https://links.example.com").await {
        Ok(link) => Response::from_json(&link),
        Err(error) => Ok(error.into()),
    }
}

async fn revoked(links: &Bucket<Links>, mut request: Request) -> Result<Response> {
    match links.signed_urls().revoke(request.text().await?).await {
        Ok(()) => Response::ok("revoked"),
        Err(error) => Ok(error.into()),
    }
}

/// Writes and reads a number of things at once.
async fn batched(stores: &Stores) -> Result<Response> {
    let Stores { bucket, kv, .. } = stores;
    let keys: Vec<_> = (0..50).map(|number| format!("batch/{number}")).collect();
    let puts = keys.iter().map(|key| bucket.put(key, key.as_str())).collect::<Vec<_>>();
    for put in storage::batch(puts).await {
        put?;
    }
    let (entry, large) =
        storage::batch((kv.put("batch", "entry"), bucket.put("batch/large", vec![7; 300_000])))
            .await;
    entry?;
    large?;
    let gets = keys.iter().map(|key| bucket.get(key)).collect::<Vec<_>>();
    for (key, found) in keys.iter().zip(storage::batch(gets).await) {
        let Some(object) = found? else { return Response::error("an object is missing", 500) };
        if object.text().await? != *key {
            return Response::error("another object came back", 500);
        }
    }
    let (large, entry, missing) =
        storage::batch((bucket.get("batch/large"), kv.get("batch"), bucket.head("batch/none")))
            .await;
    let (Some(large), Some(entry), None) = (large?, entry?, missing?) else {
        return Response::error("something is missing", 500);
    };
    Response::ok(format!("{} {}", large.bytes().await?.len(), entry.text().await?))
}

/// Hands the body of a request on.
async fn uploaded(bucket: &Bucket<Objects>, request: &Request) -> Result<Response> {
    match bucket.put("via/uploaded", Body::from(request)).await {
        Ok(written) => Response::ok(written.size().to_string()),
        Err(error) => Ok(error.into()),
    }
}
