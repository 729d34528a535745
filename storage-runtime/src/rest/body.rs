//! Bodies of requests.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use storage_core::ErrorKind;

use super::answer::JSON_BYTES_MAX;
use super::failure::Failure;
use super::incoming::Incoming;
use super::terse;
use crate::signed::is_token;
use crate::write::value_too_large;

/// What is read of a JSON object and of nothing else: a derive alone takes a list too, for the fields in their
/// order.
#[derive(Debug)]
pub(super) struct Object<T>(pub(super) T);

/// All of a body, if it is no longer than the server takes.
pub(super) async fn read(request: &mut Incoming, max: u64) -> Result<Bytes, Failure> {
    if let Some(len) = request.body_len().filter(|len| *len > max) {
        // It stays where it is: its reader would have to give it back.
        return Err(value_too_large(len, max).into());
    }
    Ok(request.take_body().gather_at_once(max).await?)
}

/// The same of a body that is JSON. On its way it is in memory several times.
pub(super) async fn read_json(request: &mut Incoming, max: u64) -> Result<Bytes, Failure> {
    if max <= JSON_BYTES_MAX {
        return read(request, max).await;
    }
    read(request, JSON_BYTES_MAX).await.map_err(|failure| {
        if failure.is(ErrorKind::ValueTooLarge) {
            failure.help("send a larger value with `Content-Type: application/octet-stream`")
        } else {
            failure
        }
    })
}

/// That the body of a request is said to be JSON.
pub(super) fn check_json(request: &Incoming) -> Result<(), Failure> {
    const HELP: &str = "`Content-Type: application/json`";
    if is_json(&content_type(request, HELP)?) {
        return Ok(());
    }
    Err(unsupported("this takes JSON").help(HELP))
}

/// What a body is said to be. The help says what it may be.
pub(super) fn content_type(request: &Incoming, help: &str) -> Result<String, Failure> {
    let Some(content_type) = request.header("content-type").filter(|header| !header.is_empty())
    else {
        return Err(unsupported("the body has no content type").help(help));
    };
    if outside_quotes(&content_type).any(|c| c == ',') {
        return Err(Failure::invalid_option("the body has more than one content type"));
    }
    let encoding = request.header("content-encoding");
    if encoding.is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
        return Err(unsupported(
            "a body that is encoded is not taken; help: leave out `Content-Encoding`, and send \
             what it is of",
        ));
    }
    // What forms and `curl --data` send: nobody means to store these.
    for form in ["application/x-www-form-urlencoded", "multipart/form-data"] {
        if media_type(&content_type).eq_ignore_ascii_case(form) {
            return Err(unsupported("a form is not taken").help(help));
        }
    }
    // It would be what `GET` answers with.
    let kinds = media_type(&content_type).split_once('/');
    if !kinds.is_some_and(|(kind, subkind)| is_token(kind) && is_token(subkind)) {
        return Err(unsupported("the content type is no media type").help(help));
    }
    Ok(content_type.into_owned())
}

pub(super) fn is_json(content_type: &str) -> bool {
    media_type(content_type).eq_ignore_ascii_case("application/json")
}

fn outside_quotes(header: &str) -> impl Iterator<Item = char> {
    header.split('"').step_by(2).flat_map(str::chars)
}

/// What JSON says. Text that is none is told from JSON that is something else.
pub(super) fn json<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Failure> {
    terse::from_slice(text).map_err(|error| {
        if error.is_data() {
            Failure::invalid_value(error.to_string())
        } else {
            Failure::invalid_json(error.to_string())
        }
    })
}

/// The fields of a body that is a JSON object. The example is one.
pub(super) fn object<'a, T: Deserialize<'a>>(text: &'a [u8], example: &str) -> Result<T, Failure> {
    json(text).map(|Object(fields)| fields).map_err(|failure| {
        let is_object = text.trim_ascii_start().starts_with(b"{");
        if is_object || failure.is_invalid_json() {
            return failure;
        }
        Failure::invalid_value(format!("the body is no JSON object; help: `{example}`"))
    })
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

/// A text in a body, as bytes: without a copy if it is most of it.
pub(super) fn part(body: &Bytes, text: &str) -> Bytes {
    // What is little would keep all of the body in memory for as long as it is there.
    if text.len() < body.len() / 2 {
        return Bytes::copy_from_slice(text.as_bytes());
    }
    body.slice_ref(text.as_bytes())
}

fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn unsupported(message: &str) -> Failure {
    Failure::new(415, "storage_unsupported_media_type", message)
}
