//! The namespace behind a server, whatever its values are.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use storage_core::ErrorKind;
use storage_core::manifest::KvSpec;

use super::answer::to_json;
use super::failure::Failure;
use crate::declare::DeclareKv;
use crate::kv::{self, EntryInfo, Kv, Prepared, ValueKind};

/// A namespace whose values are bytes.
pub(super) enum Untyped {}

impl DeclareKv for Untyped {
    type Value = kv::Raw;

    /// A handle brings its own.
    const SPEC: &'static KvSpec = &KvSpec::new("untyped", "UNTYPED");
}

/// The namespace, and what its values may be.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) kv: Kv<Untyped>,
    refusal: fn(&[u8]) -> Option<String>,
}

/// What is written beside a value.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// How long the entry lives, in seconds.
    pub(super) ttl: Option<u64>,
    /// When it expires, in seconds since 1970.
    pub(super) expiration: Option<u64>,
    /// A JSON object.
    pub(super) metadata: Option<Box<RawValue>>,
    /// Whether the key has to be free.
    pub(super) create: bool,
}

impl Store {
    pub(super) fn new<D: DeclareKv, G>(kv: Kv<D, G>) -> Self {
        Self { kv: kv.declared_as(), refusal: D::Value::refusal }
    }

    /// A write that breaks no rule: neither the namespace's, nor its declaration's.
    pub(super) async fn prepare(
        &self,
        key: String,
        value: Bytes,
        content_type: &str,
        terms: Terms,
    ) -> Result<Prepared, Failure> {
        let Terms { ttl, expiration, metadata, create } = terms;
        if let Some(refusal) = (self.refusal)(&value) {
            let message = format!("the value is not one of this namespace: {refusal}");
            return Err(Failure::invalid_value(message));
        }
        let mut put = self.kv.put(key, value).content_type(content_type);
        match (ttl, expiration) {
            (None, None) => {}
            (Some(seconds), None) => put = put.ttl(Duration::from_secs(seconds)),
            (None, Some(seconds)) => put = put.expires_at(after_1970(seconds)?),
            (Some(_), Some(_)) => {
                let message = "there are both `ttl` and `expiration`; help: leave out one";
                return Err(Failure::invalid_option(message));
            }
        }
        if let Some(metadata) = metadata {
            if !metadata.get().starts_with('{') {
                return Err(Failure::invalid_value("the metadata is no JSON object"));
            }
            put = put.metadata_from(&metadata);
        }
        if create {
            put = put.if_not_exists();
        }
        put.prepare().await.map_err(|error| match error.kind() {
            // Others count in milliseconds, or from now.
            ErrorKind::InvalidOption if expiration.is_some() => {
                Failure::from(error).help("`expiration` is in seconds since 1970")
            }
            // The value is bytes: it is the metadata that is no JSON to be read again.
            ErrorKind::EncodeFailed => Failure::invalid_value(error.message()),
            _ => error.into(),
        })
    }
}

/// The user's metadata of an entry as JSON, if there is any. What another program wrote that is no JSON for
/// every reader is left out: with it, nobody could read the answer.
pub(super) fn metadata(info: &EntryInfo) -> Option<String> {
    let json = info.users_json()?;
    let is_readable = serde_json::from_slice::<Value>(json.as_bytes()).is_ok();
    is_readable.then(|| json.into_owned())
}

/// When an entry expires, in seconds since 1970, if it says so.
pub(super) fn expiration(info: &EntryInfo) -> Option<u64> {
    let since_1970 = info.expires()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(since_1970.as_secs())
}

/// What is known of an entry, as the fields of an object: `"key":"a","size":1`.
pub(super) fn fields(info: &EntryInfo) -> String {
    let fields = [
        Some(("key", to_json(info.key()))),
        info.size().map(|size| ("size", size.to_string())),
        info.content_type().map(|content_type| ("content_type", to_json(content_type))),
        expiration(info).map(|seconds| ("expiration", seconds.to_string())),
        metadata(info).map(|metadata| ("metadata", metadata)),
    ];
    let fields: Vec<_> =
        fields.into_iter().flatten().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    fields.join(",")
}

/// A field that may be left out, but may not be `null`.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A whole number that may be left out. `60.0` is one, for JSON and for JSON Schema.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    deserializer.deserialize_any(Whole).map(Some)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, 0 or more")
    }

    fn visit_u64<E>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        /// From here on not every whole number is one of these.
        const MAX: f64 = 9_007_199_254_740_992.0;
        if number.fract() == 0.0 && (0.0..MAX).contains(&number) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is whole, not negative, and small enough"
            )]
            return Ok(number as u64);
        }
        Err(E::invalid_value(de::Unexpected::Float(number), &self))
    }
}

fn after_1970(seconds: u64) -> Result<SystemTime, Failure> {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.ok_or_else(|| Failure::invalid_option("the expiration is too far away"))
}
