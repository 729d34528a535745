//! The encrypted stores, as a handler uses them: `PUT` and `GET` of `/encrypted/<store>/<way>/<key>`
//! write and read a body in one of the ways that there are. `/stored/<store>/<key>` is what the binding
//! has there, to be read, to be replaced and (`POST`) to be created, as by somebody who has access to the storage and no key.

use storage::bucket::ObjectInfo;
use worker::{Env, Method, Object, Request, Response, Result};

use crate::App;
use crate::cipher::{failed, read_pieces};

const OBJECTS: &str = "CONFORMANCE_SEALED_OBJECTS";
const ENTRIES: &str = "CONFORMANCE_SEALED_ENTRIES";

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
        ("kv", "bytes") => match kv.get(key).await {
            Err(error) => failed(error, 0),
            Ok(None) => Response::error("nothing was written", 404),
            Ok(Some(entry)) => match entry.bytes().await {
                Ok(bytes) => Response::from_bytes(bytes.into()),
                Err(error) => failed(error, 0),
            },
        },
        _ => no_such_way(),
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
        (Method::Put | Method::Post, Some(("kv", key))) => {
            let body = request.bytes().await?;
            env.kv(ENTRIES)?.put_bytes(key, &body)?.execute().await?;
            Response::ok("replaced")
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
