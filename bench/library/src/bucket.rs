//! Objects.

use bench_task::{BODY, CONTENT_TYPE, METADATA};
use storage::Bucket;
use storage::bucket::ObjectInfo;
use worker::{Error, Request, Response};

use crate::{LARGE, Objects, PREFIX};

pub(crate) async fn put(bucket: &Bucket<Objects>, key: &str) -> storage::Result<u64> {
    let (name, value) = METADATA;
    let written = bucket.put(key, &BODY).content_type(CONTENT_TYPE).metadata(name, value).await?;
    Ok(written.size() + length(written.etag()))
}

pub(crate) async fn get(bucket: &Bucket<Objects>, key: &str) -> storage::Result<u64> {
    let Some(found) = bucket.get(key).await? else { return Ok(0) };
    let described = described(&found);
    Ok(found.bytes().await?.len() as u64 + described)
}

pub(crate) async fn head(bucket: &Bucket<Objects>, key: &str) -> storage::Result<u64> {
    let Some(found) = bucket.head(key).await? else { return Ok(0) };
    Ok(found.size() + described(&found))
}

pub(crate) async fn list(bucket: &Bucket<Objects>) -> storage::Result<u64> {
    let page = bucket.list().prefix(PREFIX).await?;
    let seen =
        page.items.iter().map(|object| length(object.key()) + object.size() + described(object));
    Ok(seen.sum())
}

/// The body of a request as an object.
pub(crate) async fn upload(
    bucket: &Bucket<Objects>,
    request: &mut Request,
) -> worker::Result<Response> {
    let written = bucket.put(LARGE, &*request).await?;
    Response::ok(written.size().to_string())
}

/// An object as the body of a response.
pub(crate) async fn download(bucket: &Bucket<Objects>) -> worker::Result<Response> {
    let found = bucket.get(LARGE).await?.ok_or_else(|| Error::from("not found"))?;
    Ok(found.into())
}

/// Content type and metadata.
fn described(object: &ObjectInfo) -> u64 {
    let value = object.metadata().get(METADATA.0).map_or("", String::as_str);
    length(object.content_type().unwrap_or_default()) + length(value)
}

fn length(text: &str) -> u64 {
    text.len() as u64
}
