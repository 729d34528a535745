//! One entry: reading, writing and deleting it.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::accept::Accept;
use super::answer::Answer;
use super::body;
use super::failure::Failure;
use super::incoming::Incoming;
use super::parameters::{number, parameters};
use super::store::{self, Store, Terms, present, whole};

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// The body of a `PUT` in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Write<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(default, deserialize_with = "whole")]
    ttl: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    expiration: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    metadata: Option<Box<RawValue>>,
}

pub(super) async fn get(store: &Store, key: String, request: &Incoming) -> Result<Answer, Failure> {
    let [] = parameters(request.query(), [])?;
    let Some(entry) = store.kv.get(key).await? else {
        return Err(Failure::new(404, "storage_entry_not_found", "there is no such entry"));
    };
    let stored_type = entry.content_type().map(str::to_owned);
    let metadata = store::metadata(&entry);
    let value = entry.bytes().await?;
    let json = json(&value);

    let header = request.header("accept");
    let accept = Accept::of(header.as_deref());
    let is_json = stored_type.as_deref().is_none_or(is_json_type);
    let as_json = if json.is_some() { accept.weight(JSON) } else { 0 };
    // JSON goes in the envelope: outside of it, it is bytes.
    let stored_type = stored_type.filter(|stored| !is_json_type(stored));
    let as_stored = stored_type.as_deref().map_or(0, |stored| accept.weight(stored));
    let as_bytes = accept.weight(BYTES);
    let best = as_json.max(as_stored).max(as_bytes);
    if best == 0 {
        let message = "the value is not of a type that was asked for; \
                       help: `Accept: application/octet-stream` gets any value";
        return Err(Failure::new(406, "storage_not_acceptable", message));
    }
    match json {
        Some(json) if as_json == best && (is_json || as_stored.max(as_bytes) < best) => {
            let more = metadata.map(|json| format!(r#","metadata":{json}"#)).unwrap_or_default();
            Ok(Answer::enveloped(200, true, json, &more))
        }
        _ => {
            let stored_type = stored_type.filter(|_| as_stored == best);
            Ok(Answer::raw(stored_type.unwrap_or_else(|| BYTES.to_owned()), value))
        }
    }
}

pub(super) async fn put(
    store: &Store,
    key: String,
    request: &mut Incoming,
    body_max: u64,
) -> Result<Answer, Failure> {
    let create = creates(request)?;
    let content_type = body::content_type(request)?;
    if body::is_json(&content_type) {
        let [] = parameters(request.query(), [])?;
        let body = body::read(request, body_max).await?;
        let Write { value, ttl, expiration, metadata } = body::json(&body)?;
        let json = value_of(value)?;
        let terms = Terms { ttl, expiration, metadata, create };
        let value = Bytes::copy_from_slice(json.as_bytes());
        store.prepare(key, value, JSON, terms).await?.send().await?;
        return Ok(Answer::data(json));
    }
    let names = ["ttl", "expiration", "metadata"];
    let [ttl, expiration, metadata] = parameters(request.query(), names)?;
    let terms = Terms {
        ttl: number("ttl", ttl)?,
        expiration: number("expiration", expiration)?,
        metadata: metadata.map(|json| body::json(json.as_bytes())).transpose()?,
        create,
    };
    let value = body::read(request, body_max).await?;
    store.prepare(key, value, &content_type, terms).await?.send().await?;
    Ok(Answer::data("true"))
}

pub(super) async fn delete(
    store: &Store,
    key: String,
    request: &Incoming,
) -> Result<Answer, Failure> {
    let [] = parameters(request.query(), [])?;
    store.kv.delete(key).await?;
    Ok(Answer::data("true"))
}

/// A value that is written as JSON. `null` is none: it would read like an entry that is not there.
pub(super) fn value_of(value: &RawValue) -> Result<&str, Failure> {
    match value.get() {
        "null" => {
            Err(Failure::invalid_value("the value is `null`; help: delete the entry instead"))
        }
        json => Ok(json),
    }
}

/// A value as the JSON it is, if it is.
pub(super) fn json(value: &[u8]) -> Option<&str> {
    serde_json::from_slice::<&RawValue>(value).ok().map(RawValue::get)
}

fn is_json_type(content_type: &str) -> bool {
    body::is_json(content_type)
}

/// Whether the key has to be free: `If-None-Match: *`, the one condition that KV can look after.
fn creates(request: &Incoming) -> Result<bool, Failure> {
    let unsupported = |name: &str| {
        let message = format!("`{name}` is no condition here; help: there is `If-None-Match: *`");
        Err(Failure::invalid_option(message))
    };
    for name in ["if-match", "if-unmodified-since"] {
        if request.header(name).is_some() {
            return unsupported(name);
        }
    }
    match request.header("if-none-match").as_deref().map(str::trim) {
        None => Ok(false),
        Some("*") => Ok(true),
        Some(_) => unsupported("If-None-Match with an etag"),
    }
}
