//! Several entries in one request.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use base64ct::{Base64, Encoding as _};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use storage_core::key::KvKey;
use storage_core::manifest::Verb;
use storage_core::{ErrorKind, limits};

use super::answer::{Answer, JSON_BYTES_MAX, to_json};
use super::auth::{Grant, Scope};
use super::body::{self, Object};
use super::entry::{json, no_condition, value_of};
use super::failure::Failure;
use super::incoming::Incoming;
use super::parameters::parameters;
use super::service::Parts;
use super::store::{Store, Terms, fields, present, whole};
use crate::error::{Error, Result as StorageResult};
use crate::kv::Prepared;

/// How many entries one request may be about.
const ENTRIES_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    #[serde(default)]
    get: Few<String>,
    #[serde(default, borrow)]
    put: Few<Object<Write<'a>>>,
    #[serde(default)]
    delete: Few<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Write<'a> {
    key: String,
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(default, deserialize_with = "whole")]
    ttl: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    expiration: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    metadata: Option<Box<RawValue>>,
}

/// The elements of a list, of which no more are kept than a batch may have: a body has room for millions, each of
/// which takes more memory than it has bytes.
#[derive(Debug)]
struct Few<T> {
    kept: Vec<T>,
    count: usize,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), count: 0 }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = Few<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Few<T>, A::Error> {
                let mut few = Few::default();
                while few.count < ENTRIES_MAX
                    && let Some(element) = list.next_element()?
                {
                    few.kept.push(element);
                    few.count += 1;
                }
                while few.count >= ENTRIES_MAX && list.next_element::<IgnoredAny>()?.is_some() {
                    few.count += 1;
                }
                Ok(few)
            }
        }
        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

/// Reads first, then writes, then deletes; nothing at all if any of it breaks a rule.
pub(super) async fn run(
    parts: &Parts,
    grant: &Grant,
    request: &mut Incoming,
) -> Result<Answer, Failure> {
    // Before anything is read of somebody who may do nothing with it.
    if !grant.allows(Scope::Write, None) {
        parts.check(grant, Scope::Read, None)?;
    }
    no_condition(request)?;
    let [] = parameters(request.query(), [])?;
    body::check_json(request)?;
    let body = body::read_json(request, parts.body_max).await?;
    let Batch { get, put, delete } = body::object(&body, r#"{"get": ["a"]}"#)?;
    let entries = get.count + put.count + delete.count;
    if entries > ENTRIES_MAX {
        let message = format!("there are {entries} entries, a batch has at most {ENTRIES_MAX}");
        return Err(Failure::invalid_option(message));
    }
    let (get, put, mut delete) = (get.kept, put.kept, delete.kept);
    let check = |scope, key: &str| {
        parts.check(grant, scope, Some(key))?;
        KvKey::new(key).map(drop).map_err(|error| Error::from(error).into())
    };
    check_each("get", get.iter(), |key| check(Scope::Read, key))?;
    check_once(get.iter(), "a key is read twice")?;
    for (verb, is_asked, message) in [
        (Verb::Read, !get.is_empty(), "this server does not read"),
        (Verb::Write, !put.is_empty(), "this server does not write"),
        (Verb::Delete, !delete.is_empty(), "this server does not delete"),
    ] {
        if is_asked && !parts.paths.verbs.contains(verb) {
            return Err(Failure::forbidden(message));
        }
    }
    let written = put.iter().map(|Object(write)| &write.key);
    check_each("put", written.clone(), |key| check(Scope::Write, key))?;
    check_each("delete", delete.iter(), |key| check(Scope::Write, key))?;
    // What is gone is gone, however often that is said.
    let mut seen = BTreeSet::new();
    delete.retain(|key| seen.insert(key.clone()));
    check_once(written.chain(&delete), "a key is written twice, or written and deleted")?;
    let mut prepared = Vec::with_capacity(put.len());
    for (at, Object(Write { key, value, ttl, expiration, metadata })) in put.into_iter().enumerate()
    {
        let of_entry = |failure: Failure| failure.of_entry("put", at);
        let terms = Terms { ttl, expiration, metadata, create: false };
        let value = body::part(&body, value_of(value).map_err(of_entry)?);
        let write = parts.store.prepare(key.clone(), value, "application/json", terms).await;
        prepared.push((key, write.map_err(of_entry)?));
    }

    let got = read(&parts.store, &get).await?;
    let wrote = outcomes(prepared.into_iter().map(|(key, write)| (key, write_one(write)))).await;
    let deletions = delete.into_iter().map(|key| {
        let deletion = parts.store.kv.delete(key.clone()).into_future();
        (key, deletion)
    });
    let deleted = outcomes(deletions).await;
    let data = format!(
        r#"{{"get":[{got}],"put":[{}],"delete":[{}]}}"#,
        wrote.items.join(","),
        deleted.items.join(",")
    );
    Ok(match wrote.failure.or(deleted.failure) {
        None => Answer::data(&data),
        Some(failure) => failure.answer_with(&data),
    })
}

/// What is wrong with a key, with its place.
fn check_each<'a>(
    list: &str,
    keys: impl Iterator<Item = &'a String>,
    check: impl Fn(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    keys.enumerate()
        .try_for_each(|(at, key)| check(key).map_err(|failure| failure.of_entry(list, at)))
}

/// A key that is written twice, or written and deleted, could end either way, and one that is read twice would be
/// answered twice.
fn check_once<'a>(keys: impl Iterator<Item = &'a String>, otherwise: &str) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(Failure::invalid_option(format!("{otherwise}: `{key}`")));
        }
    }
    Ok(())
}

/// Each entry as an object: its value as JSON, or what is none, in Base64.
///
/// Several are asked for at a time, and read one after the other, no further than may be answered. Only a value
/// that another program wrote over a shorter one of ours, keeping its metadata, is in memory before it is refused.
async fn read(store: &Store, keys: &[String]) -> Result<String, Failure> {
    let asked: Vec<_> =
        keys.iter().map(|key| store.kv.get(key.as_str()).streamed().into_future()).collect();
    let mut found = stream::iter(asked).buffered(limits::worker::CONNECTIONS_MAX);
    let (mut objects, mut left) = (String::new(), JSON_BYTES_MAX);
    for key in keys {
        if !objects.is_empty() {
            objects.push(',');
        }
        let Some(entry) = found.try_next().await?.flatten() else {
            objects.extend([r#"{"key":"#, &to_json(key), r#","found":false,"value":null}"#]);
            continue;
        };
        let (info, value) = entry.gather(left).await.map_err(|error| match error.kind() {
            ErrorKind::ValueTooLarge => too_large(key),
            _ => error.into(),
        })?;
        left = left.saturating_sub(value.len() as u64);
        objects.extend(["{", &fields(&info), r#","found":true,"value":"#]);
        match json(&value) {
            Some(json) => objects.extend([json, "}"]),
            None => objects.extend([r#"null,"base64":""#, &Base64::encode_string(&value), "\"}"]),
        }
    }
    Ok(objects)
}

fn too_large(key: &str) -> Failure {
    let message = format!("with that of `{key}`, the values have more than {JSON_BYTES_MAX} bytes");
    Failure::of(ErrorKind::ValueTooLarge, message).help("read fewer at once, large ones by `GET`")
}

async fn write_one(write: Prepared) -> StorageResult<()> {
    write.send().await.map(drop)
}

/// What became of each, and the first that failed.
struct Outcomes {
    items: Vec<String>,
    failure: Option<Failure>,
}

/// Runs several at once. One that fails keeps no other from being done.
async fn outcomes<F: Future<Output = StorageResult<()>>>(
    works: impl Iterator<Item = (String, F)>,
) -> Outcomes {
    let works: Vec<_> = works.map(|(key, work)| async move { (key, work.await) }).collect();
    let done: Vec<_> =
        stream::iter(works).buffered(limits::worker::CONNECTIONS_MAX).collect().await;
    let mut outcomes = Outcomes { items: Vec::with_capacity(done.len()), failure: None };
    for (key, result) in done {
        let key = to_json(&key);
        outcomes.items.push(match result {
            Ok(()) => format!(r#"{{"key":{key},"success":true}}"#),
            Err(error) => {
                let failure = Failure::from(error);
                let item = format!(r#"{{"key":{key},"success":false,"error":{}}}"#, failure.json());
                outcomes.failure.get_or_insert(failure);
                item
            }
        });
    }
    outcomes
}
