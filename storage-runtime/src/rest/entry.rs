//! One entry: reading, writing and deleting it.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use storage_core::ErrorKind;

use super::accept::Accept;
use super::answer::{Answer, JSON_BYTES_MAX};
use super::body;
use super::failure::Failure;
use super::incoming::Incoming;
use super::parameters::{number, parameters};
use super::store::{self, Store, Terms, present, whole};
use crate::body::Body;
use crate::kv::{self, Entry, EntryInfo};

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

/// The forms that a value can have in an answer, and how welcome each is.
struct Forms {
    /// Its content type, if that is not JSON: JSON goes in the envelope, outside of it it is bytes.
    stored_type: Option<String>,
    is_json: bool,
    as_json: u16,
    as_stored: u16,
    as_bytes: u16,
}

pub(super) async fn get(store: &Store, key: String, request: &Incoming) -> Result<Answer, Failure> {
    let [] = parameters(request.query(), [])?;
    let entry = find(store, &key).await?;
    let header = request.header("accept");
    let forms = Forms::of(&Accept::of(header.as_deref()), entry.content_type());
    match entry.gather(JSON_BYTES_MAX).await {
        Ok((info, value)) => forms.answer(&info, value),
        // What was read of it is gone. It comes again, in pieces.
        Err(error) if error.kind() == ErrorKind::ValueTooLarge => {
            forms.answer_long(find(store, &key).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn find(store: &Store, key: &str) -> Result<Entry, Failure> {
    let found = store.kv.get(key).streamed().await?;
    found.ok_or_else(|| Failure::new(404, "storage_entry_not_found", "there is no such entry"))
}

impl Forms {
    fn of(accept: &Accept<'_>, stored_type: Option<&str>) -> Self {
        let is_json = stored_type.is_none_or(body::is_json);
        let stored_type = stored_type.filter(|stored| !body::is_json(stored));
        Self {
            is_json,
            as_json: accept.weight(JSON),
            as_stored: stored_type.map_or(0, |stored| accept.weight(stored)),
            as_bytes: accept.weight(BYTES),
            stored_type: stored_type.map(str::to_owned),
        }
    }

    fn answer(self, info: &EntryInfo, value: Bytes) -> Result<Answer, Failure> {
        match json(&value) {
            Some(json) if self.prefers_json() => {
                let more = store::metadata(info).map(|json| format!(r#","metadata":{json}"#));
                Ok(Answer::enveloped(200, true, json, &more.unwrap_or_default()))
            }
            _ => self.raw(value),
        }
    }

    /// Of a value that is too long for the envelope. Whether it is JSON, nobody looks.
    fn answer_long(self, entry: Entry) -> Result<Answer, Failure> {
        if self.prefers_json() {
            let message = format!(
                "the value has more than {JSON_BYTES_MAX} bytes, too many for JSON in its envelope"
            );
            return Err(not_acceptable(message).help("`Accept: application/octet-stream`"));
        }
        self.raw(entry.into_body())
    }

    /// Whether the envelope is what to answer with, if the value is JSON.
    fn prefers_json(&self) -> bool {
        let others = self.as_stored.max(self.as_bytes);
        self.as_json > others || (self.is_json && self.as_json > 0 && self.as_json == others)
    }

    fn raw(self, value: impl Into<Body>) -> Result<Answer, Failure> {
        let Self { stored_type, as_stored, as_bytes, .. } = self;
        if as_stored.max(as_bytes) == 0 {
            let message = "the value is not of a type that was asked for";
            let failure = not_acceptable(message.to_owned());
            return Err(failure.help("`Accept: application/octet-stream` gets any value"));
        }
        let stored_type = stored_type.filter(|_| as_stored >= as_bytes);
        Ok(Answer::raw(stored_type.unwrap_or_else(|| BYTES.to_owned()), value))
    }
}

fn not_acceptable(message: String) -> Failure {
    Failure::new(406, "storage_not_acceptable", message)
}

pub(super) async fn put(
    store: &Store,
    key: String,
    request: &mut Incoming,
    body_max: u64,
) -> Result<Answer, Failure> {
    let create = creates(request)?;
    let content_type = body::content_type(
        request,
        "`Content-Type: application/json` for `{\"value\": ...}`, any other type for a value as it \
         is: `application/octet-stream`",
    )?;
    if body::is_json(&content_type) {
        let [] = parameters(request.query(), []).map_err(|failure: Failure| {
            failure.help("with JSON, `ttl`, `expiration` and `metadata` go into the body")
        })?;
        let body = body::read_json(request, body_max).await?;
        let Write { value, ttl, expiration, metadata } = body::object(&body, r#"{"value": ...}"#)?;
        let json = value_of(value)?;
        let terms = Terms { ttl, expiration, metadata, create };
        let value = body::part(&body, json);
        store.prepare(key, value, JSON, terms).await?.send().await?;
        return Ok(Answer::data(json));
    }
    let names = ["ttl", "expiration", "metadata"];
    let [ttl, expiration, metadata] = parameters(request.query(), names)?;
    let terms = Terms {
        ttl: number("ttl", ttl)?,
        expiration: number("expiration", expiration)?,
        metadata: metadata.as_deref().map(metadata_of).transpose()?,
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
    no_condition(request)?;
    let [] = parameters(request.query(), [])?;
    store.kv.delete(key).await?;
    Ok(Answer::data("true"))
}

/// The metadata in a parameter.
fn metadata_of(json: &str) -> Result<Box<RawValue>, Failure> {
    body::json(json.as_bytes()).map_err(|_: Failure| {
        let message = "the parameter `metadata` is no JSON";
        Failure::invalid_option(message)
            .help("an object, percent-encoded: `%7B%22by%22%3A%22ada%22%7D`")
    })
}

/// A value that is written as JSON. `null` is none: it would read like an entry that is not there.
pub(super) fn value_of(value: &RawValue) -> Result<&str, Failure> {
    match value.get() {
        "null" => {
            Err(Failure::invalid_value("the value is `null`; help: delete the entry instead"))
        }
        json if kv::depth(json.as_bytes()) > kv::DEPTH_MAX => {
            let max = kv::DEPTH_MAX;
            Err(Failure::invalid_value(format!("the value is nested more than {max} levels deep")))
        }
        json => Ok(json),
    }
}

/// A value as the JSON it is, if it is.
pub(super) fn json(value: &[u8]) -> Option<&str> {
    serde_json::from_slice::<&RawValue>(value).ok().map(RawValue::get)
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

/// That a request which changes something asks for no condition: nobody would look after it.
pub(super) fn no_condition(request: &Incoming) -> Result<(), Failure> {
    let conditions = ["if-match", "if-none-match", "if-unmodified-since"];
    match conditions.into_iter().find(|name| request.header(name).is_some()) {
        Some(name) => {
            let message = format!("`{name}` is no condition here");
            Err(Failure::invalid_option(message).help("only a `PUT` has one, `If-None-Match: *`"))
        }
        None => Ok(()),
    }
}
