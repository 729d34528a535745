//! Many entries at once.

use std::ops::RangeInclusive;

use super::foreign;
use crate::conformance::{Checked, Stores, difference, equal, refused, there, unless_simulated};
use crate::{Body, ErrorKind};

const KEYS: RangeInclusive<u32> = 1..=201;

fn keys() -> impl Iterator<Item = String> {
    KEYS.map(|number| format!("many/{number:03}"))
}

case!(GET, "kv/many entries are got in the order asked for", get);

async fn get(Stores { kv, .. }: Stores) -> Checked {
    equal("none", kv.get_many::<&str>([]).await?.len(), 0)?;
    for key in keys() {
        kv.put(&key, key.as_str()).await?;
    }
    // Three calls of the platform, missing keys and a key that is given twice among them.
    let mut asked: Vec<String> = keys().collect();
    asked.reverse();
    asked.insert(50, "many/missing".to_owned());
    asked.push("many/007".to_owned());
    let found = kv.get_many(&asked).await?;
    equal("as many as asked for", found.len(), asked.len())?;
    for (key, entry) in asked.iter().zip(found) {
        if key == "many/missing" {
            equal("missing", entry.is_none(), true)?;
            continue;
        }
        let entry = there(key, entry)?;
        equal("key", entry.key(), key.as_str())?;
        equal("content type", entry.content_type(), Some("text/plain; charset=utf-8"))?;
        equal("size", entry.size(), Some(8))?;
        equal("value", &entry.text().await?, key)?;
    }
    let longest = "k".repeat(512);
    kv.put(&longest, "x").await?;
    equal("longest", kv.get_many([&longest]).await?.into_iter().flatten().count(), 1)?;
    for wrong in [String::new(), longest + "k", "..".to_owned()] {
        refused("wrong key", kv.get_many(["many/001", &wrong]).await, ErrorKind::InvalidKey)?;
    }
    Ok(())
}

case!(EXACT, "kv/many entries are got byte for byte, text or not", exact);

async fn exact(Stores { kv, .. }: Stores) -> Checked {
    let values: [&[u8]; 8] = [
        b"",
        b"text",
        b"\xef\xbb\xbfafter a byte order mark",
        "\u{fffd} is no mistake".as_bytes(),
        b"\xf0\x9f\x98",
        b"\x00\xff\xfe",
        b"null",
        b"\"\\u0000\"",
    ];
    let keys: Vec<_> = (0..values.len()).map(|i| format!("exact/{i}")).collect();
    for (key, value) in keys.iter().zip(values) {
        kv.put(key, value).await?;
    }
    for (entry, value) in kv.get_many(&keys).await?.into_iter().zip(values) {
        let entry = there("ours", entry)?;
        equal("size", entry.size(), Some(value.len() as u64))?;
        equal("ours", entry.bytes().await?, value)?;
    }
    kv.put("__proto__", "x").await?;
    equal("odd key", kv.get_many(["__proto__"]).await?.into_iter().flatten().count(), 1)?;
    foreign(&kv, "exact/foreign", vec![0xff, 0x00, 0x80], r#"{"by":"another"}"#).await?;
    let found = kv.get_many(["exact/foreign"]).await?.into_iter().flatten().next();
    let entry = there("foreign", found)?;
    equal("metadata", entry.metadata().len(), 1)?;
    equal("foreign", entry.bytes().await?.as_ref(), [0xff, 0x00, 0x80].as_slice())
}

case!(BYTE_ORDER_MARK, "kv/many entries of other programs are got byte for byte", byte_order_mark);

async fn byte_order_mark(Stores { kv, .. }: Stores) -> Checked {
    let value = "\u{feff}text".as_bytes();
    foreign(&kv, "marked", value.to_vec(), "null").await?;
    let entry = there("get", kv.get("marked").await?)?;
    equal("get", entry.bytes().await?, value)?;
    let entry = there("get_many", kv.get_many(["marked"]).await?.into_iter().flatten().next())?;
    let found = entry.bytes().await?;
    unless_simulated(found == "text", &difference::BYTE_ORDER_MARK)?;
    equal("get_many", found, value)
}

case!(LARGE, "kv/many entries may be more than 25 MiB together", large);

async fn large(Stores { kv, .. }: Stores) -> Checked {
    const LEN: usize = 9 * 1024 * 1024;
    let keys = ["large/1", "large/2", "large/3"];
    for key in keys {
        kv.put(key, vec![b'x'; LEN]).await?;
    }
    for (key, entry) in keys.into_iter().zip(kv.get_many(keys).await?) {
        equal("size", there(key, entry)?.bytes().await?.len(), LEN)?;
    }
    kv.delete_many(keys).await?;
    Ok(())
}

case!(DELETE, "kv/many entries are deleted, those that are not there too", delete);

async fn delete(Stores { kv, .. }: Stores) -> Checked {
    let keys: Vec<_> = (0..20).map(|i| format!("delete-many/{i}")).collect();
    for key in &keys {
        kv.put(key, Body::empty()).await?;
    }
    let wrong = kv.delete_many([keys.first().map_or("", String::as_str), ""]).await;
    refused("wrong key", wrong, ErrorKind::InvalidKey)?;
    equal("nothing is deleted", kv.list().prefix("delete-many/").await?.items.len(), 20)?;
    kv.delete_many(keys.iter().map(String::as_str).chain(["delete-many/none"])).await?;
    kv.delete_many::<&str>([]).await?;
    equal("left", kv.list().prefix("delete-many/").await?.items.len(), 0)
}
