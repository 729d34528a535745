//! The edges of what KV takes.

use std::time::Duration;

use crate::ErrorKind;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::kv::{GetOptions, ListOptions, PutOptions};

case!(KEY, "kv/keys have 1 to 512 bytes and are not dots", key);

async fn key(Stores { kv, .. }: Stores) -> Checked {
    let longest = "ü".repeat(256);
    kv.put(&longest, "x").await?;
    equal("longest", there("head", kv.head(&longest).await?)?.key(), longest.as_str())?;
    for key in ["k", "..."] {
        equal("short", kv.put(key, "x").await?.key(), key)?;
        equal("short", kv.get(key).await?.is_some(), true)?;
    }
    for key in [String::new(), longest + "z", ".".to_owned(), "..".to_owned()] {
        refused("put", kv.put(&key, "x").await, ErrorKind::InvalidKey)?;
        refused("get", kv.get(&key).await, ErrorKind::InvalidKey)?;
        refused("head", kv.head(&key).await, ErrorKind::InvalidKey)?;
        refused("delete", kv.delete(&key).await, ErrorKind::InvalidKey)?;
        refused("get_many", kv.get_many([&key]).await, ErrorKind::InvalidKey)?;
        refused("delete_many", kv.delete_many([&key]).await, ErrorKind::InvalidKey)?;
    }
    Ok(())
}

case!(LIST, "kv/a listing has a limit of 1 to 1,000 and a prefix that a key could have", list);

async fn list(Stores { kv, .. }: Stores) -> Checked {
    for key in ["list-limit/1", "list-limit/2"] {
        kv.put(key, "x").await?;
    }
    let list = || kv.list().prefix("list-limit/");
    for (limit, len) in [(1, 1), (2, 2), (1000, 2)] {
        equal("items", list().limit(limit).await?.items.len(), len)?;
    }
    for limit in [0, 1001] {
        refused("limit", list().limit(limit).await, ErrorKind::InvalidOption)?;
    }
    refused("empty cursor", list().cursor("").await, ErrorKind::InvalidOption)?;
    let longest = "x".repeat(512);
    kv.list().prefix(&longest).await?;
    refused("prefix", kv.list().prefix(longest + "x").await, ErrorKind::InvalidOption)?;
    let mut options = ListOptions::default();
    (options.prefix, options.limit) = (Some("list-limit/".to_owned()), Some(1));
    let first = kv.list().prefix("is replaced").options(options.clone()).await?;
    options.cursor = Some(there("cursor", first.cursor)?);
    let second = kv.list().options(options).await?;
    equal("behind the cursor", there("item", second.items.first())?.key(), "list-limit/2")?;
    equal("the end", second.cursor, None)
}

case!(OPTIONS, "kv/an option that KV would not take is refused, and nothing is written", options);

async fn options(Stores { kv, .. }: Stores) -> Checked {
    kv.delete("options").await?;
    let put = || kv.put("options", "hello");
    for wrong in ["", "a\nb", "ü"] {
        refused("type", put().content_type(wrong).await, ErrorKind::InvalidOption)?;
    }
    let digest = put().checksum("sha256:abc123").await;
    refused("short digest", digest, ErrorKind::InvalidChecksum)?;
    let taken = put().checksum("crc32c:x").metadata("checksum", "x").await;
    refused("taken name", taken, ErrorKind::InvalidOption)?;
    equal("nothing is written", kv.head("options").await?, None)?;
    let mut options = PutOptions::default();
    (options.content_type, options.checksum) = (Some("x/y".to_owned()), Some("none".to_owned()));
    let written = put().content_type("is/replaced").options(options).await?;
    equal("type", written.content_type(), Some("x/y"))?;
    equal("checksum", written.metadata().contains_key("checksum"), true)?;
    let options = GetOptions { cache_ttl: Some(Duration::from_secs(30)) };
    let entry = there("get", kv.get("options").options(options).await?)?;
    equal("get", entry.text().await?, "hello")?;
    let found = kv.get_many(["options"]).options(options).await?;
    equal("get_many", found.into_iter().flatten().count(), 1)
}
