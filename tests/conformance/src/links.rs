//! Buckets with signed URLs. `GET /link/<bucket>?key=<key>&<option>=<value>...` makes one.

use std::time::Duration;

use js_sys::{Object, Reflect};
use storage::Bucket;
use storage::signed::{SignUrl, SignedUrl};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Env, Request, Response, Result};

/// With links to R2 itself, too.
#[storage::bucket(
    name = "conformance-links",
    signed_urls(secret = "LINK_KEYS", host = "links.example.com"),
    s3(
        account_id = "LINK_ACCOUNT_ID",
        access_key_id = "LINK_ACCESS_KEY_ID",
        secret_access_key = "LINK_SECRET_ACCESS_KEY"
    ),
    cors(origins = ["https://app.example.com"], methods = ["GET", "PUT"], headers = ["content-type"])
)]
pub(crate) struct Links;

#[storage::bucket(
    name = "conformance-sealed-links",
    signed_urls(secret = "LINK_KEYS", host = "links.example.com"),
    encryption(secret = "CONFORMANCE_KEYS")
)]
pub(crate) struct SealedLinks;

/// Answers `/.storage/<token>`.
pub(crate) async fn answer(request: Request, env: &Env) -> Result<Response> {
    let (plain, sealed) = (Bucket::<Links>::open(env)?, Bucket::<SealedLinks>::open(env)?);
    Ok(storage::signed::handle(request).bucket(&plain).bucket(&sealed).await.into())
}

/// Answers `/link/<bucket>`.
pub(crate) async fn sign(request: &Request, env: &Env) -> Result<Response> {
    let url = request.url()?;
    let env = local(env, &url.origin().ascii_serialization())?;
    let mut options = url.query_pairs();
    let key = options.next().map(|(_, key)| key.into_owned()).unwrap_or_default();
    let link = match url.path() {
        "/link/plain" => Bucket::<Links>::open(&env)?.signed_url(key),
        _ => Bucket::<SealedLinks>::open(&env)?.signed_url(key),
    };
    match options.fold(link, |link, (name, value)| with(link, &name, &value)).await {
        Ok(link) => Response::from_json::<SignedUrl>(&link),
        Err(error) => Ok(error.into()),
    }
}

/// Answers `/revoke`, with the link as its body.
pub(crate) async fn revoke(mut request: Request, env: &Env) -> Result<Response> {
    let link = request.text().await?;
    match Bucket::<Links>::open(env)?.signed_urls().revoke(link).await {
        Ok(()) => Response::ok("revoked"),
        Err(error) => Ok(error.into()),
    }
}

/// The environment with the S3 interface of this very server.
fn local(env: &Env, origin: &str) -> Result<Env> {
    let copy: JsValue = Object::assign(&Object::new(), env.unchecked_ref()).into();
    let endpoint = format!("{origin}/cdn-cgi/local/r2/s3");
    Reflect::set(&copy, &"STORAGE_S3_ENDPOINT".into(), &endpoint.into())?;
    Ok(copy.unchecked_into())
}

fn with(link: SignUrl, name: &str, value: &str) -> SignUrl {
    let number = || value.parse::<u64>().unwrap_or_default();
    match name {
        "write" => link.write(),
        "content_type" => link.content_type(value),
        "content_disposition" => link.content_disposition(value),
        "expires_in" => link.expires_in(Duration::from_secs(number())),
        "max_size" => link.max_size(number()),
        "exact_size" => link.exact_size(number()),
        "uses" => link.uses(value.parse().unwrap_or_default()),
        "revocable" => link.revocable(),
        // Any: the client asks the server that it knows.
        _ => link.origin("https://links.example.com"),
    }
}
