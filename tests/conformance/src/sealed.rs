//! The encrypted stores, as a handler uses them: `PUT` and `GET` of `/encrypted/<store>/<way>/<key>`
//! write and read a body in one of the ways that there are. `/stored/<store>/<key>` is what the binding
//! has there, to be read, to be replaced and (`POST`) to be created, as by somebody who has access to the
//! storage and no key. `GET /encrypted/<store>/listed/<prefix>` lists: a line an item, its key and its
//! owner, or the code of the error that it has instead.

use std::collections::BTreeMap;

use futures_util::{Stream, TryStreamExt};
use serde_json::Value;
use storage::bucket::ObjectInfo;
use storage::kv::EntryInfo;
use storage::{Bucket, Kv, Page};
use worker::{Env, Method, Object, Request, Response, Result};

use crate::App;
use crate::cipher::{failed, read_pieces, read_value};

const OBJECTS: &str = "CONFORMANCE_SEALED_OBJECTS";
const ENTRIES: &str = "CONFORMANCE_SEALED_ENTRIES";

/// The bucket, to who takes it for another: what is sealed here opens nowhere else.
#[storage::bucket(
    name = "foreign-objects",
    binding = "CONFORMANCE_SEALED_OBJECTS",
    encryption(secret = "CONFORMANCE_KEYS", metadata = "encrypted")
)]
struct ForeignObjects;

/// The namespace, likewise.
#[storage::kv(
    name = "foreign-entries",
    binding = "CONFORMANCE_SEALED_ENTRIES",
    encryption(secret = "CONFORMANCE_KEYS", metadata = "encrypted")
)]
struct ForeignEntries;

/// Answers `/encrypted/<path>`.
pub(crate) async fn answer(path: &str, mut request: Request, env: &Env) -> Result<Response> {
    let App { sealed_bucket: bucket, sealed_kv: kv, .. } = App::open(env)?;
    let parts: Vec<_> = path.splitn(3, '/').collect();
    let &[store, way, key] = parts.as_slice() else { return no_such_way() };
    if request.method() == Method::Put {
        let written = match (store, way) {
            ("bucket", "bytes") => {
                let body = request.bytes().await?;
                bucket.put(key, body).metadata("owner", "ada").await.map(|info| tag(&info))
            }
            ("bucket", "request") => bucket.put(key, &request).await.map(|info| tag(&info)),
            ("kv", "bytes") => {
                let body = request.bytes().await?;
                kv.put(key, body).metadata("owner", "ada").await.map(|_| String::new())
            }
            ("kv", "request") => kv.put(key, &request).await.map(|_| String::new()),
            _ => return no_such_way(),
        };
        return written.map_or_else(|error| failed(error, 0), Response::ok);
    }
    match (store, way) {
        ("bucket", "listed") => {
            let pages = bucket.list().prefix(key).pages();
            listed(pages, ObjectInfo::key, ObjectInfo::metadata).await
        }
        ("kv", "listed") => {
            let pages = kv.list().prefix(key).pages();
            listed(pages, EntryInfo::key, EntryInfo::metadata).await
        }
        ("bucket", "served") => {
            let served = bucket.serve(key, &request).await;
            Ok(served.map_or_else(Response::from, Response::from))
        }
        ("bucket", way) => match (bucket.get(key).await, way) {
            (Err(error), _) => failed(error, 0),
            (Ok(None), _) => Response::error("nothing was written", 404),
            (Ok(Some(object)), "bytes") => match object.bytes().await {
                Ok(bytes) => Response::from_bytes(bytes.into()),
                Err(error) => failed(error, 0),
            },
            (Ok(Some(object)), "pieces") => {
                read_pieces(object.info().size(), object.stream()).await
            }
            _ => no_such_way(),
        },
        ("kv", way) => {
            let get = kv.get(key);
            let found = if way == "bytes" { get.await } else { get.streamed().await };
            match (found, way) {
                (Err(error), _) => failed(error, 0),
                (Ok(None), _) => Response::error("nothing was written", 404),
                (Ok(Some(entry)), "bytes" | "gathered") => match entry.bytes().await {
                    Ok(bytes) => Response::from_bytes(bytes.into()),
                    Err(error) => failed(error, 0),
                },
                (Ok(Some(entry)), "pieces") => read_value(Box::pin(entry.stream())).await,
                (Ok(Some(entry)), "handed-on") => {
                    let written = async {
                        bucket.put("handed-on", entry.into_body()).await?;
                        bucket.get("handed-on").await
                    };
                    match written.await {
                        Ok(object) => object.map_or_else(no_such_way, |object| Ok(object.into())),
                        Err(error) => failed(error, 0),
                    }
                }
                _ => no_such_way(),
            }
        }
        _ => no_such_way(),
    }
}

async fn listed<T>(
    mut pages: impl Stream<Item = storage::Result<Page<T>>> + Unpin,
    key: fn(&T) -> &str,
    metadata: fn(&T) -> &BTreeMap<String, String>,
) -> Result<Response> {
    let mut lines = Vec::new();
    loop {
        let page = match pages.try_next().await {
            Ok(Some(page)) => page,
            Ok(None) => return Response::ok(lines.join("\n")),
            Err(error) => return failed(error, 0),
        };
        for item in &page.items {
            let owner = metadata(item).get("owner").map_or("nobody", String::as_str);
            lines.push(format!("{} {owner}", key(item)));
        }
        for item in &page.unreadable {
            lines.push(format!("{} {}", item.key(), item.error().code()));
        }
    }
}

/// Answers `/stored/<path>`.
pub(crate) async fn stored(path: &str, mut request: Request, env: &Env) -> Result<Response> {
    match (request.method(), path.split_once('/')) {
        (Method::Put, Some(("bucket", key))) => {
            let bucket = env.bucket(OBJECTS)?;
            let metadata = match bucket.head(key).await? {
                Some(object) => object.custom_metadata()?,
                None => return Response::error("there is nothing to replace", 404),
            };
            let body = request.bytes().await?;
            bucket.put(key, body).custom_metadata(metadata).execute().await?;
            Response::ok("replaced")
        }
        (Method::Get, Some(("bucket", key))) => {
            match env.bucket(OBJECTS)?.get(key).execute().await?.as_ref().and_then(Object::body) {
                Some(body) => Response::from_body(body.response_body()?),
                None => Response::error("nothing is stored", 404),
            }
        }
        (Method::Post, Some(("bucket", key))) => {
            env.bucket(OBJECTS)?.put(key, request.bytes().await?).execute().await?;
            Response::ok("created")
        }
        (Method::Put, Some(("kv", key))) => {
            let entries = env.kv(ENTRIES)?;
            let (Some(_), Some(metadata)) = entries.get(key).bytes_with_metadata::<Value>().await?
            else {
                return Response::error("there is nothing to replace", 404);
            };
            let body = request.bytes().await?;
            entries.put_bytes(key, &body)?.metadata(metadata)?.execute().await?;
            Response::ok("replaced")
        }
        (Method::Post, Some(("kv", key))) => {
            let body = request.bytes().await?;
            env.kv(ENTRIES)?.put_bytes(key, &body)?.execute().await?;
            Response::ok("created")
        }
        (Method::Put, Some(("foreign-bucket", key))) => {
            let body = request.bytes().await?;
            let put = Bucket::<ForeignObjects>::open(env)?.put(key, body);
            put.metadata("owner", "eve").await?;
            Response::ok("written")
        }
        (Method::Put, Some(("foreign-kv", key))) => {
            let body = request.bytes().await?;
            let put = Kv::<ForeignEntries>::open(env)?.put(key, body);
            put.metadata("owner", "eve").await?;
            Response::ok("written")
        }
        (Method::Get, Some(("kv", key))) => match env.kv(ENTRIES)?.get(key).bytes().await? {
            Some(bytes) => Response::from_bytes(bytes),
            None => Response::error("nothing is stored", 404),
        },
        _ => no_such_way(),
    }
}

/// The etag: that of an object that was uploaded in parts says how many there were.
fn tag(info: &ObjectInfo) -> String {
    info.etag().to_owned()
}

fn no_such_way() -> Result<Response> {
    Response::error("no such way to a store", 404)
}
