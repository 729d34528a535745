//! Entries, one at a time, and plain listings.

use futures_util::{TryStreamExt, pin_mut};

use crate::conformance::bucket::objects::{HELLO, ODD};
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::kv::EntryInfo;
use crate::{Body, ErrorKind, Key};

case!(ROUND_TRIP, "kv/what is put is got, byte for byte", round_trip);

async fn round_trip(Stores { kv, .. }: Stores) -> Checked {
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

async fn empty_value(Stores { kv, .. }: Stores) -> Checked {
    kv.put("empty", Body::empty()).await?;
    let entry = there("get", kv.get("empty").await?)?;
    equal("size", entry.size(), Some(0))?;
    equal("value", entry.bytes().await?.len(), 0)
}

case!(MISSING, "kv/a missing entry is none, and can be deleted", missing);

async fn missing(Stores { kv, .. }: Stores) -> Checked {
    equal("get", kv.get("missing").await?.is_none(), true)?;
    equal("head", kv.head("missing").await?, None)?;
    Ok(kv.delete("missing").await?)
}

case!(OVERWRITE, "kv/a put replaces value, content type and metadata", overwrite);

async fn overwrite(Stores { kv, .. }: Stores) -> Checked {
    kv.put("overwrite", "one").metadata("a", "1").await?;
    let second = kv.put("overwrite", vec![2]).metadata("b", "2").await?;
    let entry = there("get", kv.get("overwrite").await?)?;
    equal("etag", entry.etag(), second.etag())?;
    equal("content type", entry.content_type(), None)?;
    equal("metadata", entry.metadata(), second.metadata())?;
    equal("value", entry.bytes().await?, vec![2])
}

case!(DELETE, "kv/a deleted entry is gone", delete);

async fn delete(Stores { kv, .. }: Stores) -> Checked {
    kv.put("delete", "x").await?;
    kv.delete("delete").await?;
    equal("get", kv.get("delete").await?.is_none(), true)
}

case!(CREATE_ONLY, "kv/create-only refuses a taken key and changes nothing", create_only);

async fn create_only(Stores { kv, .. }: Stores) -> Checked {
    kv.delete("create").await?;
    kv.put("create", "first").if_not_exists().await?;
    let second = kv.put("create", "second").if_not_exists().await;
    refused("second", second, ErrorKind::AlreadyExists)?;
    let entry = there("get", kv.get("create").await?)?;
    equal("value", entry.text().await?, "first")
}

case!(CHECKSUMS, "kv/a checksum is verified and kept as given", checksums);

async fn checksums(Stores { kv, .. }: Stores) -> Checked {
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

case!(ODD_KEYS, "kv/odd keys are kept apart and come back as they were", odd_keys);

async fn odd_keys(Stores { kv, .. }: Stores) -> Checked {
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

async fn list(Stores { kv, .. }: Stores) -> Checked {
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

#[derive(Debug, PartialEq, Key)]
#[key("typed/{user}/{device}")]
struct Token {
    user: u64,
    device: String,
}

case!(TYPED_KEYS, "kv/a typed key is a key, and a place in listings", typed_keys);

async fn typed_keys(Stores { kv, .. }: Stores) -> Checked {
    let token = |user, device: &str| Token { user, device: device.to_owned() };
    for user in [1, 10] {
        kv.put(token(user, "a"), "x").await?;
    }
    equal("head", kv.head(token(1, "a")).await?.is_some(), true)?;
    let page = kv.list().prefix(Token::prefix((1,))).await?;
    let keys: Vec<_> = page.items.iter().map(|entry| Token::parse(entry.key())).collect();
    equal("keys", keys.into_iter().collect::<Result<Vec<_>, _>>()?, vec![token(1, "a")])?;
    refused("a slash", kv.get(token(1, "../a")).await, ErrorKind::InvalidKey)
}

case!(DECODE, "kv/a value is read as text or JSON, or refused if it is not", decode);

async fn decode(Stores { kv, .. }: Stores) -> Checked {
    kv.put("decode", Body::json(&[1, 2])?).await?;
    for get in [kv.get("decode"), kv.get("decode").streamed()] {
        let entry = there("get", get.await?)?;
        equal("json", entry.json::<[u8; 2]>().await?, [1, 2])?;
    }
    kv.put("decode", vec![0xff]).await?;
    let text = there("get", kv.get("decode").await?)?.text().await;
    refused("text", text, ErrorKind::DecodeFailed)?;
    let json = there("get", kv.get("decode").streamed().await?)?.json::<u8>().await;
    refused("json", json, ErrorKind::DecodeFailed)
}
