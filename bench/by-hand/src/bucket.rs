//! R2.

use std::collections::HashMap;

use bench_task::{BODY, CONTENT_TYPE, METADATA};
use worker::{Bucket, Data, Error, HttpMetadata, Include, Object, Request, Response, Result};

use crate::{LARGE, PREFIX};

pub(crate) async fn put(bucket: &Bucket, key: &str) -> Result<u64> {
    let (name, value) = METADATA;
    let written = bucket
        .put(key, BODY.to_vec())
        .http_metadata(HttpMetadata {
            content_type: Some(CONTENT_TYPE.into()),
            ..HttpMetadata::default()
        })
        .custom_metadata(HashMap::from([(name.into(), value.into())]))
        .execute()
        .await?
        .ok_or_else(|| Error::from("not written"))?;
    Ok(written.size() + length(&written.etag()))
}

pub(crate) async fn get(bucket: &Bucket, key: &str) -> Result<u64> {
    let found = bucket.get(key).execute().await?.ok_or_else(|| Error::from("not found"))?;
    let body = found.body().ok_or_else(|| Error::from("no body"))?.bytes().await?;
    Ok(body.len() as u64 + described(&found)?)
}

pub(crate) async fn head(bucket: &Bucket, key: &str) -> Result<u64> {
    let found = bucket.head(key).await?.ok_or_else(|| Error::from("not found"))?;
    Ok(found.size() + described(&found)?)
}

pub(crate) async fn list(bucket: &Bucket) -> Result<u64> {
    let include = vec![Include::HttpMetadata, Include::CustomMetadata];
    let page = bucket.list().prefix(PREFIX).include(include).execute().await?;
    let mut seen = 0;
    for object in page.objects() {
        seen += length(&object.key()) + object.size() + described(&object)?;
    }
    Ok(seen)
}

/// The body of a request as an object, without a look at it.
pub(crate) async fn upload(bucket: &Bucket, request: &Request) -> Result<Response> {
    let body = request.inner().body().ok_or_else(|| Error::from("no body"))?;
    let written = bucket.put(LARGE, Data::ReadableStream(body)).execute().await?;
    let written = written.ok_or_else(|| Error::from("not written"))?;
    Response::ok(written.size().to_string())
}

/// An object as the body of a response, without a look at it.
pub(crate) async fn download(bucket: &Bucket) -> Result<Response> {
    let found = bucket.get(LARGE).execute().await?.ok_or_else(|| Error::from("not found"))?;
    let body = found.body().ok_or_else(|| Error::from("no body"))?;
    Response::from_body(body.response_body()?)
}

/// Content type and metadata.
fn described(object: &Object) -> Result<u64> {
    let content_type = object.http_metadata().content_type.unwrap_or_default();
    let metadata = object.custom_metadata()?;
    let value = metadata.get(METADATA.0).map_or("", String::as_str);
    Ok(length(&content_type) + length(value))
}

fn length(text: &str) -> u64 {
    text.len() as u64
}
