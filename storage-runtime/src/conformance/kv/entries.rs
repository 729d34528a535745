//! Entries, one at a time, and plain listings.

use futures_util::{TryStreamExt, pin_mut};

use crate::conformance::bucket::objects::{HELLO, ODD};
use crate::conformance::{Outcome, Stores, equal, refused, there};
use crate::kv::EntryInfo;
use crate::{Body, ErrorKind};

case!(ROUND_TRIP, "kv/what is put is got, byte for byte", round_trip);

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

case!(EMPTY_VALUE, "kv/an empty value is an entry", empty_value);

async fn empty_value(Stores { kv, .. }: Stores) -> Outcome {
    kv.put("empty", Body::empty()).await?;
    let entry = there("get", kv.get("empty").await?)?;
    equal("size", entry.size(), Some(0))?;
    equal("value", entry.bytes().await?.len(), 0)
}

case!(MISSING, "kv/a missing entry is none, and can be deleted", missing);

async fn missing(Stores { kv, .. }: Stores) -> Outcome {
    equal("get", kv.get("missing").await?.is_none(), true)?;
    equal("head", kv.head("missing").await?, None)?;
    Ok(kv.delete("missing").await?)
}

case!(OVERWRITE, "kv/a put replaces value, content type and metadata", overwrite);

async fn overwrite(Stores { kv, .. }: Stores) -> Outcome {
    kv.put("overwrite", "one").metadata("a", "1").await?;
    let second = kv.put("overwrite", vec![2]).metadata("b", "2").await?;
    let entry = there("get", kv.get("overwrite").await?)?;
    equal("etag", entry.etag(), second.etag())?;
    equal("content type", entry.content_type(), None)?;
    equal("metadata", entry.metadata(), second.metadata())?;
    equal("value", entry.bytes().await?, vec![2])
}

case!(DELETE, "kv/a deleted entry is gone", delete);

async fn delete(Stores { kv, .. }: Stores) -> Outcome {
    kv.put("delete", "x").await?;
    kv.delete("delete").await?;
    equal("get", kv.get("delete").await?.is_none(), true)
}

case!(CREATE_ONLY, "kv/create-only refuses a taken key and changes nothing", create_only);

async fn create_only(Stores { kv, .. }: Stores) -> Outcome {
    kv.delete("create").await?;
    kv.put("create", "first").if_not_exists().await?;
    let second = kv.put("create", "second").if_not_exists().await;
    refused("second", second, ErrorKind::AlreadyExists)?;
    let entry = there("get", kv.get("create").await?)?;
    equal("value", entry.text().await?, "first")
}

case!(CHECKSUMS, "kv/a checksum is verified and kept as given", checksums);

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

case!(KEY_LIMITS, "kv/keys have 1 to 512 bytes and are not dots", key_limits);

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

case!(ODD_KEYS, "kv/odd keys are kept apart and come back as they were", odd_keys);

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

case!(LIST, "kv/pages hold every entry once, in order", list);

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

case!(LIST_LIMITS, "kv/a limit is 1 to 1,000", list_limits);

async fn list_limits(Stores { kv, .. }: Stores) -> Outcome {
    for limit in [0, 1001] {
        refused("limit", kv.list().limit(limit).await, ErrorKind::InvalidOption)?;
    }
    Ok(())
}
