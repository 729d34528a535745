//! Cases of KV namespaces.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures_util::{TryStreamExt, pin_mut};
use serde::{Deserialize, Serialize};
use storage_core::limits;

use super::bucket::objects::{HELLO, ODD};
use super::{Case, Outcome, Stores, equal, refused, there};
use crate::kv::EntryInfo;
use crate::{Body, ErrorKind};

pub(super) const ROUND_TRIP: Case = Case {
    name: "kv/what is put is got, byte for byte",
    run: |stores| Box::pin(round_trip(stores)),
};

async fn round_trip(Stores { kv, .. }: Stores) -> Outcome {
    let value: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let written = kv.put("round-trip", value.clone()).content_type("x/y").await?;
    let head = there("head", kv.head("round-trip").await?)?;
    let entry = there("get", kv.get("round-trip").await?)?;
    equal("key", written.key(), "round-trip")?;
    equal("size", written.size(), Some(100_000))?;
    equal("content type", written.content_type(), Some("x/y"))?;
    equal("has an etag", written.etag().is_some(), true)?;
    equal("has a time", written.uploaded().is_some(), true)?;
    // An entry keeps its times to the millisecond.
    equal("head", head.etag(), written.etag())?;
    equal("info of get", entry.info(), &head)?;
    equal("value", entry.bytes().await? == value, true)
}

pub(super) const EMPTY_VALUE: Case =
    Case { name: "kv/an empty value is an entry", run: |stores| Box::pin(empty_value(stores)) };

async fn empty_value(Stores { kv, .. }: Stores) -> Outcome {
    kv.put("empty", Body::empty()).await?;
    let entry = there("get", kv.get("empty").await?)?;
    equal("size", entry.size(), Some(0))?;
    equal("value", entry.bytes().await?.len(), 0)
}

pub(super) const MISSING: Case = Case {
    name: "kv/a missing entry is none, and can be deleted",
    run: |stores| Box::pin(missing(stores)),
};

async fn missing(Stores { kv, .. }: Stores) -> Outcome {
    equal("get", kv.get("missing").await?.is_none(), true)?;
    equal("head", kv.head("missing").await?, None)?;
    Ok(kv.delete("missing").await?)
}

pub(super) const OVERWRITE: Case = Case {
    name: "kv/a put replaces value, content type and metadata",
    run: |stores| Box::pin(overwrite(stores)),
};

async fn overwrite(Stores { kv, .. }: Stores) -> Outcome {
    kv.put("overwrite", "one").metadata("a", "1").await?;
    let second = kv.put("overwrite", vec![2]).metadata("b", "2").await?;
    let entry = there("get", kv.get("overwrite").await?)?;
    equal("etag", entry.etag(), second.etag())?;
    equal("content type", entry.content_type(), None)?;
    equal("metadata", entry.metadata(), second.metadata())?;
    equal("value", entry.bytes().await?, vec![2])
}

pub(super) const DELETE: Case =
    Case { name: "kv/a deleted entry is gone", run: |stores| Box::pin(delete(stores)) };

async fn delete(Stores { kv, .. }: Stores) -> Outcome {
    kv.put("delete", "x").await?;
    kv.delete("delete").await?;
    equal("get", kv.get("delete").await?.is_none(), true)
}

pub(super) const CREATE_ONLY: Case = Case {
    name: "kv/create-only refuses a taken key and changes nothing",
    run: |stores| Box::pin(create_only(stores)),
};

async fn create_only(Stores { kv, .. }: Stores) -> Outcome {
    kv.delete("create").await?;
    kv.put("create", "first").if_not_exists().await?;
    let second = kv.put("create", "second").if_not_exists().await;
    refused("second", second, ErrorKind::AlreadyExists)?;
    let entry = there("get", kv.get("create").await?)?;
    equal("value", entry.text().await?, "first")
}

pub(super) const METADATA: Case = Case {
    name: "kv/metadata comes back as it was, from put, head, get and list",
    run: |stores| Box::pin(metadata(stores)),
};

async fn metadata(Stores { kv, .. }: Stores) -> Outcome {
    let pairs =
        [("uploadedBy", "system-client"), ("ünï", "wert ✓"), ("~s", "x"), ("__proto__", "")];
    let mut put = kv.put("metadata", "x");
    for (name, value) in pairs {
        put = put.metadata(name, value);
    }
    let written = put.await?;
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    equal("put", written.metadata(), &pairs)?;
    let head = there("head", kv.head("metadata").await?)?;
    equal("head", head.metadata(), &pairs)?;
    equal("get", there("get", kv.get("metadata").await?)?.metadata(), &pairs)?;
    let page = kv.list().prefix("metadata").await?;
    equal("list", there("list", page.items.first())?, &head)
}

pub(super) const METADATA_LIMIT: Case = Case {
    name: "kv/metadata over 1,024 bytes is refused, and 900 bytes are the user's",
    run: |stores| Box::pin(metadata_limit(stores)),
};

async fn metadata_limit(Stores { kv, .. }: Stores) -> Outcome {
    kv.delete("metadata-limit").await?;
    let put = kv.put("metadata-limit", "x").metadata("name", "x".repeat(1024)).await;
    refused("1,024 bytes", put, ErrorKind::MetadataTooLarge)?;
    equal("nothing is written", kv.head("metadata-limit").await?, None)?;
    kv.put("metadata-limit", "x").metadata("name", "x".repeat(900)).await?;
    Ok(())
}

pub(super) const VALUE_LIMIT: Case =
    Case { name: "kv/a value has at most 25 MiB", run: |stores| Box::pin(value_limit(stores)) };

async fn value_limit(Stores { kv, .. }: Stores) -> Outcome {
    kv.delete("value-limit").await?;
    let too_large = vec![0; limits::kv::VALUE_BYTES_MAX + 1];
    refused("put", kv.put("value-limit", too_large).await, ErrorKind::ValueTooLarge)?;
    equal("nothing is written", kv.head("value-limit").await?, None)
}

pub(super) const CHECKSUMS: Case = Case {
    name: "kv/a checksum is verified and kept as given",
    run: |stores| Box::pin(checksums(stores)),
};

async fn checksums(Stores { kv, .. }: Stores) -> Outcome {
    for checksum in HELLO.into_iter().chain(["crc32c:whatever"]) {
        kv.put("checksum", "hello").checksum(checksum).await?;
        let head = there("head", kv.head("checksum").await?)?;
        equal("kept", head.metadata().get("checksum").map(String::as_str), Some(checksum))?;
    }
    kv.delete("mismatch").await?;
    for checksum in HELLO {
        let put = kv.put("mismatch", "Hello").checksum(checksum).await;
        refused(checksum, put, ErrorKind::ChecksumMismatch)?;
    }
    equal("nothing is written", kv.head("mismatch").await?, None)
}

pub(super) const TTL_LIMIT: Case = Case {
    name: "kv/an entry lives for at least 60 seconds, or for ever",
    run: |stores| Box::pin(ttl_limit(stores)),
};

async fn ttl_limit(Stores { kv, .. }: Stores) -> Outcome {
    let put = kv.put("ttl", "x").ttl(Duration::from_millis(59_999)).await;
    refused("under 60 s", put, ErrorKind::InvalidOption)?;
    kv.put("ttl", "x").ttl(Duration::from_secs(60)).await?;
    kv.put("ttl", "x").never_expires().await?;
    equal("there", kv.get("ttl").await?.is_some(), true)
}

pub(super) const KEY_LIMITS: Case = Case {
    name: "kv/keys have 1 to 512 bytes and are not dots",
    run: |stores| Box::pin(key_limits(stores)),
};

async fn key_limits(Stores { kv, .. }: Stores) -> Outcome {
    let longest = "ü".repeat(256);
    kv.put(&longest, "x").await?;
    equal("longest", there("head", kv.head(&longest).await?)?.key(), longest.as_str())?;
    for key in [String::new(), longest + "z", ".".to_owned(), "..".to_owned()] {
        refused("put", kv.put(&key, "x").await, ErrorKind::InvalidKey)?;
        refused("get", kv.get(&key).await, ErrorKind::InvalidKey)?;
        refused("head", kv.head(&key).await, ErrorKind::InvalidKey)?;
        refused("delete", kv.delete(&key).await, ErrorKind::InvalidKey)?;
    }
    Ok(())
}

pub(super) const ODD_KEYS: Case = Case {
    name: "kv/odd keys are kept apart and come back as they were",
    run: |stores| Box::pin(odd_keys(stores)),
};

async fn odd_keys(Stores { kv, .. }: Stores) -> Outcome {
    for key in ODD {
        kv.put(key, key).await?;
    }
    for key in ODD {
        let entry = there(key, kv.get(key).await?)?;
        equal("value", entry.text().await?, key)?;
    }
    let page = kv.list().prefix("odd/").await?;
    let mut expected = ODD;
    expected.sort_unstable();
    let keys: Vec<_> = page.items.iter().map(EntryInfo::key).collect();
    equal("list", keys, expected.as_slice())
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    user: u64,
    roles: Vec<String>,
    note: Option<String>,
    #[serde(flatten)]
    extra: HashMap<String, i64>,
}

pub(super) const JSON_VALUES: Case = Case {
    name: "kv/maps, flattened fields, none and large integers survive as JSON",
    run: |stores| Box::pin(json_values(stores)),
};

async fn json_values(Stores { kv, .. }: Stores) -> Outcome {
    let session = Session {
        user: u64::MAX,
        roles: vec!["admin".to_owned()],
        note: None,
        extra: HashMap::from([("least".to_owned(), i64::MIN)]),
    };
    kv.put("json", Body::json(&session)?).await?;
    let entry = there("get", kv.get("json").await?)?;
    equal("content type", entry.content_type(), Some("application/json"))?;
    equal("struct", entry.json::<Session>().await?, session)?;
    let map = BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), None)]);
    kv.put("json", Body::json(&map)?).await?;
    let entry = there("get", kv.get("json").await?)?;
    equal("map", entry.json::<BTreeMap<String, Option<u8>>>().await?, map)?;
    kv.put("json", "not json").await?;
    let json = there("get", kv.get("json").await?)?.json::<Session>().await;
    refused("not JSON", json, ErrorKind::DecodeFailed)
}

pub(super) const LIST: Case =
    Case { name: "kv/pages hold every entry once, in order", run: |stores| Box::pin(list(stores)) };

async fn list(Stores { kv, .. }: Stores) -> Outcome {
    let expected: Vec<String> = (0..25).map(|i| format!("list/{i:02}")).collect();
    for key in expected.iter().rev() {
        kv.put(key, "x").await?;
    }
    kv.put("list0", "a neighbour").await?;
    let pages = kv.list().prefix("list/").limit(10).pages();
    pin_mut!(pages);
    let mut keys = Vec::new();
    while let Some(page) = pages.try_next().await? {
        equal("page size", page.items.len() <= 10, true)?;
        keys.extend(page.items.into_iter().map(|entry| entry.key().to_owned()));
    }
    equal("keys", keys, expected)?;
    let none = kv.list().prefix("no such prefix").await?;
    equal("nothing", (none.items.len(), none.cursor), (0, None))
}

pub(super) const LIST_LIMITS: Case =
    Case { name: "kv/a limit is 1 to 1,000", run: |stores| Box::pin(list_limits(stores)) };

async fn list_limits(Stores { kv, .. }: Stores) -> Outcome {
    for limit in [0, 1001] {
        refused("limit", kv.list().limit(limit).await, ErrorKind::InvalidOption)?;
    }
    Ok(())
}
